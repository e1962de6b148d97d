"""A job that nothing new may be begun for: what runs and what has ended is taken care of all the same."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spotreel_operator.reconcile.plan import DeleteJob, Plan
from spotreel_operator.reconcile.reconcile import reconcile
from spotreel_operator.state.evidence import Evidence
from spotreel_operator.state.snapshot import Snapshot
from spotreel_operator.state.videojobs import VideoJob
from tests.unit.operator.histories import A1, attempt, conditions, event_reasons, lost, status_with
from tests.unit.operator.make import (
    OUTPUT,
    SPEC,
    T0,
    at,
    batch_job,
    config,
    ended,
    evidence,
    heard,
    job,
    pod,
    report,
    snapshot,
    success,
)
from tests.unit.operator.raw import raw_videojob
from videojob_api.names import Phase, Verdict
from videojob_api.reasons import Reason
from videojob_api.status import Attempt, ClassStatus, VideoJobStatus

RENAMED = config(defaultClass="new", classes={"new": {}})
TIGHTENED = config(allowedURIs=["s3://elsewhere/"])
CHANGES = [("ClassNotFound", RENAMED), ("URINotAllowed", TIGHTENED)]


def stalled(
    status: VideoJobStatus, seen: list[Evidence], change: Any = RENAMED, now: float = 60, **spec: Any
) -> Snapshot:
    return snapshot(job(status, className="gpu", **spec), seen, configuration=change, now=now)


def unreadable(status: VideoJobStatus, seen: list[Evidence], now: float = 60, **spec: Any) -> Snapshot:
    body = raw_videojob(spec=SPEC | spec | {"timeline": {"hologram": {}}})
    seen_job = replace(VideoJob.read(body), status=status, created=T0)
    assert seen_job.spec is None and seen_job.problem
    return snapshot(seen_job, seen, now=now)


def stall_reason(plan: Plan) -> str:
    assert plan.status
    return next(c.reason for c in plan.status.conditions if c.type == "Stalled" and c.status == "True")


@pytest.mark.parametrize(("reason", "change"), CHANGES)
def test_a_running_attempt_goes_on_and_both_are_said(reason: str, change: Any) -> None:
    status = status_with(attempt(), class_=ClassStatus(name="gpu", hash="abc"))
    plan = reconcile(stalled(status, [evidence(heard=heard(report()))], change))
    assert plan.status and plan.status.phase == Phase.RUNNING and plan.status.reason == "Rendering"
    assert conditions(plan) | {"Progressing": "True", "Stalled": "True", "Reconciling": "False"} == conditions(plan)
    assert stall_reason(plan) == reason
    assert not plan.delete_jobs and plan.status.class_ == ClassStatus(name="gpu", hash="abc")
    assert plan.status.progress and plan.status.progress.percent == 40


@pytest.mark.parametrize(("reason", "change"), CHANGES)
def test_a_success_is_recorded(reason: str, change: Any) -> None:
    plan = reconcile(stalled(status_with(attempt()), [evidence(heard=heard(success()))], change))
    assert plan.status and plan.status.phase == Phase.SUCCEEDED
    assert plan.status.outputs and plan.status.outputs[0].uri == OUTPUT
    assert conditions(plan) | {"Complete": "True", "Stalled": "False"} == conditions(plan)


@pytest.mark.parametrize(("reason", "change"), CHANGES)
def test_a_lost_attempt_gets_its_verdict_and_no_other_is_begun(reason: str, change: Any) -> None:
    plan = reconcile(stalled(status_with(attempt()), [evidence(pod=ended(75))], change))
    assert not plan.start and plan.status
    assert plan.status.attempts[0].verdict == Verdict.DISRUPTION
    assert plan.status.counts and plan.status.counts.disruptions == 1
    assert (plan.status.phase, plan.status.reason) == (Phase.PENDING, reason)
    assert "Disrupted" in event_reasons(plan)


@pytest.mark.parametrize(("reason", "change"), CHANGES)
def test_suspend_takes_the_attempt_back(reason: str, change: Any) -> None:
    plan = reconcile(stalled(status_with(attempt()), [evidence()], change, suspend=True))
    assert plan.delete_jobs == (DeleteJob(A1, f"job-{A1}"),)
    assert plan.status and plan.status.phase == Phase.SUSPENDED and stall_reason(plan) == reason


def test_the_deadline_ends_it() -> None:
    plan = reconcile(stalled(status_with(attempt()), [evidence()], activeDeadlineSeconds=50))
    assert plan.status and plan.status.reason == Reason.DEADLINE_EXCEEDED
    assert plan.delete_jobs == (DeleteJob(A1, f"job-{A1}"),)
    never_begun = reconcile(stalled(VideoJobStatus(), [], activeDeadlineSeconds=50))
    assert never_begun.status and never_begun.status.reason == Reason.DEADLINE_EXCEEDED


def test_silence_is_judged() -> None:
    plan = reconcile(stalled(status_with(attempt()), [evidence(heard=heard(report(), 40))], now=230))
    assert plan.status and plan.status.attempts[0].reason == "RunnerSilent"
    assert plan.delete_jobs == (DeleteJob(A1, f"job-{A1}"),)


def test_budgets_of_a_class_that_is_gone_end_nothing() -> None:
    """Its backoffLimit is not known any more."""
    crash = attempt(verdict="Crash", reason="Crashed", end_time="2026-01-01T12:00:30Z")
    counts = status_with(crash).counts.model_copy(update={"crashes": 5})  # type: ignore[union-attr]
    plan = reconcile(stalled(status_with(crash, counts=counts), []))
    assert plan.status and plan.status.reason == Reason.CLASS_NOT_FOUND


def test_no_attempt_is_taken_back_that_nothing_could_follow() -> None:
    waiting = pod(node=None, started=None, phase="Pending")
    plan = reconcile(stalled(status_with(attempt()), [evidence(pod=waiting)], TIGHTENED, now=1000))
    assert not plan.delete_pods and not plan.delete_jobs


def test_time_asleep_does_not_count_though_it_wakes_into_a_stall() -> None:
    plan = reconcile(stalled(status_with(lost(), phase="Suspended"), [], now=500, activeDeadlineSeconds=100))
    assert plan.status and plan.status.start_time == "2026-01-01T12:08:20Z" and plan.status.phase == Phase.PENDING


def test_it_goes_on_when_the_class_is_back() -> None:
    before = stalled(status_with(lost()), [])
    held = reconcile(before)
    assert not held.start and held.requeue_after and held.requeue_after <= timedelta(seconds=15)
    assert reconcile(snapshot(job(held.status, className="gpu"))).start


def test_a_spec_that_cannot_be_read_stops_the_next_attempt_only() -> None:
    done = reconcile(unreadable(status_with(attempt()), [evidence(heard=heard(success()))]))
    assert done.status and done.status.phase == Phase.SUCCEEDED and done.status.outputs
    running = reconcile(unreadable(status_with(attempt()), [evidence(heard=heard(report()))]))
    assert running.status and running.status.phase == Phase.RUNNING and stall_reason(running) == Reason.SPEC_INVALID
    suspended = reconcile(unreadable(status_with(attempt()), [evidence()], suspend=True))
    assert suspended.delete_jobs and suspended.status and suspended.status.phase == Phase.SUSPENDED
    late = reconcile(unreadable(status_with(attempt()), [evidence()], activeDeadlineSeconds=50))
    assert late.status and late.status.reason == Reason.DEADLINE_EXCEEDED
    lost_one = reconcile(unreadable(status_with(attempt()), [evidence(pod=ended(75))]))
    assert not lost_one.start and lost_one.status and lost_one.status.attempts[0].verdict == Verdict.DISRUPTION


def test_time_to_live_of_a_spec_that_cannot_be_read() -> None:
    over = status_with(lost(), phase="Succeeded", end_time="2026-01-01T12:00:40Z")
    assert reconcile(unreadable(over, [], now=141, ttlSecondsAfterFinished=100)).delete_videojob


ATTEMPTS = st.lists(
    st.sampled_from(["Preempted", "StoreUnreachable", "NodeUnfit", "NotStarted", "NoResult"]), max_size=6
)
STALLS = st.sampled_from(["renamed", "tightened", "unreadable"])


@given(ATTEMPTS, STALLS, st.booleans(), st.floats(0, 100_000), st.booleans())
def test_success_is_always_recorded(reasons: list[str], kind: str, suspend: bool, now: float, said: bool) -> None:
    """Whatever came before, whatever stands in the way: a result that is there is said to be there."""
    past: list[Attempt] = [lost(f"reel-12345-0-{n}", reason=r, segments=0) for n, r in enumerate(reasons, 1)]
    name = f"reel-12345-0-{len(past) + 1}"
    word = success(name)
    proof = {"heard": heard(word)} if said else {"pod": ended(0, last_word=word, ended=at(55))}
    seen = [evidence(name, job=batch_job(name), **proof)]
    status = status_with(*past, attempt(name))
    spec = {"suspend": suspend, "activeDeadlineSeconds": 70}
    if kind == "unreadable":
        plan = reconcile(unreadable(status, seen, now, **spec))
    else:
        plan = reconcile(stalled(status, seen, RENAMED if kind == "renamed" else TIGHTENED, now, **spec))
    assert plan.status and plan.status.phase == Phase.SUCCEEDED and plan.status.outputs
    assert plan.status.attempts[-1].verdict == Verdict.SUCCEEDED and not plan.start
