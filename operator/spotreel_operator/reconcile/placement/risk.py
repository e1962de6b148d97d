"""`DeadlineAtRisk`: why a job may be late, and what being in time costs."""

from datetime import datetime, timedelta

from spotreel_operator.reconcile.placement.situation import Situation, Working
from spotreel_operator.reconcile.placement.uniform_progress import Goal
from spotreel_operator.reconcile.progress import short_duration
from videojob_api.config import ClassTier


def at_risk(s: Situation, currency: str = "USD") -> str | None:
    """Why the deadline is at risk and what is done about it, for people; None if it is not.

    It is while less time is left, beyond the work itself, than two starts take.
    """
    if s.goal is None or s.now >= s.goal.by or s.goal.spare(s.now) >= 2 * s.goal.start:
        return None
    return f"{_why(s, s.goal)}; {_remedy(s, s.goal, currency)}"


def _why(s: Situation, goal: Goal) -> str:
    need = goal.remaining + (timedelta(0) if isinstance(s.under_way, Working) else goal.start)
    guess = "" if goal.total is not None else " at a guess"
    work = f"about {_about(goal.remaining)} of work{guess}"
    if late := max(timedelta(0), s.now + need - goal.by):
        return f"{work} and {_time_left(goal, s.now)}: it will be about {_about(late)} late"
    return f"{work} and {_time_left(goal, s.now)}: too little for another node that is taken away"


def _time_left(goal: Goal, now: datetime) -> str:
    return f"{_about(goal.by - now)} until the deadline"


def _remedy(s: Situation, goal: Goal, currency: str) -> str:
    on_demand = next((tier for tier in s.tiers if tier.capacity == "OnDemand"), None)
    if on_demand is None:
        return "no tier has capacity OnDemand, so it waits for what there is"
    if isinstance(s.under_way, Working) and s.under_way.tier != on_demand.name:
        return f"it stays on its node as long as that lasts, then goes to tier {on_demand.name}"
    return f"it runs on tier {on_demand.name} to its end{_price(s, goal, on_demand, currency)}"


def _price(s: Situation, goal: Goal, on_demand: ClassTier, currency: str) -> str:
    """What that costs beyond the first tier, a node a lane; nothing is said where a price is not known."""
    dear, cheap = s.prices.get(on_demand.name), s.prices.get(s.tiers[0].name)
    if dear is None or cheap is None:
        return ", at a price that is not known"
    more = (dear - cheap) * goal.remaining.total_seconds() / 3600
    return f", for about {max(0.0, more):.4f} {currency} a lane more than on {s.tiers[0].name}"


def _about(time: timedelta) -> str:
    return short_duration(max(0.0, time.total_seconds()))
