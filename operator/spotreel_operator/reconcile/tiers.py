"""Which tier the next attempt goes to, and when an attempt that waits is taken back.

The last tier waits on; the others for `waitFor`. The scheduler's text is shown, never parsed.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from videojob_api.config import ClassTier
from videojob_api.names import AttemptReason, Verdict
from videojob_api.status import Attempt
from videojob_api.values import parse_duration

DEFAULT_WAIT = timedelta(minutes=3)


def next_tier(tiers: Sequence[ClassTier], attempts: Sequence[Attempt]) -> ClassTier:
    """The one after a tier without capacity; after anything else the first: spot is tried again."""
    last = attempts[-1] if attempts else None
    if last is None or last.verdict != Verdict.WITHDRAWN or last.reason != AttemptReason.NO_CAPACITY:
        return tiers[0]
    return tiers[min(_index(tiers, last.tier) + 1, len(tiers) - 1)]


def _index(tiers: Sequence[ClassTier], name: str | None) -> int:
    return next((i for i, tier in enumerate(tiers) if tier.name == name), -1)


def gives_up_at(tiers: Sequence[ClassTier], name: str | None, created: datetime) -> datetime | None:
    """When an attempt that found no node is taken back; None on the last tier, or one no longer known."""
    index = _index(tiers, name)
    if index < 0 or index == len(tiers) - 1:
        return None
    wait = tiers[index].wait_for
    return created + (timedelta(seconds=float(parse_duration(wait))) if wait else DEFAULT_WAIT)
