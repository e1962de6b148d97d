"""Nodes that a job does better without for a while: they refused or never
started it, or its runner found them unfit.

They are preferred less, not excluded: Karpenter makes no node for a pod whose required terms name nodes.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from spotreel_operator.reconcile.attempt_reasons import UNFIT_NODE
from spotreel_operator.state.times import parse_time
from videojob_api.status import Attempt

AVOIDED_FOR = timedelta(minutes=10)


def avoided(attempts: Sequence[Attempt], now: datetime) -> tuple[str, ...]:
    """Names of unfit nodes. They are to be avoided, not excluded: a poor chance is better than none."""
    unfit = {a.node for a in attempts if is_unfit(a) and a.node and _recent(a, now)}
    return tuple(sorted(unfit))


def is_unfit(attempt: Attempt) -> bool:
    """Whether it failed because of its node."""
    return attempt.reason in UNFIT_NODE


def _recent(attempt: Attempt, now: datetime) -> bool:
    ended = parse_time(attempt.end_time)
    return ended is not None and now - ended < AVOIDED_FOR
