"""A tier as required node affinity: preferred affinity fails to fall back in known cases. Unfit nodes come last."""

from collections.abc import Mapping, Sequence
from typing import Any

from videojob_api.config import Capacity, ClassTier
from videojob_api.names import LABEL_INSTANCE_TYPE, LABEL_ZONE

Object = dict[str, Any]


def node_affinity(
    tier: ClassTier, capacity_labels: Mapping[Capacity, Mapping[str, str]], avoid: Sequence[str] = ()
) -> Object | None:
    """None for a tier that fits everywhere. `avoid`: names of nodes that are the last resort."""
    wanted = {key: [value] for key, value in capacity_labels.get(tier.capacity, {}).items()} if tier.capacity else {}
    wanted |= {LABEL_INSTANCE_TYPE: tier.instance_types} if tier.instance_types else {}
    wanted |= {LABEL_ZONE: tier.zones} if tier.zones else {}
    terms = [{"key": key, "operator": "In", "values": list(values)} for key, values in sorted(wanted.items())]
    # A field's requirement takes one value only.
    fields = [{"key": "metadata.name", "operator": "NotIn", "values": [name]} for name in avoid]
    required = {"nodeSelectorTerms": [{"matchExpressions": terms}]} if terms else None
    preferred = [{"weight": 100, "preference": {"matchFields": fields}}] if fields else None
    kinds = {
        "requiredDuringSchedulingIgnoredDuringExecution": required,
        "preferredDuringSchedulingIgnoredDuringExecution": preferred,
    }
    node = {kind: value for kind, value in kinds.items() if value}
    return {"nodeAffinity": node} if node else None
