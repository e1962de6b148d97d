"""A whole job: what ends or holds up all of it."""

from datetime import timedelta

from spotreel_operator.reconcile.job import STALLED_AGAIN, decided
from spotreel_operator.reconcile.plan import Plan
from tests.unit.operator.histories import A1, attempt, event_reasons, lost, status_with
from tests.unit.operator.make import batch_job, evidence, heard, job, report, snapshot
from videojob_api.names import Phase


def test_a_job_that_is_woken_says_so_also_where_it_has_to_wait() -> None:
    """The event was lost if the next attempt was not due yet."""
    tries = [lost(f"reel-12345-0-{n}", segments=0, end_time="2026-01-01T12:01:00Z") for n in (1, 2)]
    plan = decided(snapshot(job(status_with(*tries, phase="Suspended")), now=60))
    assert not plan.start and "Unsuspended" in event_reasons(plan)
    assert plan.status and plan.status.phase == Phase.PENDING


def test_its_own_limits_are_looked_at_in_time_whatever_its_lane_waits_for() -> None:
    running = [evidence(heard=heard(report(), 40))]
    plan = decided(snapshot(job(status_with(attempt()), activeDeadlineSeconds=60), running, now=50))
    assert plan.requeue_after and timedelta(seconds=10) < plan.requeue_after < timedelta(seconds=11)


def test_a_stalled_job_is_looked_at_again_soon() -> None:
    plan = decided(snapshot(job(className="none")))
    assert plan.requeue_after == STALLED_AGAIN and not plan.start


def test_a_finished_job_clears_what_hangs_and_asks_for_no_look_without_it() -> None:
    done = status_with(lost(), phase="Succeeded", end_time="2026-01-01T12:00:40Z")
    assert decided(snapshot(job(done), [], now=41)) == Plan()
    waits = decided(snapshot(job(done), [evidence(job=batch_job())], now=41))
    assert waits.delete_jobs == () and waits.requeue_after and waits.requeue_after < timedelta(seconds=60)
    assert [d.name for d in decided(snapshot(job(done), [evidence(job=batch_job())], now=101)).delete_jobs] == [A1]
