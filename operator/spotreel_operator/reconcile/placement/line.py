"""Figures of who waits, for those who scale by them: no figure has a label per job."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from spotreel_operator.reconcile.placement.admission import Claim


@dataclass(frozen=True)
class Figures:
    """Jobs that have no runner yet, seconds that the oldest of them waits, by class; pods without a node, by tier."""

    depth: Mapping[str, int]
    oldest: Mapping[str, float]
    pending: Mapping[str, int]


def figures(claims: Sequence[Claim], pending_tiers: Sequence[str], now: datetime) -> Figures:
    """`pending_tiers`: of each pod without a node, its tier."""
    waiting = [claim for claim in claims if claim.holds == 0 and claim.wants > 0]
    oldest: dict[str, float] = {}
    for claim in waiting:
        waits = max(0.0, (now - claim.since).total_seconds())
        oldest[claim.class_name] = max(waits, oldest.get(claim.class_name, 0.0))
    return Figures(Counter(claim.class_name for claim in waiting), oldest, Counter(pending_tiers))
