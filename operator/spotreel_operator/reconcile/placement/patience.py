"""How long a pod without a node waits for its tier, by what autoscalers have said of it."""

from datetime import datetime, timedelta

from spotreel_operator.reconcile.placement.ladder import wait_of
from spotreel_operator.state.signals import Signals
from videojob_api.config import ClassTier

QUIET = timedelta(seconds=60)
"""An autoscaler that is there and says nothing for so long has nothing to offer."""
FAILURES = 2
"""Karpenter tries again and again; it tells the second failure of a pod five minutes after the first."""


def loses_patience_at(tier: ClassTier, since: datetime, signals: Signals) -> datetime:
    """When a pod that waits since then is given up: the whole `waitFor` where a node is on its way."""
    whole = since + wait_of(tier)
    if signals.refused or signals.failures >= FAILURES:
        return since
    if signals.coming or not signals.known:
        return whole
    return min(whole, since + QUIET)
