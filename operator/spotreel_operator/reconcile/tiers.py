"""Which tier the next attempt goes to, and when an attempt that waits is taken back.

The last tier waits on; the others for `waitFor`. The scheduler's text is shown, never parsed.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from spotreel_operator.reconcile.avoid import avoided, is_unfit
from spotreel_operator.state.times import parse_time
from videojob_api.config import ClassTier
from videojob_api.names import AttemptReason, Verdict
from videojob_api.status import Attempt
from videojob_api.values import parse_duration

DEFAULT_WAIT = timedelta(minutes=3)


def next_tier(tiers: Sequence[ClassTier], attempts: Sequence[Attempt]) -> ClassTier:
    """The one after a tier without capacity, or without a node that starts it; else the first: spot is tried again."""
    last = attempts[-1] if attempts else None
    if last is None or not (_found_no_node(last) or _found_no_other_node(attempts)):
        return tiers[0]
    return tiers[min(_index(tiers, last.tier) + 1, len(tiers) - 1)]


def _found_no_node(attempt: Attempt) -> bool:
    return attempt.verdict == Verdict.WITHDRAWN and attempt.reason == AttemptReason.NO_CAPACITY


def _found_no_other_node(attempts: Sequence[Attempt]) -> bool:
    """Whether the scheduler had nothing better for the last one than a node that it was to avoid, and in vain."""
    *earlier, last = attempts
    begun = parse_time(last.create_time)
    return is_unfit(last) and begun is not None and last.node in avoided(earlier, begun)


def _index(tiers: Sequence[ClassTier], name: str | None) -> int:
    return next((i for i, tier in enumerate(tiers) if tier.name == name), -1)


def gives_up_at(tiers: Sequence[ClassTier], name: str | None, created: datetime) -> datetime | None:
    """When an attempt that found no node is taken back; None on the last tier, or one no longer known."""
    index = _index(tiers, name)
    if index < 0 or index == len(tiers) - 1:
        return None
    wait = tiers[index].wait_for
    return created + (timedelta(seconds=float(parse_duration(wait))) if wait else DEFAULT_WAIT)
