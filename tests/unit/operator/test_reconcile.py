"""A job's life, from snapshot to plan."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from spotreel_operator.reconcile.lane_review import listed
from spotreel_operator.reconcile.plan import DeleteJob, Plan
from spotreel_operator.reconcile.reconcile import reconcile
from tests.unit.operator.histories import A1, A2, after, attempt, conditions, event_reasons, lost, status_with
from tests.unit.operator.make import (
    at,
    batch_job,
    config,
    ended,
    evidence,
    heard,
    job,
    node,
    pod,
    report,
    snapshot,
    success,
)
from videojob_api.config import Runner
from videojob_api.names import Phase, Verdict
from videojob_api.reasons import Reason
from videojob_api.status import Progress


def test_new_job_gets_its_first_attempt() -> None:
    plan = reconcile(snapshot())
    assert plan.start and plan.start[0].name == A1
    assert plan.status and plan.status.phase == Phase.PENDING
    assert [a.name for a in plan.status.attempts] == [A1]
    assert plan.status.runner is None, "nothing is pinned before it has run"
    assert plan.start[0].image == Runner().image
    assert event_reasons(plan) == ["AttemptCreated"]


def test_what_needs_no_input_to_be_wrong_gets_no_pod() -> None:
    twice = [{"time": "1s", "left": 0.1, "top": 0.1, "width": 0.2, "height": 0.2}] * 2
    plan = reconcile(snapshot(job(timeline={"overlays": [{"blur": {}, "keyframes": twice}]})))
    assert not plan.start and plan.status
    assert (plan.status.phase, plan.status.reason) == (Phase.FAILED, Reason.SPEC_INVALID)
    assert plan.status.message and plan.status.message.startswith("timeline.overlays[0].keyframes[1].time: keyframes")
    assert not plan.status.attempts and conditions(plan)["Finished"] == "True"


def test_a_job_that_has_begun_is_left_to_its_runner() -> None:
    """An upgrade with new checks must not end what an older operator began."""
    crf: dict[str, Any] = {"outputs": [{"uri": "s3://m/out/a.mp4", "video": {"crf": 60, "encoder": "CPU"}}]}
    plan = reconcile(snapshot(job(status_with(attempt()), **crf), [evidence(heard=heard(report()))]))
    assert plan.status and plan.status.phase == Phase.RUNNING


def test_the_classs_codec_is_checked_too() -> None:
    """What a class leaves open is the job's, and the other way round."""
    av1 = config(classes={"gpu": {"video": {"codec": "av1"}}})
    crf: dict[str, Any] = {"outputs": [{"uri": "s3://m/out/a.mp4", "video": {"crf": 60, "encoder": "CPU"}}]}
    assert reconcile(snapshot(job(**crf), configuration=av1)).start
    assert not reconcile(snapshot(job(**crf))).start


def test_attempt_created_before_the_status_was_written_is_adopted() -> None:
    """The operator died between the two writes."""
    plan = reconcile(snapshot(seen=[evidence()]))
    assert not plan.start
    assert plan.status and [a.name for a in plan.status.attempts] == [A1]


def test_running_says_so_and_is_stable() -> None:
    first = snapshot(job(status_with(attempt())), [evidence(heard=heard(report()))])
    plan = reconcile(first)
    assert plan.status and plan.status.phase == Phase.RUNNING
    assert plan.status.message == "running on g5.xlarge; 4 of 10 segments done"
    assert plan.status.progress == Progress(
        stage="Rendering", percent=40, summary="40%", frames=120, total_frames=300, segments=4, total_segments=10,
        fps=30.0, remaining="6s", eta="2026-01-01T12:01:06Z",
    )  # fmt: skip
    assert conditions(plan)["Progressing"] == "True"
    again = reconcile(after(plan, first))
    assert again.status == plan.status and not again.start and not again.delete_jobs


def test_lost_attempt_is_followed_by_another_at_once() -> None:
    plan = reconcile(snapshot(job(status_with(attempt())), [evidence(pod=ended(75), heard=heard(report()))]))
    assert plan.start and plan.start[0].name == A2
    assert plan.status and plan.status.attempts[0].verdict == Verdict.DISRUPTION
    assert plan.status.counts and (plan.status.counts.attempts, plan.status.counts.disruptions) == (2, 1)


