"""What the attempts cost, from the price table. An unknown price is said, never taken for 0."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from spotreel_operator.reconcile.snapshot import parse_time
from videojob_api.config import Capacity, Prices
from videojob_api.status import Attempt, Cost


@dataclass(frozen=True)
class Bill:
    """One attempt, in units of the currency."""

    total: float
    startup: float
    lost: float
    on_demand: float


def capacity_of(labels: Mapping[str, str], by_capacity: Mapping[Capacity, Mapping[str, str]]) -> Capacity | None:
    """Spot or OnDemand, by the node's labels; None if neither fits."""
    return next((name for name, wanted in by_capacity.items() if wanted.items() <= labels.items()), None)


def unknown_prices(attempts: Iterable[Attempt], prices: Prices) -> set[str]:
    """`type/capacity` of every attempt that ran and has no price."""
    ran = [a for a in attempts if a.start_time]
    return {f"{a.instance_type or '?'}/{a.capacity or '?'}" for a in ran if _price(a, prices) is None}


def _price(attempt: Attempt, prices: Prices, capacity: str | None = None) -> float | None:
    """Per second."""
    by_capacity = prices.table.get(attempt.instance_type or "", {})
    per_hour = {str(name): price for name, price in by_capacity.items()}.get(capacity or attempt.capacity or "")
    return None if per_hour is None else per_hour / 3600


def bill(attempt: Attempt, prices: Prices, now: datetime) -> Bill | None:
    """None for an attempt that never ran, or whose price is unknown."""
    start, price = parse_time(attempt.start_time), _price(attempt, prices)
    if start is None or price is None:
        return None
    seconds = max(0.0, ((parse_time(attempt.end_time) or now) - start).total_seconds())
    rendering = parse_time(attempt.render_time)
    # The node's clock may be ahead of the operator's, which says when rendering began.
    startup = min(seconds, max(0.0, (rendering - start).total_seconds())) if rendering else seconds
    done = attempt.encoded_frames or 0
    lost = (seconds - startup) * min(1.0, (attempt.lost_frames or 0) / done) if done > 0 else 0.0
    on_demand = _price(attempt, prices, "OnDemand")
    return Bill(price * seconds, price * startup, price * lost, seconds * (on_demand or price))


def cost(attempts: Iterable[Attempt], prices: Prices, now: datetime) -> Cost | None:
    """The sum over the listed attempts; None while nothing ran or a price is missing."""
    bills = [bill(a, prices, now) for a in attempts if a.start_time]
    known = [b for b in bills if b is not None]
    if not known or len(known) < len(bills):
        return None
    total, startup, lost = (sum(getattr(b, part) for b in known) for part in ("total", "startup", "lost"))
    return Cost(
        currency=prices.currency,
        total=_money(total),
        marginal=_money(max(0.0, total - startup - lost)),
        startup=_money(startup),
        lost=_money(lost),
        on_demand_estimate=_money(sum(b.on_demand for b in known)),
    )


def _money(value: float) -> str:
    return f"{value:.4f}"
