"""Capacity memory across jobs: where a node was just taken away, or did not come, nobody asks again for a while.

A zone from which spot was taken is almost never back within ten minutes. An autoscaler that found none of a kind in
a cloud asks again after three. A memory that leaves no tier is no help: then all of them are tried.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from spotreel_operator.reconcile.placement.ladder import found_no_node
from spotreel_operator.state.capacity import Memory, Pool
from spotreel_operator.state.times import parse_time, seconds_of
from videojob_api.config import ClassTier, OperatorConfiguration
from videojob_api.names import AttemptReason
from videojob_api.status import Attempt


@dataclass(frozen=True)
class Times:
    """For how long a pool is left alone after each."""

    after_preemption: timedelta = timedelta(minutes=10)
    after_no_capacity: timedelta = timedelta(minutes=3)


def times_of(config: OperatorConfiguration) -> Times:
    """As the platform sets them."""
    own = config.capacity_memory
    seconds = [seconds_of(text) or 0.0 for text in (own.after_preemption, own.after_no_capacity)]
    return Times(*(timedelta(seconds=value) for value in seconds))


@dataclass(frozen=True)
class Rung:
    """A tier with the zones that are left of it, and zones to shun where it names none."""

    tier: ClassTier
    shun: tuple[str, ...] = ()


_TAKEN_AWAY = frozenset({AttemptReason.PREEMPTED, AttemptReason.EVICTED, AttemptReason.NODE_LOST})
"""Of a spot node: what announces its end to Karpenter or a termination handler makes them empty it by evictions."""


# what an attempt teaches


def learnt(attempt: Attempt, tiers: Sequence[ClassTier], times: Times) -> dict[Pool, datetime]:
    """What the end of an attempt says of capacity; `tiers` are those of its job."""
    ended = parse_time(attempt.end_time)
    tier = next((tier for tier in tiers if tier.name == attempt.tier), None)
    if ended is None:
        return {}
    if found_no_node(attempt) and tier is not None:
        return dict.fromkeys(_asked(tier), ended + times.after_no_capacity)
    if attempt.capacity == "Spot" and attempt.reason in _TAKEN_AWAY and attempt.zone:
        return {_died(attempt, tier): ended + times.after_preemption}
    return {}


def _asked(tier: ClassTier) -> Iterable[Pool]:
    """All that a tier asks for: nothing of it was there."""
    zones: Sequence[str | None] = tier.zones or [None]
    return [Pool(tier.capacity, _types(tier), zone) for zone in zones]


def _died(attempt: Attempt, tier: ClassTier | None) -> Pool:
    """Types of one tier are alike: what took one away takes the others."""
    own = frozenset({attempt.instance_type}) if attempt.instance_type else None
    return Pool(attempt.capacity, (_types(tier) if tier else None) or own, attempt.zone)


def _types(tier: ClassTier) -> frozenset[str] | None:
    return frozenset(tier.instance_types) if tier.instance_types else None


def merged(memory: Memory, news: Memory, now: datetime) -> dict[Pool, datetime]:
    """Both, without what is over: of each pool the later end."""
    pools = {*memory, *news}
    latest = {pool: max(m[pool] for m in (memory, news) if pool in m) for pool in pools}
    return {pool: until for pool, until in latest.items() if until > now}


def rebuilt(jobs: Iterable[tuple[Sequence[Attempt], Sequence[ClassTier]]], times: Times, now: datetime) -> Memory:
    """The memory after a restart: from the attempts that statuses list, each job with its tiers."""
    memory: dict[Pool, datetime] = {}
    for attempts, tiers in jobs:
        for attempt in attempts:
            memory = merged(memory, learnt(attempt, tiers, times), now)
    return memory


# what a memory leaves


def left(tiers: Sequence[ClassTier], memory: Memory, now: datetime) -> tuple[Rung, ...]:
    """Those that are not cooling, with the zones that are not; all of them, whole, if none is left."""
    return _warm(tiers, memory, now) or tuple(Rung(tier) for tier in tiers)


def warm_at(tier: ClassTier, memory: Memory, now: datetime) -> datetime:
    """When something of a tier is not cooling; now if that is so already."""
    ends = sorted(until for until in memory.values() if until > now)
    return next((moment for moment in (now, *ends) if _warm([tier], memory, moment)), now)


def is_starved(tiers: Sequence[ClassTier], memory: Memory, now: datetime) -> bool:
    """Whether none is left."""
    return bool(tiers) and not _warm(tiers, memory, now)


def _warm(tiers: Sequence[ClassTier], memory: Memory, now: datetime) -> tuple[Rung, ...]:
    cooling = [pool for pool, until in memory.items() if until > now]
    return tuple(rung for tier in tiers if (rung := _rung(tier, cooling)))


def _rung(tier: ClassTier, cooling: Sequence[Pool]) -> Rung | None:
    """What is left of a tier; None if that is nothing."""
    pools = [pool for pool in cooling if _holds(pool, tier)]
    zones = {pool.zone for pool in pools}
    if None in zones:
        return None
    if not tier.zones:
        return Rung(tier, tuple(sorted(zone for zone in zones if zone)))
    warm = [zone for zone in tier.zones if zone not in zones]
    return Rung(tier.model_copy(update={"zones": warm})) if warm else None


def _holds(pool: Pool, tier: ClassTier) -> bool:
    """Whether all that a tier may get in the pool's zone is in that pool; of a tier of any type, what it would get."""
    types = _types(tier)
    inside = pool.zone is not None if types is None else pool.types is None or types <= pool.types
    return pool.capacity == tier.capacity and (pool.types is None or inside)
