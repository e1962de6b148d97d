"""Nodes that a job does better without for a while: they refused it, or its runner found them unfit."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from spotreel_operator.reconcile.snapshot import NodeState, parse_time
from videojob_api.config import Capacity, ClassTier
from videojob_api.names import LABEL_INSTANCE_TYPE, LABEL_ZONE, AttemptReason
from videojob_api.status import Attempt

AVOIDED_FOR = timedelta(minutes=10)


def avoided(
    attempts: Sequence[Attempt],
    nodes: Iterable[NodeState],
    tier: ClassTier,
    capacity_labels: Mapping[Capacity, Mapping[str, str]],
    now: datetime,
) -> tuple[str, ...]:
    """Names of unfit nodes; none if no other of the tier is there, as a poor chance is better than none."""
    unfit = {a.node for a in attempts if a.reason == AttemptReason.NODE_UNFIT and a.node and _recent(a, now)}
    others = (n for n in nodes if n.ready and n.name not in unfit and _fits(n, tier, capacity_labels))
    return tuple(sorted(unfit)) if any(others) else ()


def _recent(attempt: Attempt, now: datetime) -> bool:
    ended = parse_time(attempt.end_time)
    return ended is not None and now - ended < AVOIDED_FOR


def _fits(node: NodeState, tier: ClassTier, capacity_labels: Mapping[Capacity, Mapping[str, str]]) -> bool:
    labels = capacity_labels.get(tier.capacity, {}) if tier.capacity else {}
    return (
        all(node.labels.get(key) == value for key, value in labels.items())
        and (not tier.instance_types or node.labels.get(LABEL_INSTANCE_TYPE) in tier.instance_types)
        and (not tier.zones or node.labels.get(LABEL_ZONE) in tier.zones)
    )
