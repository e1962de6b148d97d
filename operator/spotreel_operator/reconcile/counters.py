"""Totals and budgets as counters: every verdict is added once, in the status write that records it.

The list of attempts is a window for people, so nothing that is decided or summed up goes by it.
"""

from collections.abc import Iterable, Sequence
from functools import reduce

from spotreel_operator.reconcile.attempt_reasons import COUNTERS, TOO_LITTLE
from spotreel_operator.reconcile.cost import all_spent, spent
from spotreel_operator.reconcile.starting import never_started
from spotreel_operator.state.lane_records import LaneRecord
from spotreel_operator.state.snapshot import Platform, Snapshot
from videojob_api.names import AttemptReason, Verdict
from videojob_api.prices import Prices
from videojob_api.status import Attempt, Budget, Counts, Spent


def budget_of(counts: Counts) -> Budget:
    """What counts towards failing."""
    return counts.budget or Budget()


def prices_of(s: Snapshot) -> Prices:
    """The price table, also of a job that is stalled."""
    config = s.platform.config if isinstance(s.platform, Platform) else s.config
    return config.prices if config else Prices()


def counters(record: LaneRecord, prices: Prices) -> Counts:
    """A lane's, as status has them. A former version wrote fewer: the others are taken from its list, once."""
    old = record.counts
    if old.budget is not None and old.spent is not None:
        return old
    seen = counted(Counts(), [a for a in record.attempts if a.verdict], 0, prices)
    totals = {name: max(getattr(old, name), getattr(seen, name)) for name in Counts.model_fields if name not in _PARTS}
    budget = budget_of(seen).model_copy(update={"crashes": totals["crashes"]})
    return Counts(**totals, budget=budget, spent=seen.spent)


_PARTS = ("budget", "spent")
_SUMMED = tuple(name for name in Counts.model_fields if name not in ("retries", *_PARTS))


def counted(old: Counts, closed: Iterable[Attempt], highest: int, prices: Prices) -> Counts:
    """With attempts that have just got their verdicts; `highest` is the number of the latest attempt."""
    new = reduce(lambda counts, attempt: _with(counts, attempt, prices), closed, old)
    whole = {"attempts": max(old.attempts, highest), "budget": budget_of(new), "spent": new.spent or Spent()}
    return new.model_copy(update=whole)


def together(lanes: Sequence[Counts]) -> Counts:
    """Of a whole job: sums over its lanes. Budgets are each lane's own, and have no sum."""
    if len(lanes) == 1:
        return lanes[0]
    sums = {name: sum(getattr(counts, name) for counts in lanes) for name in _SUMMED}
    retries = max((counts.retries for counts in lanes), default=0)
    return Counts(**sums, retries=retries, spent=all_spent(counts.spent or Spent() for counts in lanes))


def retried(counts: Counts) -> Counts:
    """Budgets anew; the totals stay."""
    return counts.model_copy(update={"retries": counts.retries + 1, "budget": Budget(since=counts.attempts)})


def _with(counts: Counts, attempt: Attempt, prices: Prices) -> Counts:
    kinds = _kinds(attempt)
    totals = {name: getattr(counts, name) + (name in kinds) for name in _TOTALS}
    return counts.model_copy(
        update={
            **totals,
            "encoded_frames": counts.encoded_frames + (attempt.encoded_frames or 0),
            "lost_frames": counts.lost_frames + (attempt.lost_frames or 0),
            "budget": _charged(budget_of(counts), attempt, kinds),
            "spent": spent(counts.spent or Spent(), attempt, prices),
        }
    )


_TOTALS = ("disruptions", "crashes", "oom_kills", "storage_kills", "kills")


def _kinds(attempt: Attempt) -> set[str]:
    """The counters that an attempt adds one to."""
    kinds: set[str] = {name for reason, name in COUNTERS.items() if attempt.reason == reason}
    if attempt.verdict == Verdict.DISRUPTION:
        kinds.add("disruptions")
    if attempt.verdict == Verdict.CRASH and attempt.reason not in TOO_LITTLE:
        kinds.add("crashes")
    return kinds


def _charged(budget: Budget, attempt: Attempt, kinds: set[str]) -> Budget:
    added = {name: getattr(budget, name) + (name in kinds) for name in _TOTALS if name != "disruptions"}
    return budget.model_copy(update=added | _streak(budget, attempt) | _unstarted(budget, attempt))


def _unstarted(budget: Budget, attempt: Attempt) -> dict[str, int]:
    """Of attempts that no node has started; withdrawn ones do not count."""
    if attempt.verdict == Verdict.WITHDRAWN:
        return {}
    return {"unstarted": budget.unstarted + 1 if never_started(attempt) else 0}


def _streak(budget: Budget, attempt: Attempt) -> dict[str, int]:
    """Of attempts that finished nothing new, and of the store's outages among them; withdrawn ones do not count."""
    if attempt.verdict == Verdict.SHARE_DONE:
        return {"barren": 0, "outages": 0, "done": True}
    if attempt.verdict == Verdict.WITHDRAWN or never_started(attempt):
        return {}
    if not _brought_nothing(attempt):
        return {"barren": 0, "outages": 0}
    outage = attempt.reason == AttemptReason.STORE_UNREACHABLE
    return {"barren": budget.barren + 1, "outages": budget.outages + outage}


def _brought_nothing(attempt: Attempt) -> bool:
    """What a runner says of its work counts for nothing if it ended without the result that it claims."""
    return not (attempt.segments or attempt.windows) or attempt.reason == AttemptReason.NO_RESULT
