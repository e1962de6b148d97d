"""What the attempts cost, from the price table. An unknown price is said, never taken for 0."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import pairwise

from spotreel_operator.state.lane_records import attempts_of
from spotreel_operator.state.times import parse_time
from videojob_api.prices import Capacity, Prices
from videojob_api.status import MOST_UNPRICED, Attempt, Cost, Counts, Spent, VideoJobStatus

_PARTS = ("total", "startup", "lost", "joined", "on_demand")


@dataclass(frozen=True)
class Bill:
    """One attempt, in units of the currency."""

    total: float
    startup: float
    lost: float
    joined: float
    on_demand: float


def capacity_of(labels: Mapping[str, str], by_capacity: Mapping[Capacity, Mapping[str, str]]) -> Capacity | None:
    """Spot or OnDemand, by the node's labels; None if neither fits."""
    return next((name for name, wanted in by_capacity.items() if wanted.items() <= labels.items()), None)


def unknown_prices(status: VideoJobStatus, prices: Prices) -> set[str]:
    """`type/capacity` of what ran and had no price at its end, or runs and has none."""
    ended = status.counts.spent if status.counts else None
    running = (a for a in attempts_of(status) if not a.verdict)
    return {*(ended.unpriced if ended else ()), *(name for a in running if (name := unpriced(a, prices)))}


def unpriced(attempt: Attempt, prices: Prices) -> str | None:
    """`type/capacity` of an attempt that ran and had no price when it began."""
    start = parse_time(attempt.start_time)
    if start is None or _rate(attempt, prices, start) is not None:
        return None
    return f"{attempt.instance_type or '?'}/{attempt.capacity or '?'}"


def _rate(attempt: Attempt, prices: Prices, when: datetime, capacity: str | None = None) -> float | None:
    """Units of the currency for a second of its node, at this capacity or its own; None if nothing says it."""
    if not attempt.instance_type:
        return None
    per_hour = prices.per_hour(attempt.instance_type, capacity or attempt.capacity, attempt.zone, when)
    return None if per_hour is None else per_hour / 3600


def _paid(
    attempt: Attempt, prices: Prices, begin: datetime, end: datetime, capacity: str | None = None
) -> float | None:
    """For its node between two moments, at the price of each; None if one is not known."""
    moments = [begin, *prices.changes(begin, end), max(begin, end)]
    rates = [_rate(attempt, prices, moment, capacity) for moment in moments[:-1]]
    spans = ((rate, (b - a).total_seconds()) for rate, (a, b) in zip(rates, pairwise(moments), strict=True))
    return None if None in rates else sum((rate or 0.0) * seconds for rate, seconds in spans)


def bill(attempt: Attempt, prices: Prices, now: datetime) -> Bill | None:
    """What it has cost until its end, or until `now`; None for one that never ran, or whose price is unknown."""
    start = parse_time(attempt.start_time)
    if start is None:
        return None
    end = max(start, parse_time(attempt.end_time) or now)
    # The node's clock may be ahead of the operator's, which says when rendering and joining began.
    joining = min(end, max(start, parse_time(attempt.join_time) or end))
    useful = min(joining, max(start, parse_time(attempt.render_time) or joining))
    spans = ((start, useful), (useful, joining), (joining, end))
    startup, work, joined = (_paid(attempt, prices, *span) for span in spans)
    if startup is None or work is None or joined is None:
        return None
    done, total = attempt.encoded_frames or 0, startup + work + joined
    lost = work * min(1.0, (attempt.lost_frames or 0) / done) if done > 0 else 0.0
    on_demand = _paid(attempt, prices, start, end, "OnDemand")
    return Bill(total, startup, lost, joined, total if on_demand is None else on_demand)


def spent(before: Spent, attempt: Attempt, prices: Prices) -> Spent:
    """The sums with those of an attempt that has ended; unchanged by one that never ran."""
    ended = parse_time(attempt.end_time)
    if not attempt.start_time or ended is None:
        return before
    ran = before.model_copy(update={"attempts": before.attempts + 1})
    paid = bill(attempt, prices, ended)
    if paid is None:
        names = {*before.unpriced, unpriced(attempt, prices) or "?"}
        return ran.model_copy(update={"unpriced": sorted(names)[:MOST_UNPRICED]})
    parts = {part: _sum(getattr(before, part), getattr(paid, part)) for part in _PARTS}
    return ran.model_copy(update=parts)


def all_spent(lanes: Iterable[Spent]) -> Spent:
    """The sums of several."""
    every = list(lanes)
    unpriced = sorted({name for one in every for name in one.unpriced})[:MOST_UNPRICED]
    sums = {part: f"{sum(Decimal(getattr(one, part)) for one in every):f}" for part in _PARTS}
    return Spent(attempts=sum(one.attempts for one in every), unpriced=unpriced, **sums)


def cost(counts: Counts, attempts: Iterable[Attempt], prices: Prices, now: datetime) -> Cost | None:
    """Of ended attempts, as counted, and of what runs; None while nothing ran or a price is missing."""
    before = counts.spent or Spent()
    running = [bill(a, prices, now) for a in attempts if a.start_time and not a.verdict]
    known = [b for b in running if b is not None]
    if before.unpriced or len(known) < len(running) or not (before.attempts or known):
        return None
    total, startup, lost, joined, on_demand = (
        float(getattr(before, part)) + sum(getattr(b, part) for b in known) for part in _PARTS
    )
    return Cost(
        currency=prices.currency,
        total=money(total),
        marginal=money(max(0.0, total - startup - lost - joined)),
        startup=money(startup),
        lost=money(lost),
        joined=money(joined),
        on_demand_estimate=money(on_demand),
    )


def _sum(before: str, more: float) -> str:
    """To eight places: what thousands of attempts round away stays far below a cent."""
    return f"{Decimal(before) + Decimal(more):.8f}"


def money(value: float) -> str:
    """As statuses have it: to a hundredth of a cent."""
    return f"{value:.4f}"
