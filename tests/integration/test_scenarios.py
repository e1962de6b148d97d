"""The table of tests/scenarios on the node agent: it must come to the same verdicts as a real kubelet."""

from collections.abc import Iterator

import pytest

from tests.scenarios.table import LOST, OWN_FAULT, SCRIPTS, Scenario, play
from tests.testbed.processes import Child
from tests.testbed.world import CONFIG, World

NAMESPACE = "scenarios"


class AgentGround:
    """The operator is a process; lost nodes stay lost, there are others."""

    def __init__(self, world: World) -> None:
        self.world, self.namespace = world, NAMESPACE
        self._operator: Child | None = None

    def stop_operator(self) -> None:
        """SIGKILL."""
        if self._operator:
            self._operator.stop()

    def start_operator(self) -> None:
        """The same one again: it takes its Lease over."""
        base = CONFIG["classes"]["gpu-spot"]
        storage = base["storage"] | {"endpoint": self.world.s3.endpoint}
        classes = {name: base | {"storage": storage, "image": f"test/{name}"} for name in SCRIPTS}
        classes["gpu-spot"] = base | {"storage": storage}
        silence = {"nodeLost": "3s", "running": "60s"}  # Scripts do not report.
        self._operator = self.world.operator(NAMESPACE, "operator-scenarios", classes=classes, silence=silence)

    def power_off(self, node: str) -> None:
        """Reclaimed without notice."""
        self.world.preempt(node)

    def power_on(self, node: str) -> None:
        """Not here."""


@pytest.fixture(scope="module")
def ground(world: World) -> Iterator[AgentGround]:
    world.make_namespace(NAMESPACE)
    world.s3.client().put_object(Bucket="media", Key="bad/text.mp4", Body=b"this is no video" * 100)
    for name, script in SCRIPTS.items():
        world.make_image(f"test/{name}", script)
    made = AgentGround(world)
    made.start_operator()
    yield made
    made.stop_operator()


@pytest.mark.parametrize("away", [False, True], ids=["", "operator-away"])
@pytest.mark.parametrize("scenario", LOST, ids=[s.name for s in LOST])
def test_lost(ground: AgentGround, scenario: Scenario, away: bool) -> None:
    status = play(scenario, ground, away)["status"]
    assert status["outputs"][0]["sha256"] == ground.world.sha256_of(f"out/{status_name(scenario, away)}.mp4")


def status_name(scenario: Scenario, away: bool) -> str:
    return scenario.name + ("-away" if away else "")


@pytest.mark.parametrize("scenario", OWN_FAULT, ids=[s.name for s in OWN_FAULT])
def test_own_fault(ground: AgentGround, scenario: Scenario) -> None:
    play(scenario, ground)
