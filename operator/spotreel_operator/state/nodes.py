"""The node under an attempt."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Object = dict[str, Any]


@dataclass(frozen=True)
class NodeState:
    """A node as it looks now."""

    name: str
    ready: bool
    labels: Mapping[str, str]

    @classmethod
    def read(cls, node: Object) -> "NodeState":
        """From the API server's object."""
        conditions = {c["type"]: c["status"] for c in node.get("status", {}).get("conditions", [])}
        metadata = node["metadata"]
        return cls(metadata["name"], conditions.get("Ready") == "True", metadata.get("labels", {}))
