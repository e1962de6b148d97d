"""Several runners at one job, on the real line: the same bytes, whatever happens to whom."""

import os
import signal
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
import yaml

from spotreel_operator.state.lane_records import attempts_of
from tests.integration.conftest import NAMESPACE
from tests.integration.test_line import pod_of
from tests.testbed.world import World, config, pid_of
from videojob_api.attempt_names import place_at_end
from videojob_api.status import VideoJobStatus

Object = dict[str, Any]
MakeJob = Callable[..., Object]

pytestmark = pytest.mark.usefixtures("operator")


def attempts(world: World, name: str, namespace: str = NAMESPACE) -> list[Object]:
    """All that status keeps, also of those that are not listed for people."""
    status = VideoJobStatus.model_validate(world.status(name, namespace))
    return [a.plain() for a in attempts_of(status)]


def at_work(world: World, name: str, lane: int) -> Object | None:
    """A lane's attempt, if it has committed something and goes on."""
    found = (a for a in attempts(world, name) if _lane(a["name"]) == lane and not a.get("verdict"))
    return next((a for a in found if a.get("segments")), None)


def _lane(attempt: str) -> int:
    place = place_at_end(attempt)
    assert place
    return place.lane


def makers(world: World, name: str, namespace: str = NAMESPACE) -> set[int]:
    """The lanes that have made segments of a job that keeps them."""
    s3, uid = world.s3.client(), world.get("videojob", name, namespace)["metadata"]["uid"]
    prefix = f"checkpoints/{namespace}/{name}-{uid}/segments/"
    keys = [item["Key"] for item in s3.list_objects_v2(Bucket="media", Prefix=prefix).get("Contents", [])]
    return {_lane(s3.head_object(Bucket="media", Key=key)["Metadata"]["attempt"]) for key in keys}


def set_parallelism(world: World, name: str, lanes: int) -> None:
    world.kubectl("patch", "vj", name, "-n", NAMESPACE, "--type=merge", "-p", f'{{"spec":{{"parallelism":{lanes}}}}}')


def finished(world: World, name: str, sha256: str) -> Object:
    status = world.wait_finished(name, NAMESPACE)
    assert status["phase"] == "Succeeded", status
    assert world.sha256_of(f"out/{name}.mp4") == sha256 == status["outputs"][0]["sha256"]
    return status


def nothing_runs(world: World, name: str) -> bool:
    jobs = [j for j in world.items("jobs", NAMESPACE) if j["metadata"]["labels"]["spotreel.dev/videojob"] == name]
    return not any(job["status"].get("active") for job in jobs)


def test_three_runners_share_a_job(world: World, name: str, videojob: MakeJob, reference: str) -> None:
    world.apply(videojob(parallelism=3), NAMESPACE)
    status = finished(world, name, reference)
    # A pod that a busy machine does not bind in three seconds is taken back and asks elsewhere.
    begun = [a for a in attempts(world, name) if a.get("verdict") != "Withdrawn"]
    assert status["shards"]["total"] == 3 and len(begun) == 3, status
    assert len(makers(world, name)) >= 2
    assert status["counts"]["disruptions"] == 0 and status["progress"]["percent"] == 100
    world.wait_for(lambda: nothing_runs(world, name), 30)


def test_each_of_two_runners_is_lost_once(world: World, name: str, videojob: MakeJob, reference: str) -> None:
    world.apply(videojob(parallelism=2), NAMESPACE)
    for lane, notice in ((1, 8.0), (0, 0.0)):
        attempt = world.wait_for(partial(at_work, world, name, lane), 60)
        world.preempt(attempt["node"], notice)
    status = finished(world, name, reference)
    assert status["counts"]["disruptions"] == 2
    numbers = sorted(a["name"].split("-")[-2:] for a in attempts(world, name))
    assert numbers == [["0", "1"], ["0", "2"], ["1", "1"], ["1", "2"]]


