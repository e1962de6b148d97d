"""Two replicas on real nodes: all are ready, one is reported to, and whoever takes over loses no attempt."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.conftest import NAMESPACE, RealGround
from tests.scenarios.ground import Stage, videojob
from tests.testbed.host.world import RealWorld
from tests.testbed.world import SYSTEM

Object = dict[str, Any]
REPORTS = "spotreel-operator-reports"
JOBS = 2
FINISH_SECONDS = 400


@pytest.fixture(scope="module", autouse=True)
def two(world: RealWorld) -> Iterator[None]:
    """`helm upgrade --wait` ends only when both are ready."""
    world.install(replicas=2)
    yield
    world.install()


def begun(ground: RealGround, prefix: str) -> list[Stage]:
    """Jobs that run, and have been heard of."""
    stages = [Stage(ground, f"{prefix}-{number}") for number in range(JOBS)]
    for stage in stages:
        ground.world.apply(videojob(stage.name), NAMESPACE)
    for stage in stages:
        stage.begun()
    return stages


def succeeded(stages: list[Stage]) -> None:
    """Each in one attempt, with the bytes that its status claims; the same job has the same bytes."""
    found = [stage.world.wait_finished(stage.name, NAMESPACE, FINISH_SECONDS) for stage in stages]
    for stage, status in zip(stages, found, strict=True):
        assert status["phase"] == "Succeeded", status
        assert [a["verdict"] for a in status["attempts"]] == ["Succeeded"], status
        assert stage.world.sha256_of(f"out/{stage.name}.mp4") == status["outputs"][0]["sha256"]
    assert len({status["outputs"][0]["sha256"] for status in found}) == 1


def led_to(world: RealWorld) -> list[str]:
    """The pods that the reports' Service leads to."""
    slices = world.items("endpointslices", SYSTEM)
    ours = [s for s in slices if s["metadata"]["labels"]["kubernetes.io/service-name"] == REPORTS]
    return [e["targetRef"]["name"] for s in ours for e in s["endpoints"] or []]


def taken(world: RealWorld, pod: str) -> dict[str, float]:
    """Reports by answer, as this replica counts them."""
    text = world.kubectl("get", "--raw", f"/api/v1/namespaces/{SYSTEM}/pods/{pod}:8080/proxy/metrics")
    lines = [line for line in text.splitlines() if line.startswith("spotreel_progress_reports_total{")]
    return {line.split('"')[1]: float(line.rsplit(" ", 1)[1]) for line in lines}


def pods(world: RealWorld) -> set[str]:
    """Of the operator that are not ending."""
    return {p["metadata"]["name"] for p in world.items("pods", SYSTEM) if not p["metadata"].get("deletionTimestamp")}


def test_all_are_ready_on_different_nodes_and_one_is_reported_to(ground: RealGround, world: RealWorld) -> None:
    assert world.operator_ready() and len(pods(world)) == 2
    assert len({p["spec"]["nodeName"] for p in world.items("pods", SYSTEM)}) == 2
    stages = begun(ground, "two")
    leader = world.leader()
    world.wait_for(lambda: led_to(world) == [world.leader()], 30)
    succeeded(stages)
    (follower,) = pods(world) - {world.leader()}
    assert taken(world, world.leader())["204"] >= JOBS
    if world.leader() == leader:
        assert not taken(world, follower), "nobody was sent away"


def test_the_leader_is_killed(ground: RealGround, world: RealWorld) -> None:
    """Its pod is gone at once, and nothing is given back: the Lease has to expire."""
    stages = begun(ground, "killed")
    leader = world.leader()
    world.kubectl("delete", "pod", leader, "-n", SYSTEM, "--grace-period=0", "--force")
    world.wait_for(lambda: led_to(world) not in ([], [leader]), 60)
    successor = world.leader()
    assert successor != leader and led_to(world) == [successor]
    world.wait_for(lambda: taken(world, successor).get("204"), 30)
    succeeded(stages)
    world.wait_for(world.operator_ready, 60)


def test_a_slice_that_somebody_deletes_comes_back(ground: RealGround, world: RealWorld) -> None:
    stages = begun(ground, "deleted")
    world.kubectl("delete", "endpointslice", f"{REPORTS}-ipv4", "-n", SYSTEM)
    world.wait_for(lambda: led_to(world) == [world.leader()], 30)
    succeeded(stages)


def test_a_rolling_restart(ground: RealGround, world: RealWorld) -> None:
    stages = begun(ground, "rolled")
    before = pods(world)
    world.kubectl("rollout", "restart", "deploy/spotreel-operator", "-n", SYSTEM)
    world.kubectl("rollout", "status", "deploy/spotreel-operator", "-n", SYSTEM, "--timeout=120s")
    world.wait_for(lambda: world.leader() and led_to(world) == [world.leader()], 30)
    assert world.leader() not in before
    succeeded(stages)


def test_a_drain_leaves_one(ground: RealGround, world: RealWorld) -> None:
    """The first eviction is taken, the second refused until the first one's replacement is ready."""
    world.wait_for(world.operator_ready, 60)
    first, second = sorted(pods(world))
    _evict(world, first)
    with pytest.raises(RuntimeError, match="disruption budget"):
        _evict(world, second)
    world.wait_for(lambda: world.operator_ready() and len(pods(world)) == 2, 60)


def _evict(world: RealWorld, pod: str) -> None:
    body = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": pod, "namespace": SYSTEM}}
    path = f"/api/v1/namespaces/{SYSTEM}/pods/{pod}/eviction"
    world.kubectl("create", "--raw", path, "-f", "-", stdin=json.dumps(body))
