"""Counters in status: equal to sums over the whole history, however long; the list is a window."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spotreel_operator.reconcile.attempt_reasons import TOO_LITTLE
from spotreel_operator.reconcile.budgets import exhausted, pause
from spotreel_operator.reconcile.cost import bill, cost
from spotreel_operator.reconcile.counters import budget_of, counted, counters, retried
from spotreel_operator.reconcile.lane_review import listed
from spotreel_operator.reconcile.reconcile import reconcile
from spotreel_operator.state.lane_records import lane_records
from tests.unit.operator.histories import A1, A2, attempt, lost, status_with
from tests.unit.operator.make import at, config, ended, evidence, heard, job, report, snapshot
from videojob_api.reasons import Reason
from videojob_api.status import Attempt, Budget, Counts, Spent, VideoJobStatus

PRICES = config().prices
ENDS = [
    ("Disruption", "Preempted"),
    ("Disruption", "StoreUnreachable"),
    ("Disruption", "Killed"),
    ("Disruption", "NoResult"),
    ("Crash", "Crashed"),
    ("Crash", "OOMKilled"),
    ("Crash", "StorageExceeded"),
    ("Withdrawn", "NoCapacity"),
    ("Withdrawn", "Suspended"),
]


def closed(number: int, end: tuple[str, str], segments: int, seconds: int) -> Attempt:
    return Attempt(
        name=f"reel-12345-0-{number}", tier="spot", verdict=end[0], reason=end[1], segments=segments,
        start_time=None if end[1] == "NoCapacity" else "2026-01-01T12:00:00Z",
        render_time="2026-01-01T12:00:10Z", end_time=f"2026-01-01T12:{seconds // 60:02}:{seconds % 60:02}Z",
        encoded_frames=segments * 30 + 7, lost_frames=7, instance_type="g5.xlarge", capacity="Spot",
    )  # fmt: skip


histories = st.lists(
    st.tuples(st.sampled_from(ENDS), st.integers(0, 2), st.integers(0, 3599)), min_size=1, max_size=300
)


def made(history: list[tuple[tuple[str, str], int, int]]) -> list[Attempt]:
    return [closed(n, *entry) for n, entry in enumerate(history, 1)]


@given(histories)
@settings(max_examples=60, deadline=None)
def test_counters_are_sums_over_the_whole_history(history: list[tuple[tuple[str, str], int, int]]) -> None:
    counts, window, attempts, before = Counts(), tuple[Attempt, ...](), made(history), 0.0
    for number, one in enumerate(attempts, 1):
        counts, window = counted(counts, [one], number, PRICES), listed((*window, one))
        shown = cost(counts, window, PRICES, at(9999))
        assert shown is None or float(shown.total) >= before
        before = float(shown.total) if shown else before
    assert len(window) <= 32 and counts.attempts == len(attempts)
    assert counts.disruptions == sum(a.verdict == "Disruption" for a in attempts)
    assert counts.crashes == sum(a.verdict == "Crash" and a.reason not in TOO_LITTLE for a in attempts)
    assert counts.oom_kills == sum(a.reason == "OOMKilled" for a in attempts)
    assert counts.storage_kills == sum(a.reason == "StorageExceeded" for a in attempts)
    assert counts.kills == sum(a.reason == "Killed" for a in attempts)
    assert counts.encoded_frames == sum(a.encoded_frames or 0 for a in attempts)
    assert counts.lost_frames == 7 * len(attempts)
    bills = [b for a in attempts if (b := bill(a, PRICES, at(0)))]
    assert counts.spent and counts.spent.attempts == len(bills)
    for part in ("total", "startup", "lost", "on_demand"):
        assert float(getattr(counts.spent, part)) == pytest.approx(sum(getattr(b, part) for b in bills), abs=1e-5)


@given(histories)
@settings(max_examples=60, deadline=None)
def test_budgets_decide_as_by_the_whole_list(history: list[tuple[tuple[str, str], int, int]]) -> None:
    attempts = made(history)
    counts = counted(Counts(), attempts, len(attempts), PRICES)
    ends = [a for a in attempts if a.verdict != "Withdrawn"]
    useful = [n for n, a in enumerate(ends, 1) if a.segments and a.reason != "NoResult"]
    streak = ends[useful[-1] if useful else 0 :]
    budget = budget_of(counts)
    assert budget.barren == len(streak)
    assert budget.outages == sum(a.reason == "StoreUnreachable" for a in streak)
    spent = exhausted(listed(attempts), budget, 10_000, 10)
    lacks = [a.reason for a in attempts if a.reason in TOO_LITTLE]
    if lacks.count("OOMKilled") > 1 or lacks.count("StorageExceeded") > 1:
        assert spent and spent.reason in (Reason.OUT_OF_MEMORY, Reason.OUT_OF_STORAGE)
    else:
        too_long = budget.barren - budget.outages >= 10 or budget.barren >= 30
        assert (spent is not None and spent.reason == Reason.NO_PROGRESS) == too_long


def test_cost_goes_on_growing_past_the_window() -> None:
    """A hundred attempts of 30 s each, looked at one by one; only 32 are listed."""
    status, totals = VideoJobStatus(start_time="2026-01-01T12:00:00Z"), list[float]()
    for number in range(1, 101):
        name = f"reel-12345-0-{number}"
        running = attempt(name, instance_type="g5.xlarge", capacity="Spot", node="n1")
        status = status.model_copy(update={"attempts": [*status.attempts[-31:], running]})
        seen = evidence(name, pod=ended(75, started=at(0), ended=at(30)), heard=heard(report(name)))
        plan = reconcile(snapshot(job(status), [seen]))
        assert plan.status and plan.status.cost
        totals.append(float(plan.status.cost.total))
        status = plan.status.model_copy(update={"attempts": plan.status.attempts[:-1]})
    assert totals == sorted(totals) and totals[-1] == pytest.approx(100 * 30 * 0.36 / 3600, abs=1e-4)
    assert status.counts and status.counts.disruptions == 100


def test_a_former_versions_status_is_read_once() -> None:
    """It had four totals, and everything else went by the list."""
    oom = attempt(verdict="Crash", reason="OOMKilled", segments=0, start_time="2026-01-01T12:00:00Z",
                  end_time="2026-01-01T12:00:30Z", instance_type="g5.xlarge", capacity="Spot")  # fmt: skip
    barren = [lost(f"reel-12345-0-{n}", segments=0) for n in (2, 3)]
    former = status_with(oom, *barren, counts=Counts(attempts=40, disruptions=30, crashes=2, oom_kills=1))
    found = counters(lane_records(former)[0], PRICES)
    assert (found.attempts, found.disruptions, found.crashes, found.oom_kills) == (40, 30, 2, 1)
    assert found.budget == Budget(crashes=2, oom_kills=1, barren=3)
    assert found.spent and Decimal(found.spent.total) == Decimal("0.003")
    again = former.model_copy(update={"counts": found})
    assert counters(lane_records(again)[0], PRICES) == found
    assert counters(lane_records(VideoJobStatus())[0], PRICES) == Counts(budget=Budget(), spent=Spent())


def test_the_same_verdict_is_added_once() -> None:
    seen = [evidence(pod=ended(75), heard=heard(report()))]
    first = reconcile(snapshot(job(status_with(attempt())), seen))
    assert first.status and first.status.counts and first.status.counts.disruptions == 1
    second = reconcile(snapshot(job(first.status), [*seen, evidence(A2, pod=None)]))
    assert second.status and second.status.counts and second.status.counts.disruptions == 1


def test_what_is_taken_back_is_paid_for() -> None:
    """A suspended attempt ran, and its node was not free."""
    running = attempt(instance_type="g5.xlarge", capacity="Spot", start_time="2026-01-01T12:00:00Z", node="n1")
    plan = reconcile(snapshot(job(status_with(running), suspend=True), [evidence(heard=heard(report()))], now=60))
    assert plan.status and plan.status.counts and plan.status.counts.spent
    assert Decimal(plan.status.counts.spent.total) == Decimal("0.006")
    assert plan.status.cost and plan.status.cost.total == "0.0060"
    again = reconcile(snapshot(job(plan.status, suspend=True), [evidence(heard=heard(report()))], now=90))
    assert again.status and again.status.cost == plan.status.cost


def test_a_price_that_was_missing_stays_missing() -> None:
    odd = closed(1, ENDS[0], 1, 60).model_copy(update={"instance_type": "x9"})
    counts = counted(Counts(), [odd, closed(2, ENDS[0], 1, 60)], 2, PRICES)
    assert counts.spent and counts.spent.unpriced == ["x9/Spot"] and counts.spent.attempts == 2
    assert cost(counts, (), PRICES, at(0)) is None
    many = [odd.model_copy(update={"instance_type": f"x{n}"}) for n in range(99)]
    counts = counted(counts, many, 101, PRICES)
    assert counts.spent and len(counts.spent.unpriced) == 16


def test_one_preemption_in_an_outage_of_the_store_ends_nothing() -> None:
    def decided(*reasons: str) -> bool:
        tries = [closed(n, ("Disruption", reason), 0, 60) for n, reason in enumerate(reasons, 1)]
        return exhausted(tries, budget_of(counted(Counts(), tries, len(tries), PRICES)), 3, 3) is not None

    outage = "StoreUnreachable"
    assert not decided(outage, outage, outage, "Preempted", outage, outage)
    assert not decided(*[outage] * 8) and decided(*[outage] * 9)
    assert not decided("Preempted", "Preempted") and decided("Preempted", outage, "Preempted", "Preempted")


def test_a_retry_keeps_totals() -> None:
    counts = counted(Counts(), [closed(1, ("Crash", "Crashed"), 0, 60)], 1, PRICES)
    after = retried(counts)
    assert after.budget == Budget(since=1) and after.spent == counts.spent
    assert (after.crashes, after.retries) == (1, 1)
    assert pause((lost(A1, segments=0),), budget_of(after)).total_seconds() == 0


def test_pauses_do_not_overflow() -> None:
    assert pause((lost(segments=0),), Budget(barren=5000)).total_seconds() == 60
