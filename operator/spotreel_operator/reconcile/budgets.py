"""How often what may go wrong. Disruptions are never the user's fault, but barren ones have an end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from videojob_api.names import AttemptReason, Reason, Verdict
from videojob_api.status import Attempt

MAX_PAUSE = 60.0
TOO_LITTLE = {
    AttemptReason.OOM_KILLED: Reason.OUT_OF_MEMORY,
    AttemptReason.STORAGE_EXCEEDED: Reason.OUT_OF_STORAGE,
}
"""Limits that were too low: one retry, with one segment in hand at a time, then the job fails."""


@dataclass(frozen=True)
class Exhausted:
    """A budget is used up: the job fails."""

    reason: Reason
    message: str


def barren_streak(attempts: Sequence[Attempt]) -> int:
    """Ended attempts, counted from the last, that brought no new segment; withdrawn ones do not count."""
    streak = 0
    for attempt in reversed([a for a in attempts if a.verdict and a.verdict != Verdict.WITHDRAWN]):
        if attempt.segments:
            break
        streak += 1
    return streak


def exhausted(attempts: Sequence[Attempt], crashes: int, backoff_limit: int, barren_limit: int) -> Exhausted | None:
    """The budget that is used up, if one is. `crashes` counts all attempts, also those no longer listed."""
    last = next((a for a in reversed(attempts) if a.verdict == Verdict.CRASH and a.reason not in TOO_LITTLE), None)
    for lack, reason in TOO_LITTLE.items():
        found = [a for a in attempts if a.reason == lack]
        if len(found) > 1:
            return Exhausted(
                reason, f"{len(found)} attempts ended so: {found[-1].message}; raise the limit in resources"
            )
    if crashes > backoff_limit:
        why = f": {last.message}" if last and last.message else ""
        return Exhausted(Reason.BACKOFF_LIMIT_EXCEEDED, f"{crashes} crashes, {backoff_limit} allowed{why}")
    if barren_streak(attempts) >= barren_limit:
        why = f"; the last: {attempts[-1].reason}, {attempts[-1].message}"
        return Exhausted(Reason.NO_PROGRESS, f"no new segment in {barren_limit} attempts in a row{why}")
    return None


def out_of_memory(attempts: Sequence[Attempt]) -> bool:
    """Whether one has ended so: the next has one segment in hand at a time."""
    return any(a.reason == AttemptReason.OOM_KILLED for a in attempts)


def pause(attempts: Sequence[Attempt]) -> timedelta:
    """Before the next attempt: none after one that got somewhere, else 1, 2, 4 … 60 s from the second on."""
    streak = barren_streak(attempts)
    if streak == 0 or (streak == 1 and attempts[-1].verdict == Verdict.DISRUPTION):
        return timedelta(0)
    return timedelta(seconds=min(MAX_PAUSE, 2.0 ** (streak - 1) / 2 + 0.5))


def kills(attempts: Sequence[Attempt]) -> int:
    """Attempts that ended in a bare kill."""
    return sum(a.reason == AttemptReason.KILLED for a in attempts)