def test_more_runners_than_nodes(world: World, name: str, videojob: MakeJob, reference: str) -> None:
    """The others wait for a node that never comes, and are taken back when the job is done."""
    one_node = {"tiers": [{"name": "od", "capacity": "OnDemand"}]}
    world.apply(videojob(parallelism=7, placement=one_node), NAMESPACE)
    status = finished(world, name, reference)
    assert status["shards"]["total"] == 7 and len(status["attempts"]) <= 8
    world.wait_for(lambda: nothing_runs(world, name), 30)


def test_raised_and_lowered_in_mid_run(world: World, name: str, videojob: MakeJob, reference: str) -> None:
    world.apply(videojob(), NAMESPACE)
    world.wait_for(lambda: at_work(world, name, 0), 60)
    set_parallelism(world, name, 3)
    world.wait_for(lambda: len(attempts(world, name)) == 3, 30)
    set_parallelism(world, name, 1)
    status = finished(world, name, reference)
    ends = {_lane(a["name"]): a["reason"] for a in attempts(world, name)}
    assert ends[0] == "ResultCommitted" and set(ends) == {0, 1, 2}
    assert {ends[1], ends[2]} <= {"ParallelismLowered", "ShareDone"}
    assert status["counts"]["disruptions"] == 0


def test_a_zombie_of_another_lane_changes_nothing(world: World, name: str, videojob: MakeJob, reference: str) -> None:
    world.apply(videojob(parallelism=2), NAMESPACE)
    attempt = world.wait_for(lambda: at_work(world, name, 1), 60)
    zombie = pid_of(pod_of(world, attempt["name"]))
    world.freeze(attempt["node"])
    os.killpg(zombie, signal.SIGSTOP)
    try:
        finished(world, name, reference)
    finally:
        os.killpg(zombie, signal.SIGCONT)
    world.wait_for(lambda: not os.path.exists(f"/proc/{zombie}"), 60)  # noqa: PTH110
    assert world.sha256_of(f"out/{name}.mp4") == reference
    world.freeze(attempt["node"], False)


def test_suspended_all_together(world: World, name: str, videojob: MakeJob, reference: str) -> None:
    world.apply(videojob(parallelism=2), NAMESPACE)
    world.wait_for(lambda: at_work(world, name, 1), 60)
    world.kubectl("patch", "vj", name, "-n", NAMESPACE, "--type=merge", "-p", '{"spec":{"suspend":true}}')
    world.wait_for(lambda: nothing_runs(world, name), 40)
    world.kubectl("patch", "vj", name, "-n", NAMESPACE, "--type=merge", "-p", '{"spec":{"suspend":false}}')
    assert finished(world, name, reference)["counts"]["disruptions"] == 0


@pytest.fixture
def joined_elsewhere(world: World) -> Iterator[str]:
    """A namespace with an operator whose class has segments joined by an attempt of its own, on demand."""
    namespace = "joined"
    world.make_namespace(namespace)
    classes = config(world.s3.endpoint)["classes"]
    classes["gpu-spot"]["join"] = {
        "resources": {"limits": {"cpu": 1}},
        "tiers": [{"name": "od", "capacity": "OnDemand"}],
    }
    with world.operating(namespace, "operator-joined", classes=classes):
        yield namespace


def test_joined_by_an_attempt_of_its_own(
    world: World, name: str, videojob: MakeJob, reference: str, joined_elsewhere: str
) -> None:
    world.apply(videojob(parallelism=2), joined_elsewhere)
    status = world.wait_finished(name, joined_elsewhere)
    assert status["phase"] == "Succeeded" and world.sha256_of(f"out/{name}.mp4") == reference
    ends = {a["name"].split("-")[-2]: (a["tier"], a["reason"]) for a in attempts(world, name, joined_elsewhere)}
    assert ends["join"] == ("od", "ResultCommitted") and ends["0"] == ("spot", "ShareDone")
    jobs = [j for j in world.items("jobs", joined_elsewhere) if j["metadata"]["labels"]["spotreel.dev/shard"] == "join"]
    limits = jobs[0]["spec"]["template"]["spec"]["containers"][0]["resources"]["limits"]
    assert limits == {"cpu": "1"}, yaml.safe_dump(limits)
