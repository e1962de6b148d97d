"""A family: objects numbered from 0, each written once, by whichever worker of whichever runner takes its number.

What is there is what a listing shows. All are made when it shows all of them.
"""

import logging
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from functools import partial
from typing import Protocol

from job_runner.targets.lane import Lane
from job_runner.targets.pool import NewBuilder, Pool, Workers
from job_runner.targets.shares import Runner
from job_runner.workspace.store import Store
from videojob_api.order import WHOLE

log = logging.getLogger(__name__)

ALONE = Runner(WHOLE, stays=True, name="")


class ShareDone(Exception):
    """Nothing is left that this runner may begin; others finish what is missing."""


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
    family: Family,
    store: Store,
    workers: Workers,
    between: Callable[[], None],
    runner: Runner = ALONE,
    found: AbstractSet[int] | None = None,
) -> list[str]:
    """The keys of all of them, missing ones built, by this `runner` and others that work at them.

    `between` is called whenever it has been looked what is there and something is still to be done; it may raise to end
    the work. `found` are the numbers of those that are there, where they have been listed already. Raises the first
    error of a worker, Disrupted if told to stop, and ShareDone if what is missing is left to others.
    """
    there = stored(family, store) if found is None else set(found)
    new_builder = family.begin(there)
    while missing := set(range(family.count)) - there:
        between()
        lane = Lane(family.count, runner, there, partial(_looked, family, store, workers), between)
        commit = partial(_commit, family, store, workers, lane)
        Pool(workers, new_builder, family.frames, commit).build(lane, len(missing))
        workers.stop.check()
        there = _looked(family, store, workers)
        if len(there) < family.count and not runner.stays:
            # What was there may have been removed, because all is over.
            between()
            raise ShareDone
    return [family.key(number) for number in range(family.count)]


def stored(family: Family, store: Store) -> set[int]:
    """Numbers of those that are there."""
    keys = store.list(family.prefix)
    return {number for number in range(family.count) if family.key(number) in keys}


def _looked(family: Family, store: Store, workers: Workers) -> set[int]:
    """The same; how far the work is, is counted by it."""
    found = stored(family, store)
    workers.tracker.there(found)
    return found


def _commit(family: Family, store: Store, workers: Workers, lane: Lane, number: int, data: bytes) -> None:
    """Stores one; if another runner was first, theirs counts."""
    first = store.put(family.key(number), data, family.metadata)
    if first:
        workers.tracker.committed(number)
    else:
        workers.tracker.there({number})
    lane.stored(number, first)
    log.info("%s committed", family.kind, extra={family.kind: number, "bytes": len(data)})
