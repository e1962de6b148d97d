"""One world of real nodes for all end-to-end tests; the chart is installed in it."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.scenarios.table import SCRIPTS
from tests.testbed.host.world import RealWorld
from tests.testbed.world import SYSTEM

NAMESPACE = "e2e"
E2E_SCRIPTS = {**SCRIPTS, "small-disk": "/bin/busybox dd if=/dev/zero of=/tmp/x bs=1M count=80; sleep 300"}


class RealGround:
    """The cluster as a platform team has it: the operator is a Deployment of the chart's."""

    def __init__(self, world: RealWorld) -> None:
        self.world, self.namespace = world, NAMESPACE

    def stop_operator(self) -> None:
        """Scaled to nothing, its pod killed at once."""
        world = self.world
        world.kubectl("scale", "deploy/spotreel-operator", "--replicas=0", "-n", SYSTEM)
        world.kubectl("delete", "pods", "--all", "-n", SYSTEM, "--grace-period=0", "--force")
        world.wait_for(lambda: not world.items("pods", SYSTEM), 60)

    def start_operator(self) -> None:
        """One again, and ready."""
        self.world.kubectl("scale", "deploy/spotreel-operator", "--replicas=1", "-n", SYSTEM)
        self.world.wait_for(self.world.operator_ready, 60)

    def power_off(self, node: str) -> None:
        """Kubelet, runtime and containers are gone at once; the cloud deletes the Node."""
        machine = self.world.nodes[node]
        machine.kill_kubelet()
        machine.kill_containers()
        self.world.kubectl("delete", "node", node)

    def power_on(self, node: str) -> None:
        """A machine of that name comes up again."""
        self.world.nodes[node].start_kubelet()
        self.world.wait_for(self.world.nodes_are_up, 60)


@pytest.fixture(scope="session")
def world() -> Iterator[RealWorld]:
    with RealWorld(print, E2E_SCRIPTS) as made:
        made.upload_footage()
        made.s3.client().put_object(Bucket="media", Key="bad/text.mp4", Body=b"this is no video" * 100)
        made.make_namespace(SYSTEM)
        made.make_namespace(NAMESPACE)
        made.install()
        yield made


@pytest.fixture(scope="session")
def ground(world: RealWorld) -> RealGround:
    return RealGround(world)


@pytest.fixture(scope="session")
def record() -> Iterator[dict[str, object]]:
    """What was seen, for docs/scenarios.md; written where SPOTREEL_RECORD says."""
    found: dict[str, object] = {}
    yield found
    if path := os.environ.get("SPOTREEL_RECORD"):
        Path(path).write_text(json.dumps(found, indent=1))
