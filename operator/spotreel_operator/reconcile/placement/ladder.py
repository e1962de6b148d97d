"""The order of tiers: which one comes next, and how long each waits for a node.

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


def next_tier(
    tiers: Sequence[ClassTier],
    attempts: Sequence[Attempt],
    usable: Sequence[ClassTier] = (),
    around: bool = False,
) -> ClassTier:
    """The one after a tier without capacity, or without a node that starts it; else the first: spot is tried again.

    `usable`: those of the tiers that may be taken now, in their order; without any, all. After the last one comes the
    first again where it goes `around`; else the last once more.
    """
    fit = usable or tiers
    begin = _first_to_try(tiers, attempts)
    later = next((tier for tier in fit if index_of(tiers, tier.name) >= begin), None)
    return later or fit[0 if around else -1]


def _first_to_try(tiers: Sequence[ClassTier], attempts: Sequence[Attempt]) -> int:
    last = attempts[-1] if attempts else None
    if last is None or not (found_no_node(last) or _found_no_other_node(attempts)):
        return 0
    return index_of(tiers, last.tier) + 1


def found_no_node(attempt: Attempt) -> bool:
    """Whether it was taken back because no node came."""
    return attempt.verdict == Verdict.WITHDRAWN and attempt.reason == AttemptReason.NO_CAPACITY


def _found_no_other_node(attempts: Sequence[Attempt]) -> bool:
    """Whether the scheduler had nothing better for the last one than a node that it was to avoid, and in vain."""
    *earlier, last = attempts
    begun = parse_time(last.create_time)
    return is_unfit(last) and begun is not None and last.node in avoided(earlier, begun)


def index_of(tiers: Sequence[ClassTier], name: str | None) -> int:
    """Its place in the order; -1 for a tier that is no longer there."""
    return next((i for i, tier in enumerate(tiers) if tier.name == name), -1)


def wait_of(tier: ClassTier) -> timedelta:
    """How long an attempt waits for a node of this tier."""
    return timedelta(seconds=float(parse_duration(tier.wait_for))) if tier.wait_for else DEFAULT_WAIT


def gives_up_at(tiers: Sequence[ClassTier], name: str | None, created: datetime) -> datetime | None:
    """When an attempt without a node is taken back; None for the last tier, and for one that is no longer there."""
    index = index_of(tiers, name)
    if index < 0 or index == len(tiers) - 1:
        return None
    return created + wait_of(tiers[index])
