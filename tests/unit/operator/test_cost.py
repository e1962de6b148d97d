"""Prices by zone and date, and sums that never fall and never forget."""

from decimal import Decimal
from itertools import pairwise

import pytest

from spotreel_operator.reconcile.cost import bill, cost, unpriced
from spotreel_operator.reconcile.counters import counted
from spotreel_operator.reconcile.lane_review import listed
from spotreel_operator.state.times import format_time
from tests.unit.operator.make import at, config
from videojob_api.prices import Prices
from videojob_api.status import Attempt, Counts

HOUR = 3600


def priced(*entries: dict[str, object]) -> Prices:
    return config(prices={"table": {"g5.xlarge": {"Spot": 0.36, "OnDemand": 1.08}}, "entries": list(entries)}).prices


def entry(per_hour: float, **more: object) -> dict[str, object]:
    return {"instanceType": "g5.xlarge", "capacity": "Spot", "perHour": per_hour, **more}


def ran(begin: float, end: float | None, zone: str = "a", render: float | None = None, **more: object) -> Attempt:
    return Attempt(
        name="reel-12345-0-1", instance_type="g5.xlarge", capacity="Spot", zone=zone,
        start_time=format_time(at(begin)), render_time=None if render is None else format_time(at(render)),
        end_time=None if end is None else format_time(at(end)),
    ).model_copy(update=more)  # fmt: skip


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([], 0.36),
        ([entry(0.5)], 0.5),
        ([entry(0.5), entry(0.6, zone="a")], 0.6),
        ([entry(0.5), entry(0.6, zone="b")], 0.5),
        ([entry(0.6, zone="b")], 0.36),
        ([entry(0.5), {**entry(0.7), "from": "2026-01-01T12:00:00Z"}], 0.7),
        ([entry(0.5), {**entry(0.7), "from": "2027-01-01T00:00:00Z"}], 0.5),
        (
            [{**entry(0.6, zone="a"), "from": "2020-01-01T00:00:00Z"}, {**entry(0.7), "from": "2025-01-01T00:00:00Z"}],
            0.6,
        ),
    ],
)
def test_which_price_counts(entries: list[dict[str, object]], expected: float) -> None:
    paid = bill(ran(0, HOUR), priced(*entries), at(HOUR))
    assert paid and paid.total == pytest.approx(expected)


def test_an_attempt_pays_the_price_of_each_hour() -> None:
    """A quarter of it at the old price; its start, half an hour, is the quarter and as much at the new one."""
    changed = priced(entry(0.4), {**entry(0.8), "from": "2026-01-01T12:15:00Z"})
    paid = bill(ran(0, HOUR, render=HOUR / 2), changed, at(HOUR))
    assert paid and paid.total == pytest.approx(0.1 + 0.6) and paid.startup == pytest.approx(0.1 + 0.2)
    assert paid.on_demand == pytest.approx(1.08)


def test_joining_is_neither_work_nor_a_start() -> None:
    """A runner that renders for half an hour and joins for a quarter; one that only joins, in three quarters."""
    first = bill(ran(0, HOUR, render=HOUR / 4, join_time=format_time(at(HOUR * 3 / 4))), priced(), at(HOUR))
    assert first and (first.total, first.startup, first.joined) == pytest.approx((0.36, 0.09, 0.09))
    only = bill(ran(0, HOUR, join_time=format_time(at(HOUR / 4))), priced(), at(HOUR))
    assert only and (only.startup, only.joined, only.lost) == pytest.approx((0.09, 0.27, 0))
    running = cost(Counts(), [ran(0, None, render=0, join_time=format_time(at(HOUR / 2)))], priced(), at(HOUR))
    assert running and (running.total, running.marginal, running.joined) == ("0.3600", "0.1800", "0.1800")


def test_before_its_first_entry_a_type_may_have_no_price() -> None:
    later = Prices.model_validate({"entries": [{**entry(1), "from": "2026-01-01T12:30:00Z"}]})
    assert bill(ran(0, HOUR), later, at(HOUR)) is None and unpriced(ran(0, HOUR), later) == "g5.xlarge/Spot"
    paid = bill(ran(HOUR / 2, HOUR), later, at(HOUR))
    assert paid and paid.total == pytest.approx(0.5) and paid.on_demand == pytest.approx(0.5)


def test_after_500_attempts_nothing_is_forgotten_and_no_sum_has_fallen() -> None:
    prices, counts, window = priced(), Counts(), tuple[Attempt, ...]()
    totals: list[tuple[float, ...]] = []
    for number in range(1, 501):
        begun = ran(60 * number, None, render=60 * number + 10, name=f"reel-12345-0-{number}", encoded_frames=100)
        shown = cost(counts, [*window, begun], prices, at(60 * number + 30))
        over = begun.model_copy(
            update={"verdict": "Disruption", "reason": "Preempted", "end_time": format_time(at(60 * number + 40)),
                    "lost_frames": 10}
        )  # fmt: skip
        counts, window = counted(counts, [over], number, prices), listed((*window, over))
        for found in (shown, cost(counts, window, prices, at(60 * number + 50))):
            assert found and found.startup and found.on_demand_estimate
            totals.append((float(found.total), float(found.startup), float(found.on_demand_estimate)))
    assert len(window) == 32
    steps = [zip(before, after, strict=True) for before, after in pairwise(totals)]
    assert all(a <= b for step in steps for a, b in step)
    spent = counts.spent
    assert spent and spent.attempts == 500
    assert Decimal(spent.total) == pytest.approx(Decimal(500 * 40) * Decimal("0.0001"))
    assert Decimal(spent.startup) == pytest.approx(Decimal("0.5")) and Decimal(spent.lost) == pytest.approx(
        Decimal("0.15")
    )
