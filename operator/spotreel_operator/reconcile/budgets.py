"""How often what may go wrong. Disruptions are never the user's fault, but barren ones have an end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import takewhile

from videojob_api.names import AttemptReason, Reason, Verdict
from videojob_api.status import Attempt

MAX_PAUSE = 60.0
OUTAGE_FACTOR = 3
MOST_BARREN = 32
"""No more attempts are listed in status."""
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


def barren(attempts: Sequence[Attempt]) -> list[Attempt]:
    """Ended attempts, from the last backwards, that brought no new segment; withdrawn ones do not count."""
    ended = reversed([a for a in attempts if a.verdict and a.verdict != Verdict.WITHDRAWN])
    return list(takewhile(_brought_nothing, ended))


def _brought_nothing(attempt: Attempt) -> bool:
    """What a runner says of its segments counts for nothing if it is not to be believed about its result."""
    return not attempt.segments or attempt.reason == AttemptReason.NO_RESULT


def patience(streak: Sequence[Attempt], limit: int) -> int:
    """How long a barren streak may get. An outage of the store is nobody's fault here: it may last half an hour."""
    outage = all(a.reason == AttemptReason.STORE_UNREACHABLE for a in streak)
    return min(MOST_BARREN, OUTAGE_FACTOR * limit) if outage else limit


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
    streak = barren(attempts)
    if streak and len(streak) >= patience(streak, barren_limit):
        why = f"; the last: {attempts[-1].reason}, {attempts[-1].message}"
        return Exhausted(Reason.NO_PROGRESS, f"no new segment in {len(streak)} attempts in a row{why}")
    return None


def out_of_memory(attempts: Sequence[Attempt]) -> bool:
    """Whether one has ended so: the next has one segment in hand at a time."""
    return any(a.reason == AttemptReason.OOM_KILLED for a in attempts)


def pause(attempts: Sequence[Attempt]) -> timedelta:
    """Before the next attempt: none after one that got somewhere, else 1, 2, 4 … 60 s from the second on."""
    streak = len(barren(attempts))
    if streak == 0 or (streak == 1 and attempts[-1].verdict == Verdict.DISRUPTION):
        return timedelta(0)
    return timedelta(seconds=min(MAX_PAUSE, 2.0 ** (streak - 1) / 2 + 0.5))


def kills(attempts: Sequence[Attempt]) -> int:
    """Attempts that ended in a bare kill."""
    return sum(a.reason == AttemptReason.KILLED for a in attempts)
