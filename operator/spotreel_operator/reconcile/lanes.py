"""All lanes of a job: which of them take a step now, which are taken back, and which have nothing left to do.

Lanes share the job's end and nothing else. Lane 0 works until every segment is there; so once it is done, no other lane
is needed, and all that is left is to join, for which there is a lane of its own.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from spotreel_operator.reconcile import lane
from spotreel_operator.reconcile.lane_review import JobReview, Review
from spotreel_operator.reconcile.moments import until
from spotreel_operator.reconcile.shards import lane_platform, parallelism
from spotreel_operator.state.snapshot import Platform, Snapshot
from spotreel_operator.state.times import parse_time
from videojob_api.attempt_names import JOIN
from videojob_api.names import AttemptReason
from videojob_api.status import Counts

RAISED_AGAIN = timedelta(seconds=15)
"""After a lane was lowered."""


def steps(s: Snapshot, platform: Platform, r: JobReview, may_begin: bool) -> tuple[lane.Step, ...]:
    """What each lane does now. `may_begin`: whether a lane without an attempt may get one. Raises OrderTooLarge."""
    free = None if s.turn is None else max(0, s.turn.runners - len(r.active))
    made: list[lane.Step] = []
    for one in _with_joining(r):
        begun = sum(step.start is not None for step in made)
        made.append(_step(s, platform, r, one, may_begin and (free is None or begun < free)))
    return tuple(made)


def all_withdrawn(r: JobReview, s: Snapshot, reason: AttemptReason, message: str) -> JobReview:
    """Every attempt without a verdict is taken back."""
    return JobReview(tuple(lane.all_withdrawn(one, s, reason, message) for one in r.lanes))


def _with_joining(r: JobReview) -> Iterator[Review]:
    """The lanes, and the one that joins, if its time has come."""
    yield from r.lanes
    if _all_made(r) and r.lane(JOIN) is None:
        yield Review((), Counts(), (), (), None, JOIN)


def _all_made(r: JobReview) -> bool:
    first = r.lane(0)
    return first is not None and first.done


def _step(s: Snapshot, platform: Platform, r: JobReview, one: Review, may_begin: bool) -> lane.Step:
    if why := _needless(platform, r, one, s):
        return lane.Step(lane.all_withdrawn(one, s, *why), None)
    if one.active is None and not (may_begin and _has_work(s, platform, r, one)):
        return lane.Step(one, None)
    if rest := _rests(one, s):
        return lane.Step(one, None, look_again=rest)
    others = tuple(a for a in r.unfit if a not in one.attempts)
    return lane.step(s, lane_platform(platform, one.lane), replace(one, unfit=others))


def _rests(one: Review, s: Snapshot) -> timedelta | None:
    """How long a lane that was lowered does not begin again: who raises and lowers each second starts nothing."""
    last = one.attempts[-1] if one.attempts and one.active is None else None
    ended = parse_time(last.end_time) if last and last.reason == AttemptReason.PARALLELISM_LOWERED else None
    return until(ended + RAISED_AGAIN, s.now) if ended and ended + RAISED_AGAIN > s.now else None


def _has_work(s: Snapshot, platform: Platform, r: JobReview, one: Review) -> bool:
    """Whether another attempt of the lane would find something to do."""
    if one.lane == JOIN:
        return _all_made(r)
    return one.lane < parallelism(platform) and not (one.done or _all_made(r) or _comes_too_late(s, r, one))


def _comes_too_late(s: Snapshot, r: JobReview, one: Review) -> bool:
    """Whether what is left is in others' hands already: as few segments as there are runners at work."""
    progress = s.videojob.status.progress
    if one.lane == 0 or progress is None or not progress.total_segments:
        return False
    at_work = sum(1 for lane in r.lanes if lane is not one and lane.active and lane.active.render_time)
    return progress.total_segments - (progress.segments or 0) <= at_work


def _needless(platform: Platform, r: JobReview, one: Review, s: Snapshot) -> tuple[AttemptReason, str] | None:
    """Why a lane's attempt is taken back, if there is one and nobody needs it any more."""
    if one.active is None or one.lane == JOIN:
        return None
    if one.lane >= parallelism(platform):
        return AttemptReason.PARALLELISM_LOWERED, f"spec.parallelism is {parallelism(platform)} now"
    evidence = s.evidence.get(one.active.name)
    waits = evidence is None or evidence.pod is None or evidence.pod.node is None
    if one.lane > 0 and waits and (_all_made(r) or _comes_too_late(s, r, one)):
        return AttemptReason.NOT_NEEDED, "what is left is in the hands of runners that are at work"
    return None
