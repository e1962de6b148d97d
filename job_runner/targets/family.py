"""A family: objects numbered from 0, each written once, by whichever worker of whichever runner takes its number.

What is there is what a listing shows. All are made when it shows all of them.
"""

import logging
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from functools import partial
from typing import Protocol

from job_runner.targets.pool import NewBuilder, Pool, Workers
from job_runner.workspace.store import Store

log = logging.getLogger(__name__)


class Family(Protocol):
    """What families differ in. Its needs are what its class is constructed with, as with a `Target`."""

    @property
    def kind(self) -> str:
        """What one of its objects is called in logs."""

    @property
    def count(self) -> int:
        """How many there are to be."""

    @property
    def prefix(self) -> str:
        """Where its objects lie in the workspace."""

    @property
    def metadata(self) -> Mapping[str, str]:
        """What each is stored with."""

    def key(self, number: int) -> str:
        """The name of one, below `prefix`."""

    def frames(self, number: int) -> int:
        """How many frames it takes to build one."""

    def begin(self, found: AbstractSet[int]) -> NewBuilder:
        """What a worker builds with. Called once, before any work, with the numbers that are there already."""


def make_all(
    family: Family, store: Store, workers: Workers, between: Callable[[], None], found: AbstractSet[int] | None = None
) -> list[str]:
    """The keys of all of them, missing ones built. Raises the first error of a worker, Disrupted if told to stop.

    `between` is called whenever workers are about to be sent off, and may raise to end the work. `found` are the
    numbers of those that are there, where they have been listed already.
    """
    found = stored(family, store) if found is None else found
    pool = Pool(workers, family.begin(found), family.frames, partial(_commit, family, store))
    while missing := set(range(family.count)) - found:
        between()
        pool.build(missing)
        workers.stop.check()
        found = stored(family, store)
    return [family.key(number) for number in range(family.count)]


def stored(family: Family, store: Store) -> set[int]:
    """Numbers of those that are there."""
    keys = store.list(family.prefix)
    return {number for number in range(family.count) if family.key(number) in keys}


def _commit(family: Family, store: Store, number: int, data: bytes) -> None:
    """Stores one; if another runner was first, theirs counts."""
    store.put(family.key(number), data, family.metadata)
    log.info("%s committed", family.kind, extra={family.kind: number, "bytes": len(data)})
