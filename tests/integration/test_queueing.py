"""Jobs that somebody else suspends, as Kueue does: on a real API server, with its own Job controller."""

import json
from collections.abc import Callable
from typing import Any

from tests.integration.conftest import NAMESPACE
from tests.testbed.world import World

Object = dict[str, Any]


def suspend(world: World, job: str, value: bool) -> None:
    patch = json.dumps({"spec": {"suspend": value}})
    world.kubectl("patch", "job", job, "-n", NAMESPACE, "--type=merge", "-p", patch)


def attempts(world: World, name: str) -> list[Object]:
    found: list[Object] = world.status(name, NAMESPACE).get("attempts", [])
    return found


def pods(world: World, job: str) -> list[Object]:
    return [
        p for p in world.items("pods", NAMESPACE) if p["metadata"]["labels"].get("batch.kubernetes.io/job-name") == job
    ]


def reason_is(world: World, name: str, reason: str) -> bool:
    return bool(world.status(name, NAMESPACE).get("reason") == reason)


def test_a_suspended_job_waits_and_goes_on_as_the_same_attempt(
    world: World, operator: None, name: str, videojob: Callable[..., Object]
) -> None:
    nowhere = {"tiers": [{"name": "nowhere", "instanceTypes": ["none"]}]}
    world.apply(videojob(placement=nowhere), NAMESPACE)
    world.wait_for(lambda: attempts(world, name), 30)
    (attempt,) = attempts(world, name)
    job = attempt["name"]
    world.wait_for(lambda: pods(world, job), 30)
    suspend(world, job, True)
    world.wait_for(lambda: reason_is(world, name, "WaitingForQuota"), 30)
    status = world.status(name, NAMESPACE)
    assert status["phase"] == "Pending" and f"(Job {job} is suspended)" in status["message"]
    world.wait_for(lambda: not pods(world, job), 30)
    assert reason_is(world, name, "WaitingForQuota"), "its pod's end is no end of the attempt"
    suspend(world, job, False)
    world.wait_for(lambda: reason_is(world, name, "WaitingForCapacity") and pods(world, job), 30)
    (same,) = attempts(world, name)
    assert same["name"] == job and "verdict" not in same
    world.kubectl("delete", "vj", name, "-n", NAMESPACE)


def test_one_that_is_suspended_while_it_runs_leaves_the_queue_and_another_goes_on(
    world: World, operator: None, name: str, videojob: Callable[..., Object], reference: str
) -> None:
    world.apply(videojob(), NAMESPACE)
    world.wait_for(lambda: (world.status(name, NAMESPACE).get("progress") or {}).get("segments", 0) >= 1, 60)
    job = attempts(world, name)[-1]["name"]
    suspend(world, job, True)
    world.wait_for(lambda: not world.get("job", job, NAMESPACE), 30)
    status = world.wait_finished(name, NAMESPACE, 120)
    assert status["phase"] == "Succeeded" and status["outputs"][0]["sha256"] == reference
    first = status["attempts"][0]
    assert (first["name"], first["verdict"], first["reason"]) == (job, "Disruption", "Requeued")
    assert len(status["attempts"]) > 1