def test_an_attempt_whose_node_is_deleted_is_followed_at_once() -> None:
    """Another node has the name already, as where instances are made anew in place."""
    seen = [evidence(pod=pod(node_gone=True), heard=heard(report(), 60))]
    plan = reconcile(snapshot(job(status_with(attempt())), seen, now=61))
    assert plan.start and plan.start[0].name == A2
    (first, _) = plan.status.attempts if plan.status else (None, None)
    assert first and (first.reason, first.message) == ("NodeLost", "node n1 is gone")


def test_verdicts_are_sticky() -> None:
    """A pod that crashed gains DisruptionTarget when its node is tainted later."""
    crash = attempt(verdict="Crash", reason="Crashed", end_time="2026-01-01T12:00:30Z")
    seen = [evidence(heard=heard(success())), evidence(A2, job=batch_job(A2))]
    plan = reconcile(snapshot(job(status_with(crash, attempt(A2))), seen))
    assert plan.status and plan.status.attempts[0] == crash


def test_success_ends_it() -> None:
    plan = reconcile(snapshot(job(status_with(attempt())), [evidence(heard=heard(success()))]))
    assert plan.status and plan.status.phase == Phase.SUCCEEDED and not plan.start
    assert plan.status.outputs and plan.status.outputs[0].sha256 == "ab" * 32
    wanted = {"Finished": "True", "Complete": "True", "Failed": "False", "Reconciling": "False", "Stalled": "False"}
    assert conditions(plan) | wanted == conditions(plan)
    assert not plan.delete_jobs, "it ends by itself; its logs stay"


@pytest.mark.parametrize("phase", ["Succeeded", "Failed"])
def test_a_terminal_status_is_never_left(phase: str) -> None:
    done = status_with(lost(), phase=phase, end_time="2026-01-01T12:00:40Z")
    assert reconcile(snapshot(job(done), [])) == Plan()
    plan = reconcile(snapshot(job(done), [evidence(A2, job=batch_job(A2))]))
    assert plan.status is None and not plan.start


def test_a_runner_that_has_spoken_but_does_not_exit_is_cleared() -> None:
    done = status_with(lost(), phase="Succeeded", end_time="2026-01-01T12:00:40Z")
    seen = [evidence(heard=heard(success()))]
    assert reconcile(snapshot(job(done), seen, now=90)).delete_jobs == ()
    assert reconcile(snapshot(job(done), seen, now=101)).delete_jobs == (DeleteJob(A1, f"job-{A1}"),)


def test_a_pod_just_bound_has_its_time_to_start() -> None:
    """Its node may be NotReady for a moment, or not be known yet; the operator has listened for hours."""
    fresh = pod(started=None, created=at(7190), bound=at(7195))
    for nodes in ([], [node(ready=False)]):
        plan = reconcile(snapshot(job(status_with(attempt())), [evidence(pod=fresh)], now=7200, nodes=nodes))
        assert plan.status and plan.status.attempts[0].verdict is None
        late = reconcile(snapshot(job(status_with(attempt())), [evidence(pod=fresh)], now=7256, nodes=nodes))
        assert late.status and late.status.attempts[0].reason == "NodeLost"


def test_a_jobs_end_waits_for_its_pods_word() -> None:
    over = batch_job(failed=True, finished_at=at(58), failure_message="failed with exit code 77 matching")
    early = reconcile(snapshot(job(status_with(attempt())), [evidence(job=over)], now=60))
    assert early.status and early.status.attempts[0].verdict is None and early.requeue_after
    late = reconcile(snapshot(job(status_with(attempt())), [evidence(job=over)], now=64))
    assert late.status and late.status.attempts[0].reason == "AccessDenied"


def test_withdrawn_attempts_make_room_first() -> None:
    mixed = [lost("reel-12345-0-1", segments=0)]
    mixed += [attempt(f"reel-12345-0-{n}", verdict="Withdrawn", reason="NoCapacity") for n in range(2, 40)]
    assert next(a.name for a in listed(mixed)) == "reel-12345-0-1" and len(listed(mixed)) == 32


