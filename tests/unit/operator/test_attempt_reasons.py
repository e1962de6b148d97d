"""Every reason of an attempt's end has one row, and what goes by the table goes by all of it."""

from collections.abc import Iterable

import pytest

from spotreel_operator.reconcile.attempt_reasons import CONSEQUENCES, Consequences
from spotreel_operator.reconcile.attempts import verdict_events
from spotreel_operator.reconcile.avoid import avoided
from spotreel_operator.reconcile.budgets import exhausted
from spotreel_operator.reconcile.counters import budget_of, counted
from tests.unit.operator.histories import lost
from tests.unit.operator.make import at
from videojob_api.names import AttemptReason, Event, Verdict
from videojob_api.prices import Prices
from videojob_api.reasons import Reason
from videojob_api.status import Attempt, Budget, Counts
from videojob_api.tables import whole

ROWS = list(CONSEQUENCES.values())
COUNTERS = {"oom_kills", "storage_kills", "kills"}


def ended(row: Consequences, verdict: Verdict = Verdict.CRASH, number: int = 1) -> Attempt:
    return lost(f"reel-12345-0-{number}", verdict=verdict, reason=row.reason, segments=0, node="n1")


def counts_of(attempts: Iterable[Attempt]) -> Counts:
    return counted(Counts(), attempts, 2, Prices())


def test_a_new_reason_without_a_row_is_refused() -> None:
    with pytest.raises(ValueError, match="no row for 'OfTomorrow'"):
        whole([*map(str, AttemptReason), "OfTomorrow"], ROWS, key=lambda row: str(row.reason))


def test_an_event_that_is_called_like_a_reason_is_that_reasons_own() -> None:
    """Suspended is said of the job: its attempts are taken back without an event."""
    same = {str(event) for event in Event} & {str(reason) for reason in AttemptReason} - {"Suspended"}
    assert {str(row.reason) for row in ROWS if row.event} == same
    assert all(row.event is None or row.event.value == row.reason.value for row in ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.reason)
@pytest.mark.parametrize("verdict", [Verdict.DISRUPTION, Verdict.CRASH])
def test_each_unwelcome_end_has_one_event(row: Consequences, verdict: Verdict) -> None:
    (event,) = verdict_events(ended(row, verdict))
    assert event.reason == row.event or row.event is None
    assert row.event or event.reason == {"Disruption": Event.DISRUPTED, "Crash": Event.CRASHED}[verdict]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.reason)
def test_each_reason_raises_its_counter_and_no_other(row: Consequences) -> None:
    counts = counts_of([ended(row)])
    for found in (counts, budget_of(counts)):
        assert {name for name in COUNTERS if getattr(found, name)} == ({row.counter} if row.counter else set())
    assert counts.crashes == (0 if row.lack else 1)


def test_counters_are_fields_of_totals_and_budgets() -> None:
    assert {row.counter for row in ROWS if row.counter} == COUNTERS
    assert Counts.model_fields.keys() >= COUNTERS <= Budget.model_fields.keys()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.reason)
def test_a_limit_that_was_too_low_twice_ends_the_job(row: Consequences) -> None:
    twice = [ended(row, number=number) for number in (1, 2)]
    found = exhausted(twice, budget_of(counts_of(twice)), 10, 10)
    assert (found.reason if found else None) == row.lack
    assert row.lack is None or (row.lack in Reason and row.counter)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.reason)
def test_a_node_is_avoided_only_if_it_was_at_fault(row: Consequences) -> None:
    attempt = ended(row).model_copy(update={"end_time": "2026-01-01T12:00:30Z"})
    assert avoided([attempt], at(60)) == (("n1",) if row.unfit_node else ())
