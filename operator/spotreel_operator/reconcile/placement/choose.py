"""`choose`: the tier that an attempt goes to, until when it waits there, and whether the one under way is moved."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import takewhile

from spotreel_operator.reconcile.avoid import is_unfit
from spotreel_operator.reconcile.placement.cooling import Rung, left, warm_at
from spotreel_operator.reconcile.placement.ladder import found_no_node, index_of, next_tier
from spotreel_operator.reconcile.placement.moving import pays
from spotreel_operator.reconcile.placement.patience import loses_patience_at
from spotreel_operator.reconcile.placement.situation import Choice, Situation, Waiting, Working
from spotreel_operator.reconcile.placement.uniform_progress import Urgency, is_well_ahead, urgency
from videojob_api.config import ClassTier
from videojob_api.names import AttemptReason, Verdict
from videojob_api.status import Attempt


def choose(s: Situation) -> Choice:
    """What to do about one lane of a job, now."""
    if isinstance(s.under_way, Working):
        return _of_working(s, s.under_way)
    if isinstance(s.under_way, Waiting):
        return _of_waiting(s, s.under_way)
    return _next(s)


# one that has a node


def _of_working(s: Situation, working: Working) -> Choice:
    """It stays until it is taken away; only on-demand is left, once the job is well ahead and spot pays."""
    tier = _named(s.tiers, working.tier)
    stays = Choice(tier or s.tiers[0])
    if s.goal is None or tier is None or tier.capacity != "OnDemand" or not is_well_ahead(s.goal, s.now):
        return stays
    spot = next((rung.tier for rung in left(s.tiers, s.memory, s.now) if rung.tier.capacity == "Spot"), None)
    if spot is None or not pays(s.goal, s.prices.get(tier.name), s.prices.get(spot.name)):
        return stays
    return replace(_next(replace(s, under_way=None)), leave=True)


# one that waits for a node


def _of_waiting(s: Situation, waiting: Waiting) -> Choice:
    """It stays until its time is over; then the next one begins elsewhere."""
    tier = _named(s.tiers, waiting.tier)
    if tier is None:
        return Choice(ClassTier(name=waiting.tier))
    until = _until(s, tier, waiting)
    if until is None or s.now < until:
        return Choice(tier, until)
    if again := left(_passed_over(s, tier), s.memory, s.now) if _waits_on(s, tier) else ():
        return replace(_choice(s, again, again[0].tier), leave=True)
    in_vain = Attempt(name="", tier=waiting.tier, verdict=str(Verdict.WITHDRAWN), reason=str(AttemptReason.NO_CAPACITY))
    return replace(_next(replace(s, attempts=(*s.attempts, in_vain), under_way=None)), leave=True)


def _until(s: Situation, tier: ClassTier, waiting: Waiting) -> datetime | None:
    """When it is given up; None if there is nowhere else to go."""
    patience = loses_patience_at(tier, waiting.since, waiting.signals)
    moments = [_deadline_takes_it_at(s, tier), _asks_again_at(s, tier, waiting) if _waits_on(s, tier) else patience]
    return min((moment for moment in moments if moment is not None), default=None)


def _waits_on(s: Situation, tier: ClassTier) -> bool:
    """Whether no other tier comes after this one."""
    usable = _allowed(s)
    is_last = index_of(usable, tier.name) == len(usable) - 1
    return is_last and not (_goes_around(s) and len(usable) > 1)


def _asks_again_at(s: Situation, tier: ClassTier, waiting: Waiting) -> datetime | None:
    """When a tier before the last is asked that was left alone, unless a node of the last one is on its way."""
    before = _passed_over(s, tier)
    if waiting.signals.coming or not before:
        return None
    patience = loses_patience_at(tier, waiting.since, waiting.signals)
    return max(patience, min(warm_at(each, s.memory, s.now) for each in before))


def _passed_over(s: Situation, tier: ClassTier) -> Sequence[ClassTier]:
    """Those before a tier that were not asked since the last attempt that had a node, or whose node was unfit."""
    in_vain = list(takewhile(found_no_node, reversed(s.attempts)))
    with_node = s.attempts[: len(s.attempts) - len(in_vain)][-1:]
    asked = {attempt.tier for attempt in (*in_vain, *filter(is_unfit, with_node))}
    usable = _allowed(s)
    return [each for each in usable[: max(0, index_of(usable, tier.name))] if each.name not in asked]


def _deadline_takes_it_at(s: Situation, tier: ClassTier) -> datetime | None:
    """When a job that waits for spot goes to on-demand, whatever its tier's time."""
    if s.goal is None or tier.capacity == "OnDemand" or not _on_demand(s.tiers):
        return None
    ahead = urgency(s.goal, s.now) == Urgency.AHEAD and s.goal.is_long
    return min(s.goal.net_at, s.goal.behind_at) if ahead else s.goal.net_at


# the next one


def _next(s: Situation) -> Choice:
    rungs = left(_allowed(s), s.memory, s.now)
    return _choice(s, rungs, next_tier(s.tiers, s.attempts, [rung.tier for rung in rungs], _goes_around(s)))


def _choice(s: Situation, rungs: Sequence[Rung], tier: ClassTier) -> Choice:
    """A tier that is asked from now on."""
    return Choice(tier, _until(s, tier, Waiting(tier.name, s.now)), shun=_shunned(rungs, tier))


def _allowed(s: Situation) -> Sequence[ClassTier]:
    """The tiers that the deadline leaves: spot alone while there is time, on-demand alone when there is none."""
    on_demand = _on_demand(s.tiers)
    others = [tier for tier in s.tiers if tier not in on_demand]
    by_urgency = {Urgency.AHEAD: others, Urgency.NOW: on_demand}
    return (on_demand and by_urgency.get(urgency(s.goal, s.now))) or s.tiers


def _goes_around(s: Situation) -> bool:
    return urgency(s.goal, s.now) == Urgency.AHEAD


def _on_demand(tiers: Sequence[ClassTier]) -> list[ClassTier]:
    return [tier for tier in tiers if tier.capacity == "OnDemand"]


def _shunned(rungs: Sequence[Rung], tier: ClassTier) -> tuple[str, ...]:
    return next((rung.shun for rung in rungs if rung.tier.name == tier.name), ())


def _named(tiers: Sequence[ClassTier], name: str) -> ClassTier | None:
    return next((tier for tier in tiers if tier.name == name), None)
