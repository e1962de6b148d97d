"""Placement asked about a lane of a job: its situation, taken from a snapshot."""

from collections.abc import Mapping, Sequence

from spotreel_operator.reconcile.placement.choose import choose
from spotreel_operator.reconcile.placement.cooling import learnt, merged, times_of
from spotreel_operator.reconcile.placement.prices import price_of
from spotreel_operator.reconcile.placement.queued import choose_queued
from spotreel_operator.reconcile.placement.situation import Choice, Situation, Waiting, Working
from spotreel_operator.reconcile.placement.uniform_progress import Goal
from spotreel_operator.reconcile.placement.work import goal_of
from spotreel_operator.reconcile.shards import lane_platform, parallelism
from spotreel_operator.state.capacity import Memory
from spotreel_operator.state.evidence import Evidence
from spotreel_operator.state.lane_records import attempts_of
from spotreel_operator.state.snapshot import Platform, Snapshot
from videojob_api.attempt_names import JOIN
from videojob_api.names import LABEL_QUEUE
from videojob_api.status import Attempt


def placed(
    s: Snapshot, platform: Platform, lane: int, attempts: Sequence[Attempt], active: Attempt | None = None
) -> Choice:
    """Where the lane's next attempt goes, or what becomes of the active one. `attempts` of the lane, oldest first."""
    labels, own = s.videojob.labels, lane_platform(platform, lane)
    if LABEL_QUEUE not in labels:
        return choose(situation_of(s, platform, lane, attempts, active))
    ended, seen = [attempt for attempt in attempts if attempt.verdict], s.evidence.get(active.name) if active else None
    return choose_queued(labels, own.tiers, ended, (active, seen) if active and seen else None, s.now)


def situation_of(
    s: Snapshot, platform: Platform, lane: int, attempts: Sequence[Attempt], active: Attempt | None = None
) -> Situation:
    """The lane's, with the goal of the whole job; joining is no work that a goal could be measured by."""
    own, ended = lane_platform(platform, lane), [attempt for attempt in attempts if attempt.verdict]
    return Situation(
        now=s.now,
        tiers=own.tiers,
        attempts=ended,
        under_way=_under_way(active, s.evidence) if active else None,
        goal=None if lane == JOIN else job_goal(s, platform),
        memory=_memory(s, own, ended),
        prices=_prices(own, s),
    )


def job_goal(s: Snapshot, platform: Platform) -> Goal | None:
    """The job's deadline, with what status knows of its work; None without one, and once it is over."""
    by = s.goal_at
    if by is None or s.now >= by:
        return None
    progress = s.videojob.status.progress
    frames = (progress.frames or 0, progress.total_frames or 0) if progress else (0, 0)
    begun = min(s.begun, s.now)
    return goal_of(begun, by, frames, parallelism(platform), attempts_of(s.videojob.status), s.now)


def _under_way(active: Attempt, evidence: Mapping[str, Evidence]) -> Waiting | Working | None:
    """None of an attempt whose pod nobody has seen yet."""
    seen = evidence.get(active.name)
    if seen is None or seen.pod is None or not active.tier:
        return None
    if seen.pod.node is None:
        return Waiting(active.tier, seen.pod.created, seen.signals)
    return Working(active.tier)


def _memory(s: Snapshot, platform: Platform, ended: Sequence[Attempt]) -> Memory:
    """With what the lane has learnt itself: a verdict of this very moment is in nobody's memory yet."""
    memory, times = s.memory, times_of(platform.config)
    for attempt in ended:
        memory = merged(memory, learnt(attempt, platform.tiers, times), s.now)
    return memory


def _prices(platform: Platform, s: Snapshot) -> dict[str, float]:
    """By tier, where one is known."""
    found = {tier.name: price_of(tier, platform.config.prices, s.now) for tier in platform.tiers}
    return {name: price for name, price in found.items() if price is not None}
