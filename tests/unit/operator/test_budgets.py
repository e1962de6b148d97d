"""How often what may go wrong, and what is nobody's fault."""

from typing import Any

import pytest

from spotreel_operator.reconcile.ending import too_late
from spotreel_operator.reconcile.reconcile import reconcile
from tests.unit.operator.histories import A2, attempt, lost, status_with
from tests.unit.operator.make import ended, evidence, job, snapshot
from videojob_api.names import Reason
from videojob_api.status import Counts, VideoJobStatus


def after_tries(*reasons: str) -> VideoJobStatus:
    tries = [lost(f"reel-12345-0-{n}", segments=0, reason=reason) for n, reason in enumerate(reasons, 1)]
    status = reconcile(snapshot(job(status_with(*tries)), now=500)).status
    assert status
    return status


OUT = "StoreUnreachable"


@pytest.mark.parametrize(
    "reasons",
    [
        (OUT, OUT, "Preempted", OUT),
        ("Preempted", OUT, OUT, OUT, OUT),
        (OUT, "Evicted", OUT, OUT, "Preempted", OUT),
        (OUT,) * 8,
    ],
)
def test_a_preemption_in_an_outage_of_the_store_ends_nothing(reasons: tuple[str, ...]) -> None:
    assert after_tries(*reasons).phase == "Pending"


@pytest.mark.parametrize(
    "reasons",
    [
        ("Preempted", "Stopped", "NodeLost"),
        (OUT, "Killed", "Killed", OUT, "Killed"),
        (OUT,) * 9,
        (OUT, OUT, OUT, OUT, "Preempted", OUT, OUT, OUT, OUT),
    ],
)
def test_an_end_comes_all_the_same(reasons: tuple[str, ...]) -> None:
    assert after_tries(*reasons).reason == Reason.NO_PROGRESS


@pytest.mark.parametrize(
    ("limit", "now", "begun"),
    [
        (100, 60, True),
        (100, 70, True),
        (100, 71, False),
        (40, 20, True),
        (40, 21, False),
        (10, 2, True),
        (None, 9e6, True),
    ],
)
def test_no_attempt_is_begun_a_moment_before_the_end(limit: int | None, now: float, begun: bool) -> None:
    spec: dict[str, Any] = {} if limit is None else {"activeDeadlineSeconds": limit}
    ended_before = lost(end_time="2026-01-01T12:00:01Z")
    plan = reconcile(snapshot(job(status_with(ended_before), **spec), now=now))
    assert plan.status and bool(plan.start) is begun
    if not begun:
        assert plan.status.reason == Reason.DEADLINE_EXCEEDED and "too few for another attempt" in str(
            plan.status.message
        )


def test_what_runs_has_all_the_time_there_is() -> None:
    running = snapshot(job(status_with(attempt()), activeDeadlineSeconds=61), [evidence()], now=60)
    assert too_late(running, running=True) == "" and not reconcile(running).delete_jobs


def test_an_attempt_lost_a_moment_before_the_end_is_the_last() -> None:
    seen = [evidence(pod=ended(75))]
    status = status_with(attempt(), counts=Counts(attempts=1))
    plan = reconcile(snapshot(job(status, activeDeadlineSeconds=70), seen, now=60))
    assert not plan.start and plan.status and plan.status.reason == Reason.DEADLINE_EXCEEDED
    assert plan.status.attempts[0].verdict == "Disruption" and plan.status.end_time


def test_a_disk_that_is_full_twice_ends_the_job_as_a_storage_limit_does() -> None:
    first = lost(verdict="Crash", reason="StorageExceeded", segments=0)
    status = status_with(first, attempt(A2), counts=Counts(attempts=2))
    plan = reconcile(snapshot(job(status), [evidence(A2, pod=ended(74))]))
    assert plan.status and (plan.status.phase, plan.status.reason) == ("Failed", Reason.OUT_OF_STORAGE)
    assert plan.status.counts and plan.status.counts.crashes == 0
