"""When a job's hard limit of time ends it."""

from typing import Any

import pytest

from spotreel_operator.reconcile.ending import too_late
from spotreel_operator.reconcile.reconcile import reconcile
from tests.unit.operator.histories import attempt, lost, status_with
from tests.unit.operator.make import ended, evidence, job, snapshot
from videojob_api.reasons import Reason
from videojob_api.status import Counts


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
