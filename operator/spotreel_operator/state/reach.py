"""Which namespaces an operator watches, as its Lease says it to others; and where two of them overlap."""

from dataclasses import dataclass
from typing import Any

from videojob_api.names import ANNOTATION_WATCHES

Object = dict[str, Any]
EVERYWHERE = "*"
NAMED = 5
"""So many namespaces are named in a message."""


@dataclass(frozen=True)
class Reach:
    """The namespaces; None is all of them."""

    namespaces: frozenset[str] | None = None

    @classmethod
    def of(cls, namespaces: tuple[str, ...]) -> "Reach":
        """Of an operator's own list, in which none means all."""
        return cls(frozenset(namespaces) or None)

    @classmethod
    def read(cls, lease: Object) -> "Reach | None":
        """As a Lease says it; None if it is not an operator's."""
        text = (lease["metadata"].get("annotations") or {}).get(ANNOTATION_WATCHES)
        if not text:
            return None
        return cls(None if text == EVERYWHERE else frozenset(text.split(",")))

    def __str__(self) -> str:
        return EVERYWHERE if self.namespaces is None else ",".join(sorted(self.namespaces))

    def words(self) -> str:
        """For people; empty if it is no namespace at all."""
        if self.namespaces is None:
            return "all namespaces"
        named, more = sorted(self.namespaces)[:NAMED], len(self.namespaces) - NAMED
        return ", ".join(named) + (f" and {more} more" if more > 0 else "")

    def some(self, limit: int) -> list[str]:
        """At most so many of the namespaces; one empty name if it is all of them."""
        return sorted(self.namespaces)[:limit] if self.namespaces is not None else [""]

    def overlap(self, other: "Reach") -> "Reach | None":
        """What both watch; None if nothing."""
        if self.namespaces is None or other.namespaces is None:
            return other if self.namespaces is None else self
        return Reach(both) if (both := self.namespaces & other.namespaces) else None


ALL = Reach()
