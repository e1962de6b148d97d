"""How often what may go wrong, and what is nobody's fault."""

import pytest

from spotreel_operator.reconcile.reconcile import reconcile
from tests.unit.operator.histories import A2, attempt, lost, status_with
from tests.unit.operator.make import ended, evidence, job, snapshot
from videojob_api.reasons import Reason
from videojob_api.status import Counts, VideoJobStatus


def after_tries(*reasons: str) -> VideoJobStatus:
    tries = [lost(f"reel-12345-0-{n}", segments=0, reason=reason) for n, reason in enumerate(reasons, 1)]
    status = reconcile(snapshot(job(status_with(*tries)), now=500)).status
    assert status
    return status


def test_windows_of_analyses_are_progress_too() -> None:
    tries = [lost(f"reel-12345-0-{n}", segments=0, windows=int(n == 2)) for n in (1, 2, 3, 4)]
    assert (status := reconcile(snapshot(job(status_with(*tries)), now=500)).status) and status.phase == "Pending"
    barren = [lost(f"reel-12345-0-{n}", segments=0, windows=0) for n in (1, 2, 3)]
    assert (status := reconcile(snapshot(job(status_with(*barren)), now=500)).status) and status.phase == "Failed"
    assert (status.message or "").startswith("no new segment or window of an analysis in 3 attempts in a row; the last")


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


def test_a_disk_that_is_full_twice_ends_the_job_as_a_storage_limit_does() -> None:
    first = lost(verdict="Crash", reason="StorageExceeded", segments=0)
    status = status_with(first, attempt(A2), counts=Counts(attempts=2))
    plan = reconcile(snapshot(job(status), [evidence(A2, pod=ended(74))]))
    assert plan.status and (plan.status.phase, plan.status.reason) == ("Failed", Reason.OUT_OF_STORAGE)
    assert plan.status.counts and plan.status.counts.crashes == 0
