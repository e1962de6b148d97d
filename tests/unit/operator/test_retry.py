"""A failed job goes on in the same workspace, once for each value of its annotation."""

import json
from dataclasses import replace
from typing import Any

import pytest

from spotreel_operator.reconcile.plan import Plan
from spotreel_operator.reconcile.reconcile import reconcile
from spotreel_operator.state.videojobs import VideoJob
from tests.unit.operator.histories import A1, A2, attempt, conditions, event_reasons, lost, status_with
from tests.unit.operator.make import ended, evidence, job, snapshot
from videojob_api.names import ANNOTATION_RETRY, Phase
from videojob_api.reasons import Reason
from videojob_api.status import ConditionStatus, Progress, RetryStatus, RunnerStatus, VideoJobStatus

END = "2026-01-01T12:00:50Z"


def out_of_memory() -> VideoJobStatus:
    """Of a job that nearly all segments are there of."""
    kills = [
        attempt(name, verdict="Crash", reason="OOMKilled", end_time=END, segments=9, message="killed")
        for name in (A1, A2)
    ]
    plan = reconcile(snapshot(job(status_with(*kills)), now=55))
    assert plan.status and plan.status.reason == Reason.OUT_OF_MEMORY
    progress = Progress(percent=95, segments=19, total_segments=20, fps=30.0, remaining="2s")
    return plan.status.model_copy(
        update={"progress": progress, "runner": RunnerStatus(image="spotreel/runner@sha256:1")}
    )


def look(status: VideoJobStatus | None, value: str | None = "1", now: float = 100, **spec: Any) -> Plan:
    annotations = {} if value is None else {ANNOTATION_RETRY: value}
    return reconcile(snapshot(replace(job(status, **spec), annotations=annotations), now=now))


def test_out_of_memory_goes_on_in_the_same_workspace() -> None:
    again = look(out_of_memory(), deadline="10s", activeDeadlineSeconds=10)
    assert again.status and not again.start and again.requeue_after is not None
    assert (again.status.phase, again.status.reason) == (Phase.PENDING, Reason.RESUMING)
    assert again.status.end_time is None and again.status.start_time == "2026-01-01T12:01:40Z"
    assert again.status.progress == Progress(percent=95, segments=19, total_segments=20)
    assert event_reasons(again) == ["Retried"]
    following = look(again.status, now=101, activeDeadlineSeconds=10)
    assert following.start and following.start[0].name.endswith("-0-3")
    assert following.start[0].image == "spotreel/runner@sha256:1", "segments are of that software"
    order = json.loads(following.start[0].order)
    assert order["workspace"].endswith("/ns/reel-12345678-aaaa-bbbb-cccc-1234567890ab/")
    assert "maxParallel" not in order, "budgets begin anew, with the limit that was raised"


def test_budgets_are_whole_again_and_totals_stay() -> None:
    again = look(out_of_memory())
    assert again.status and again.status.counts and again.status.counts.budget
    counts, budget = again.status.counts, again.status.counts.budget
    assert (counts.attempts, counts.oom_kills, counts.retries) == (2, 2, 1)
    assert (budget.since, budget.oom_kills, budget.barren) == (2, 0, 0)
    status = again.status
    for number in (3, 4):
        running = status.model_copy(update={"attempts": [attempt(f"reel-12345-0-{number}")]})
        killed = evidence(f"reel-12345-0-{number}", pod=ended(137, oom_killed=True))
        plan = reconcile(snapshot(replace(job(running), annotations={ANNOTATION_RETRY: "1"}), [killed], now=200))
        assert plan.status and plan.status.counts
        assert plan.status.counts.oom_kills == number
        status = plan.status
    assert status.phase == Phase.FAILED, "two more, and it fails again"


def test_each_value_counts_once() -> None:
    again = look(out_of_memory())
    assert again.status
    failed = again.status.model_copy(update={"phase": "Failed", "end_time": END})
    assert look(failed, "1") == Plan() and look(failed, None) == Plan() and look(failed, " ") == Plan()
    assert event_reasons(look(failed, "2")) == ["Retried"]


