"""An attempt that is taken back says why."""

from typing import Any

import pytest

from spotreel_operator.reconcile.plan import DeleteJob
from spotreel_operator.reconcile.reconcile import reconcile
from tests.unit.operator.histories import A1, A2, attempt, status_with
from tests.unit.operator.make import batch_job, config, ended, evidence, heard, job, pod, report, snapshot, success
from videojob_api.names import AttemptReason as R
from videojob_api.names import Verdict
from videojob_api.status import Attempt, Counts

WAITS = pod(node=None, started=None, phase="Pending")
NO_IMAGE = pod(started=None, phase="Pending", waiting_reason="ErrImagePull")
OTHER = config(runner={"image": "spotreel/runner:2"})
RUNS = evidence(heard=heard(report()))
CASES: list[tuple[R, Any]] = [
    (R.NO_CAPACITY, snapshot(job(status_with(attempt())), [evidence(pod=WAITS)], now=100)),
    (R.IMAGE_REPLACED, snapshot(job(status_with(attempt())), [evidence(pod=NO_IMAGE)], configuration=OTHER)),
    (R.SUSPENDED, snapshot(job(status_with(attempt()), suspend=True), [RUNS])),
    (R.DEADLINE_EXCEEDED, snapshot(job(status_with(attempt()), activeDeadlineSeconds=50), [RUNS])),
]


@pytest.mark.parametrize(("reason", "seen"), CASES, ids=[case[0] for case in CASES])
def test_the_reason_is_why(reason: R, seen: Any) -> None:
    plan = reconcile(seen)
    assert plan.status and DeleteJob(A1, f"job-{A1}") in plan.delete_jobs
    (taken,) = plan.status.attempts
    assert (taken.verdict, taken.reason) == (Verdict.WITHDRAWN, reason) and taken.message and taken.end_time


@pytest.mark.parametrize(
    ("first", "reason"),
    [
        (evidence(heard=heard(success())), R.JOB_SUCCEEDED),
        (evidence(pod=ended(65)), R.JOB_FAILED),
    ],
)
@pytest.mark.parametrize("order", [1, -1])
def test_what_another_attempt_has_settled_is_no_deadline(first: Any, reason: R, order: int) -> None:
    """One that was given up too early speaks again, after the operator has died between two writes."""
    second = evidence(A2, heard=heard(report(A2)))
    plan = reconcile(snapshot(job(status_with(attempt())), [first, second][::order]))
    assert plan.status and [a.name for a in plan.status.attempts] == [A1, A2]
    settled, taken = plan.status.attempts
    assert settled.verdict in (Verdict.SUCCEEDED, Verdict.FAILED)
    assert (taken.verdict, taken.reason) == (Verdict.WITHDRAWN, reason)
    assert DeleteJob(A2, f"job-{A2}") in plan.delete_jobs


@pytest.mark.parametrize("spec", [{"suspend": True}, {"activeDeadlineSeconds": 50}])
def test_two_that_run_are_both_taken_back_and_paid_for(spec: dict[str, Any]) -> None:
    """A Job from before an interruption may run beside the one that was thought to be lost."""

    def running(name: str) -> Attempt:
        return attempt(name, node="n1", instance_type="g5.xlarge", capacity="Spot", start_time="2026-01-01T12:00:00Z")

    status = status_with(running(A1), running(A2), counts=Counts(attempts=2))
    seen = [evidence(name, job=batch_job(name), heard=heard(report(name))) for name in (A1, A2)]
    plan = reconcile(snapshot(job(status, **spec), seen))
    assert plan.status and {a.verdict for a in plan.status.attempts} == {Verdict.WITHDRAWN}
    assert plan.status.counts and plan.status.counts.spent and plan.status.counts.spent.attempts == 2
    assert {deleted.name for deleted in plan.delete_jobs} == {A1, A2}
