"""Tiers as required node affinity: preferred affinity fails to fall back in known cases. Unfit nodes come last."""

from collections.abc import Mapping, Sequence
from typing import Any

from videojob_api.config import ClassTier
from videojob_api.names import LABEL_INSTANCE_TYPE, LABEL_ZONE
from videojob_api.prices import Capacity

Object = dict[str, Any]
CapacityLabels = Mapping[Capacity, Mapping[str, str]]
Wanted = dict[str, list[str]]
"""Values by label: a node has one of each."""


def wanted_labels(tier: ClassTier, capacity_labels: CapacityLabels) -> Wanted:
    """What a node of this tier must have; empty for one that fits everywhere."""
    wanted = {key: [value] for key, value in capacity_labels.get(tier.capacity, {}).items()} if tier.capacity else {}
    wanted |= {LABEL_INSTANCE_TYPE: tier.instance_types} if tier.instance_types else {}
    wanted |= {LABEL_ZONE: tier.zones} if tier.zones else {}
    return wanted


def node_affinity(
    tiers: Sequence[ClassTier], capacity_labels: CapacityLabels, avoid: Sequence[str] = (), shun: Sequence[str] = ()
) -> Object | None:
    """For a node of any of these tiers; None if one of them fits everywhere, as an empty term would fit nowhere.

    `avoid`: names of nodes that are the last resort; `shun`: zones.
    """
    terms = [_term(wanted_labels(tier, capacity_labels)) for tier in tiers]
    # A field's requirement takes one value only.
    fields = [{"key": "metadata.name", "operator": "NotIn", "values": [name]} for name in avoid]
    required = {"nodeSelectorTerms": terms} if all(terms) else None
    preferred = [{"weight": 100, "preference": {"matchFields": fields}}] if fields else []
    if shun:
        elsewhere = {"key": LABEL_ZONE, "operator": "NotIn", "values": list(shun)}
        preferred.append({"weight": 50, "preference": {"matchExpressions": [elsewhere]}})
    kinds = {
        "requiredDuringSchedulingIgnoredDuringExecution": required,
        "preferredDuringSchedulingIgnoredDuringExecution": preferred,
    }
    node = {kind: value for kind, value in kinds.items() if value}
    return {"nodeAffinity": node} if node else None


def _term(wanted: Wanted) -> Object | None:
    found = [{"key": key, "operator": "In", "values": list(values)} for key, values in sorted(wanted.items())]
    return {"matchExpressions": found} if found else None
