"""How much work is left, and how long a start takes: measured on the attempts of the job itself."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from spotreel_operator.reconcile.placement.uniform_progress import Goal
from spotreel_operator.state.times import parse_time
from videojob_api.status import Attempt

UNMEASURED_START = timedelta(seconds=150)
"""A node that has to be made, an image that has to be fetched."""
SHORTEST_START, LONGEST_START = timedelta(seconds=10), timedelta(minutes=30)
MEASURED_ON = 8
MEASURED_FOR = 30.0
"""Seconds of work before a speed is believed: reports come every few, and the first frames come in bursts."""


def goal_of(
    begun: datetime, by: datetime, frames: tuple[int, int], lanes: int, attempts: Sequence[Attempt], now: datetime
) -> Goal:
    """A job's deadline with its work. `frames`: done and all of them; `attempts` of all lanes, oldest first."""
    done, total = frames
    speed = _frames_a_second(attempts, now) * max(1, lanes)
    known = total > 0 and speed > 0
    return Goal(
        begun=begun,
        by=by,
        total=timedelta(seconds=total / speed) if known else None,
        left=timedelta(seconds=max(0, total - done) / speed) if known else None,
        start=start_of(attempts),
    )


def _frames_a_second(attempts: Sequence[Attempt], now: datetime) -> float:
    """Of one lane, over all attempts that have encoded something; 0 while that is too little to go by."""
    told = [
        (a.encoded_frames or 0, parse_time(a.render_time), parse_time(a.join_time or a.end_time) or now)
        for a in attempts
    ]
    spans = [(frames, (end - begin).total_seconds()) for frames, begin, end in told if frames and begin and end > begin]
    seconds = sum(span for _, span in spans)
    return sum(frames for frames, _ in spans) / seconds if seconds >= MEASURED_FOR else 0.0


def start_of(attempts: Sequence[Attempt]) -> timedelta:
    """Until the first frame, the longest of the last ones: who goes by the longest is never late."""
    measured = [seen for attempt in attempts if (seen := _start_seen(attempt)) is not None][-MEASURED_ON:]
    rendered = any(attempt.render_time for attempt in attempts)
    longest = max(measured if rendered else [*measured, UNMEASURED_START])
    return min(max(longest, SHORTEST_START), LONGEST_START)


def _start_seen(attempt: Attempt) -> timedelta | None:
    """From its node to its first frame, and what a node takes to come: a wait for capacity is longer, and no start.

    Of one that ended before its first frame, as long as it got: a start takes longer than that.
    """
    created, bound = parse_time(attempt.create_time), parse_time(attempt.bind_time or attempt.start_time)
    useful = parse_time(attempt.render_time or attempt.join_time or attempt.end_time)
    if not (created and bound and useful):
        return None
    return min(max(bound - created, timedelta(0)), UNMEASURED_START) + (useful - bound)