def test_suspended_time_does_not_count_against_the_deadline() -> None:
    asleep = status_with(lost(), phase="Suspended")
    plan = reconcile(snapshot(job(asleep, suspend=True, activeDeadlineSeconds=10), now=500))
    assert plan.status and plan.status.phase == Phase.SUSPENDED
    woken = reconcile(snapshot(job(asleep, activeDeadlineSeconds=1000), now=500))
    assert woken.status and woken.status.start_time == "2026-01-01T12:08:20Z"
    late = reconcile(snapshot(job(asleep, activeDeadlineSeconds=10), now=500))
    assert late.start and late.start[0].seconds == 10, "it slept longer than it may run"


@pytest.mark.parametrize("seen", [evidence(pod=None), evidence(pod=pod(started=None, phase="Pending"))])
def test_what_does_not_start_is_looked_at_again_less_and_less_often(seen: Any) -> None:
    """A thousand held jobs must not starve the others: from two seconds on, up to a minute."""
    waits = [reconcile(snapshot(job(status_with(attempt())), [seen], now)).requeue_after for now in (3, 41, 241)]
    assert waits == [timedelta(seconds=s) for s in (2, 10, 60)]


@pytest.mark.parametrize(("now", "deleted"), [(100, False), (141, True)])
def test_time_to_live(now: float, deleted: bool) -> None:
    done = status_with(lost(), phase="Succeeded", end_time="2026-01-01T12:00:40Z")
    plan = reconcile(snapshot(job(done, ttlSecondsAfterFinished=100), now=now))
    assert plan.delete_videojob is deleted
    assert deleted or (plan.requeue_after and timedelta(seconds=40) <= plan.requeue_after < timedelta(seconds=41))


def test_permanent_failure() -> None:
    failed = report(outcome="Failed", exit_code=66, message="input main: there is no s3://m/in.mp4")
    plan = reconcile(snapshot(job(status_with(attempt())), [evidence(heard=heard(failed))]))
    assert plan.status and (plan.status.phase, plan.status.reason) == (Phase.FAILED, Reason.INPUT_NOT_FOUND)
    assert conditions(plan) | {"Finished": "True", "Failed": "True", "Stalled": "True"} == conditions(plan)
    assert not plan.start


def test_silence_is_judged_only_while_listening() -> None:
    seen = [evidence(heard=heard(report(), 40))]
    quiet = reconcile(snapshot(job(status_with(attempt())), seen, now=230))
    assert quiet.status and quiet.status.attempts[0].reason == "RunnerSilent"
    assert quiet.delete_jobs == (DeleteJob(A1, f"job-{A1}"),)
    fresh = reconcile(snapshot(job(status_with(attempt())), seen, now=230, listening=200))
    assert fresh.status and fresh.status.attempts[0].verdict is None
    assert fresh.requeue_after and fresh.requeue_after > timedelta(seconds=140)


def test_dead_node_is_judged_sooner() -> None:
    seen = [evidence(heard=heard(report(), 40))]
    for nodes in ([node(ready=False)], []):
        early = reconcile(snapshot(job(status_with(attempt(node="n1"))), seen, now=95, nodes=nodes))
        assert early.status and early.status.attempts[0].verdict is None
        plan = reconcile(snapshot(job(status_with(attempt(node="n1"))), seen, now=101, nodes=nodes))
        assert plan.status and plan.status.attempts[0].reason == "NodeLost"


def test_suspend_takes_the_attempt_back() -> None:
    plan = reconcile(snapshot(job(status_with(attempt()), suspend=True), [evidence(heard=heard(report()))]))
    assert plan.delete_jobs == (DeleteJob(A1, f"job-{A1}"),)
    assert plan.status and plan.status.phase == Phase.SUSPENDED
    assert plan.status.counts and plan.status.counts.disruptions == 0
    assert conditions(plan)["Suspended"] == "True" and conditions(plan)["Reconciling"] == "False"
    woken = reconcile(snapshot(job(plan.status)))
    assert woken.start and "Unsuspended" in event_reasons(woken)


def test_active_deadline() -> None:
    plan = reconcile(snapshot(job(status_with(attempt()), activeDeadlineSeconds=50), [evidence()], now=60))
    assert plan.status and plan.status.reason == Reason.DEADLINE_EXCEEDED
    assert plan.delete_jobs == (DeleteJob(A1, f"job-{A1}"),)


def test_deleting_is_left_to_the_garbage_collector() -> None:

    assert reconcile(snapshot(replace(job(), deleting=True), [evidence()])) == Plan()
