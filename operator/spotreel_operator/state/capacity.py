"""What is remembered of capacity: which kinds of nodes were not to be had, and until when nobody asks again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Pool:
    """A kind of node in a place: capacity, instance types, zone. None is any of them."""

    capacity: str | None
    types: frozenset[str] | None
    zone: str | None


Memory = Mapping[Pool, datetime]
"""Until when a pool is left alone."""
