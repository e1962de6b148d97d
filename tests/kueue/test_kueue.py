"""VideoJobs in Kueue's queues: admitted one by one, preempted, told why they wait, and the same bytes in the end."""

from typing import Any

from tests.kueue.queues import admitted, attempts, is_over, make_queue, queued, reason, segments, told, workloads
from tests.testbed.cache import ROOT
from tests.testbed.world import World
from videojob_api.names import KUEUE

Object = dict[str, Any]
CLUSTER_QUEUE = f"clusterqueues.{KUEUE}"
SECONDS = 240
"""So long a job may take on a machine that does much else."""


def finished(world: World, name: str, sha256: str) -> Object:
    """The status of one that has succeeded, with these bytes."""
    status = world.wait_finished(name, seconds=SECONDS)
    assert status["phase"] == "Succeeded", status
    assert status["outputs"][0]["sha256"] == sha256
    return status


def nothing_dead_is_queued(world: World, *jobs: str) -> bool:
    """Whether no attempt with a verdict has a Workload that may be admitted again."""
    judged = {a["name"] for job in jobs for a in attempts(world, job) if "verdict" in a}
    return not any(name in judged and not is_over(workload) for name, workload in workloads(world).items())


def test_a_quota_for_one_admits_one_after_the_other(world: World, name: str, reference: str) -> None:
    first, second = f"{name}-a", f"{name}-b"
    make_queue(world, name, {"spot": 1})
    world.apply(queued(first, name))
    world.wait_for(lambda: attempts(world, first) and admitted(workloads(world)[attempts(world, first)[0]["name"]]), 60)
    world.apply(queued(second, name))
    world.wait_for(lambda: told(world, second), 60)
    status = world.status(second)
    job = status["attempts"][0]["name"]
    assert (status["phase"], status["reason"]) == ("Pending", "WaitingForQuota")
    assert status["message"].startswith(f"waits until queue {name} admits it (Job {job} is suspended): ")
    assert "insufficient unused quota for nvidia.com/gpu in flavor spot, 1 more needed" in status["message"]
    for each in (first, second):
        found = finished(world, each, reference)["attempts"]
        assert [a["tier"] for a in found] == ["spot"], found


def test_no_clock_runs_while_a_job_is_queued(world: World, name: str, reference: str) -> None:
    """Its first tier has a `waitFor` of a second."""
    make_queue(world, name, {"spot": 1, "on-demand": 1}, stopPolicy="Hold")
    world.apply(queued(name, name, activeDeadlineSeconds=SECONDS, className="hasty"))
    world.wait_for(lambda: told(world, name), 60)
    before = world.status(name)
    # Another one has its whole turn meanwhile, which is longer than that.
    world.apply(queued(f"{name}-elsewhere", f"{name}-elsewhere"))
    make_queue(world, f"{name}-elsewhere", {"spot": 1})
    finished(world, f"{name}-elsewhere", reference)
    assert reason(world, name) == "WaitingForQuota" and len(attempts(world, name)) == 1
    assert "verdict" not in attempts(world, name)[0]
    world.kubectl("patch", CLUSTER_QUEUE, name, "--type=merge", "-p", '{"spec": {"stopPolicy": "None"}}')
    after = finished(world, name, reference)
    assert after["attempts"][0]["name"] == before["attempts"][0]["name"]
    assert after["startTime"] > before["startTime"], "the clock of activeDeadlineSeconds has begun with the admission"


def test_each_job_runs_in_the_flavour_that_has_quota(world: World, name: str, reference: str) -> None:
    jobs = f"{name}-a", f"{name}-b"
    make_queue(world, name, {"spot": 1, "on-demand": 1})
    for job in jobs:
        world.apply(queued(job, name))
    found = [a for job in jobs for a in finished(world, job, reference)["attempts"]]
    assert {(a["tier"], a["capacity"]) for a in found} == {("spot", "Spot"), ("on-demand", "OnDemand")}
    assert len(found) == 2, "none of them has waited for the other"


def test_a_flavour_without_nodes_is_left_out_of_the_next_attempt(world: World, name: str, reference: str) -> None:
    make_queue(world, name, {"spot": 1, "on-demand": 1})
    world.apply(queued(name, name, className="sold-out"))
    first, second = finished(world, name, reference)["attempts"]
    assert (first["tier"], first["verdict"], first["reason"]) == ("sold-out", "Withdrawn", "NoCapacity")
    assert (second["tier"], second["capacity"]) == ("on-demand", "OnDemand")
    world.wait_for(lambda: nothing_dead_is_queued(world, name), 30)


def test_what_has_a_higher_priority_goes_first_and_the_other_resumes(world: World, name: str, reference: str) -> None:
    low, high = f"{name}-low", f"{name}-high"
    make_queue(world, name, {"spot": 1}, preemption={"withinClusterQueue": "LowerPriority"})
    world.apply(queued(low, name))
    world.wait_for(lambda: segments(world, low) >= 1, SECONDS)
    world.apply(queued(high, name, priority="high"))
    world.wait_for(lambda: len(attempts(world, low)) == 2, 60)
    lost, waiting = attempts(world, low)
    assert (lost["verdict"], lost["reason"]) == ("Disruption", "Requeued")
    world.wait_for(lambda: lost["name"] not in workloads(world), 60)
    world.wait_for(lambda: reason(world, low) == "WaitingForQuota", 60)
    finished(world, high, reference)
    status = finished(world, low, reference)
    assert [a["name"] for a in status["attempts"]] == [lost["name"], waiting["name"]]
    assert status["counts"]["disruptions"] == 1 and lost["segments"] >= 1, "what it had made is kept"
    assert status["attempts"][1]["segments"] <= 9 - lost["segments"], "and not made again"
    world.wait_for(lambda: nothing_dead_is_queued(world, low, high), 30)


def test_of_two_runners_one_works_while_the_other_waits(world: World, name: str, reference: str) -> None:
    make_queue(world, name, {"spot": 1})
    world.apply(queued(name, name, parallelism=2))
    world.wait_for(lambda: "1 of 2 runners at work" in world.status(name).get("message", ""), 60)
    world.wait_for(lambda: "waits until queue" in world.status(name).get("message", ""), 60)
    assert world.status(name)["phase"] == "Running"
    finished(world, name, reference)
    world.wait_for(lambda: nothing_dead_is_queued(world, name), 30)


def test_the_sample_passes_kueues_webhooks(world: World) -> None:
    sample = ROOT / "k8s" / "samples" / "queues" / "kueue.yaml"
    said = world.kubectl("apply", "--dry-run=server", "--validate=strict", "-f", str(sample))
    assert said.count("(server dry run)") == sample.read_text().count("\nkind: ")


def test_a_suspended_job_leaves_the_queue(world: World, name: str) -> None:
    make_queue(world, name, {"spot": 0})
    world.apply(queued(name, name))
    world.wait_for(lambda: reason(world, name) == "WaitingForQuota", 60)
    world.kubectl("patch", "vj", name, "--type=merge", "-p", '{"spec": {"suspend": true}}')
    world.wait_for(lambda: reason(world, name) == "Suspended", 30)
    (attempt,) = attempts(world, name)
    world.wait_for(lambda: attempt["name"] not in workloads(world), 30)
    world.kubectl("delete", "vj", name)
