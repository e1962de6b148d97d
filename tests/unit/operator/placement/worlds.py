"""Situations of placement: every builder has sensible defaults, tests name what matters."""

from datetime import datetime, timedelta
from typing import Any

from spotreel_operator.reconcile.placement.situation import Situation, Waiting, Working
from spotreel_operator.reconcile.placement.uniform_progress import Goal
from spotreel_operator.state.signals import Signals
from spotreel_operator.state.times import format_time
from tests.unit.operator.make import T0, at
from videojob_api.config import ClassTier
from videojob_api.status import Attempt

SPOT = ClassTier(name="spot", capacity="Spot", instance_types=["g5.xlarge"], zones=["a", "b"], wait_for="60s")
LARGE = ClassTier(name="large", capacity="Spot", instance_types=["g5.2xlarge"], wait_for="90s")
OD = ClassTier(name="od", capacity="OnDemand")
TIERS = (SPOT, LARGE, OD)
PRICES = {"spot": 0.4, "large": 0.5, "od": 1.0}


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def goal(deadline: float, work: float | None, done: float = 0, start: float = 2.5, begun: datetime = T0) -> Goal:
    """In minutes."""
    left = None if work is None else minutes(work - done)
    return Goal(begun, begun + minutes(deadline), None if work is None else minutes(work), left, minutes(start))


def ended(tier: str = "spot", reason: str = "Preempted", when: float = 0, **changes: Any) -> Attempt:
    """One that ended so many seconds after T0."""
    verdict = "Withdrawn" if reason == "NoCapacity" else "Disruption"
    known: dict[str, Any] = {"capacity": "Spot", "zone": "a", "instance_type": "g5.xlarge"}
    where = {} if reason == "NoCapacity" else known
    base = Attempt(name="x", tier=tier, verdict=verdict, reason=reason, end_time=format_time(at(when)))
    return base.model_copy(update={**where, **changes})


def waiting(tier: str = "spot", since: float = 0, **signals: Any) -> Waiting:
    return Waiting(tier, at(since), Signals(**signals))


def situation(now: float = 0, under_way: Waiting | Working | None = None, **changes: Any) -> Situation:
    """`now`: seconds after T0."""
    return Situation(**{"now": at(now), "tiers": TIERS, "under_way": under_way, "prices": PRICES, **changes})