@pytest.mark.parametrize("phase", [Phase.RUNNING, Phase.SUCCEEDED, Phase.SUSPENDED])
def test_only_a_failed_job_is_retried(phase: Phase) -> None:
    status = status_with(lost(), phase=str(phase), end_time=END if phase == Phase.SUCCEEDED else None)
    plan = look(status, suspend=phase == Phase.SUSPENDED)
    assert plan.status and plan.status.retry == RetryStatus(value="1")
    assert "RetryIgnored" in event_reasons(plan) and "Retried" not in event_reasons(plan)
    failed = status_with(lost(), phase="Failed", end_time=END, retry=plan.status.retry)
    assert look(failed, "1") == Plan(), "it was set before the failure"
    assert event_reasons(look(failed, "2")) == ["Retried"]


def test_a_value_in_the_manifest_is_nobodys_wish() -> None:
    plan = look(None)
    assert plan.start and plan.status and plan.status.retry == RetryStatus(value="1")
    assert "RetryIgnored" not in event_reasons(plan)


def test_a_job_without_a_class_remembers_the_value_too() -> None:
    plan = look(status_with(lost()), className="nowhere")
    assert plan.status and plan.status.reason == Reason.CLASS_NOT_FOUND
    assert plan.status.retry == RetryStatus(value="1")


def test_a_permanent_failure_is_retried_and_judged_by_new_attempts_only() -> None:
    bad = attempt(verdict="Failed", reason="InputNotFound", message="not there", end_time=END)
    failed = status_with(bad, phase="Failed", reason="InputNotFound", end_time=END)
    again = look(failed)
    assert again.status and again.status.attempts == [bad], "what was, stays in the list"
    following = look(again.status, now=101)
    assert following.start and following.start[0].name == A2


def test_conditions_leave_the_end() -> None:
    failed = out_of_memory()
    missed = ConditionStatus(type="DeadlineMissed", status="True", reason="DeadlineMissed", last_transition_time=END)
    failed = failed.model_copy(update={"conditions": [*failed.conditions, missed]})
    again = look(failed, deadline="1m")
    found = conditions(again)
    assert {k: found[k] for k in ("Finished", "Complete", "Failed", "Stalled")} == dict.fromkeys(
        ("Finished", "Complete", "Failed", "Stalled"), "False"
    )
    assert found["Reconciling"] == "True" and "DeadlineMissed" not in found
    assert again.status
    times = {c.type: c.last_transition_time for c in again.status.conditions}
    assert times["Failed"] == "2026-01-01T12:01:40Z" and times["Complete"] == "2026-01-01T12:00:55Z"


def test_the_second_failure_is_an_event_of_its_own() -> None:
    """Events of one reason and subject are one event."""
    again = look(out_of_memory())
    assert again.status
    late = look(again.status, now=200, activeDeadlineSeconds=50)
    assert late.status and late.status.reason == Reason.DEADLINE_EXCEEDED
    assert [e.subject for e in late.events if e.reason == "Failed"] == ["1"]


def test_a_retry_comes_before_the_end_of_its_time_to_live() -> None:
    plan = look(out_of_memory(), now=1000, ttlSecondsAfterFinished=10)
    assert not plan.delete_videojob and event_reasons(plan) == ["Retried"]
    assert look(out_of_memory(), None, now=1000, ttlSecondsAfterFinished=10).delete_videojob


def test_a_suspended_job_waits_with_its_retry() -> None:
    again = look(out_of_memory(), suspend=True)
    assert event_reasons(again) == ["Retried"]
    waiting = look(again.status, suspend=True)
    assert waiting.status and waiting.status.phase == Phase.SUSPENDED and not waiting.start


def test_a_long_value_fits_into_status() -> None:
    again = look(out_of_memory(), "x" * 100_000)
    assert again.status and again.status.retry and 250 < len(again.status.retry.value.encode()) <= 256
    failed = again.status.model_copy(update={"phase": "Failed", "end_time": END})
    assert look(failed, "x" * 100_000) == Plan()


def test_annotations_are_read() -> None:
    metadata = {
        "namespace": "ns", "name": "reel", "uid": "u", "resourceVersion": "1",
        "creationTimestamp": "2026-01-01T12:00:00Z", "annotations": {ANNOTATION_RETRY: "7"},
    }  # fmt: skip
    spec = {"inputs": [{"uri": "s3://m/a"}], "outputs": [{"uri": "s3://m/b.mp4"}]}
    assert VideoJob.read({"metadata": metadata, "spec": spec}).annotations == {ANNOTATION_RETRY: "7"}


def test_nothing_is_due_twice() -> None:
    """The look after the retry's own write creates one attempt and says nothing of a retry."""
    again = look(out_of_memory())
    following = look(again.status, now=101)
    assert following.start and event_reasons(following) == ["AttemptCreated"]
