"""What is there now: whatever is remembered about anything else can be forgotten."""

from dataclasses import dataclass

from spotreel_operator.runtime.api import JOBS, PODS, VIDEOJOBS
from spotreel_operator.runtime.cache import Cache, Key


@dataclass(frozen=True)
class Living:
    """VideoJobs and attempts by namespace and name; uids of VideoJobs, Jobs and pods."""

    videojobs: frozenset[Key]
    attempts: frozenset[Key]
    uids: frozenset[str]

    @classmethod
    def of(cls, cache: Cache) -> "Living":
        """Reads what the cache has now."""
        found = {kind: [b["metadata"] for b in cache.living(kind)] for kind in (VIDEOJOBS, JOBS, PODS)}
        return cls(
            frozenset((m["namespace"], m["name"]) for m in found[VIDEOJOBS]),
            frozenset((m["namespace"], m["name"]) for m in found[JOBS]),
            frozenset(m["uid"] for metadata in found.values() for m in metadata),
        )
