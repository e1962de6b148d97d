"""How often what may go wrong. Disruptions are never the user's fault, but barren ones have an end."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from spotreel_operator.reconcile.attempt_reasons import COUNTERS, TOO_LITTLE
from spotreel_operator.reconcile.starting import unstarted
from videojob_api.names import Verdict
from videojob_api.reasons import Reason
from videojob_api.status import Attempt, Budget

MAX_PAUSE = 60.0
LONGEST_AT = 8
OUTAGE_FACTOR = 3


@dataclass(frozen=True)
class Exhausted:
    """A budget is used up: the job fails."""

    reason: Reason
    message: str


def barren(budget: Budget, limit: int) -> bool:
    """Whether a streak without a new segment is too long. The store's outages may last three times as long."""
    return budget.barren - budget.outages >= limit or budget.barren >= OUTAGE_FACTOR * limit


def exhausted(attempts: Sequence[Attempt], budget: Budget, backoff_limit: int, barren_limit: int) -> Exhausted | None:
    """The budget that is used up, if one is; the listed attempts only give the words for it."""
    limits = {reason: int(getattr(budget, COUNTERS[reason])) for reason in TOO_LITTLE}
    if lack := next((reason for reason, count in limits.items() if count > 1), None):
        last = _last(attempts, lambda a: a.reason == lack)
        return Exhausted(TOO_LITTLE[lack], f"{limits[lack]} attempts ended so{last}; raise the limit in resources")
    if budget.crashes > backoff_limit:
        last = _last(attempts, lambda a: a.verdict == Verdict.CRASH and a.reason not in TOO_LITTLE)
        return Exhausted(Reason.BACKOFF_LIMIT_EXCEEDED, f"{budget.crashes} crashes, {backoff_limit} allowed{last}")
    if barren(budget, barren_limit):
        why = f"; the last: {attempts[-1].reason}, {attempts[-1].message}" if attempts else ""
        what = "segment or window of an analysis" if any(a.windows is not None for a in attempts) else "segment"
        return Exhausted(Reason.NO_PROGRESS, f"no new {what} in {budget.barren} attempts in a row{why}")
    return None


def _last(attempts: Sequence[Attempt], fits: Callable[[Attempt], bool]) -> str:
    """`: message` of the last such attempt, if it is listed and has one."""
    found = next((a for a in reversed(attempts) if fits(a)), None)
    return f": {found.message}" if found and found.message else ""


def unstarted_in_a_row(attempts: Sequence[Attempt], budget: Budget) -> int:
    """Attempts that no node has started: as counted, or as listed by a version that did not count them."""
    return max(budget.unstarted, len(unstarted(attempts)))


def out_of_memory(budget: Budget) -> bool:
    """Whether one has ended so: the next has one segment in hand at a time."""
    return budget.oom_kills > 0


def pause(attempts: Sequence[Attempt], budget: Budget) -> timedelta:
    """Before the next attempt: none after one that got somewhere, else 1, 2, 4 … 60 s from the second on."""
    streak = budget.barren + unstarted_in_a_row(attempts, budget)
    if streak == 0 or (streak == 1 and attempts[-1].verdict == Verdict.DISRUPTION):
        return timedelta(0)
    return timedelta(seconds=MAX_PAUSE if streak > LONGEST_AT else min(MAX_PAUSE, 2.0 ** (streak - 1) / 2 + 0.5))
