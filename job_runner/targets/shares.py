"""Which number of a family a runner takes next, beside others that work at the same family. Pure.

Runners share nothing but the workspace. Each has a share of its own, which it works through first. Then it begins where
others have left room, and goes on from there. All go upwards, so the first number of each gap counts as being built.
"""

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from hashlib import blake2b
from heapq import heapify, heappop, heappush
from itertools import islice

from job_runner.targets.queue import Queue, gaps
from videojob_api.order import Shard

PLACES = 16
"""Among how many a runner chooses where it begins next: two that look at the same moment seldom choose the same."""
PATIENCE = 3
"""How many times as long as one's own slowest number another may take, until it counts as nobody's."""


@dataclass(frozen=True)
class Runner:
    """One of several: which part it begins with, whether it stays until all is made, and a name that no other has."""

    shard: Shard
    stays: bool
    name: str

    @property
    def alone(self) -> bool:
        """Whether no other is meant to be there."""
        return self.shard.index is not None and self.shard.total == 1


def own_share(count: int, shard: Shard) -> range:
    """Numbers of `count` that are a runner's own; none for one that has no part."""
    if shard.index is None:
        return range(0)
    return range(shard.index * count // shard.total, (shard.index + 1) * count // shard.total)


def starts(missing: AbstractSet[int]) -> Iterator[int]:
    """Where there is room for another runner: halves the longest gap again and again; the first of each farther half.

    The first of a gap is never among them.
    """
    pieces = [(-len(gap), gap.start) for gap in gaps(missing) if len(gap) > 1]
    heapify(pieces)
    while pieces:
        length, first = heappop(pieces)
        near = (1 - length) // 2
        yield first + near
        for piece in ((-near, first), (length + near, first + near)):
            if piece[0] < -1:
                heappush(pieces, piece)


def chosen(numbers: Iterable[int], name: str) -> int | None:
    """One of them, by chance that is another one for each name."""
    return min(numbers, key=lambda number: blake2b(f"{number} {name}".encode(), digest_size=8).digest(), default=None)


class Firsts:
    """Since when numbers have been seen as the first of a gap: whoever builds one would have built it some day."""

    def __init__(self) -> None:
        self._seen: dict[int, float] = {}

    def seen(self, missing: AbstractSet[int], now: float) -> None:
        """What a listing says."""
        self._seen = {gap.start: self._seen.get(gap.start, now) for gap in gaps(missing)}

    def older_than(self, seconds: float, now: float) -> set[int]:
        """Those that have been for so long."""
        return {number for number, since in self._seen.items() if now - since > seconds}


class Share:
    """What one runner has in hand of a family, what it knows to be there, and what it takes next; `now` in seconds."""

    def __init__(self, count: int, runner: Runner, there: AbstractSet[int], now: float) -> None:
        self._runner, self._all = runner, frozenset(range(count))
        self._there = set(there)
        self._range = own_share(count, runner.shard)
        self._own = Queue(set(self._range) - self._there)
        self._building: dict[int, float] = {}
        self._sent, self._runs, self._twins = set[int](), set[int](), set[int]()
        self._slowest, self._firsts = 0.0, Firsts()
        self._firsts.seen(self.missing, now)
        self._others = not runner.alone

    @property
    def alone(self) -> bool:
        """Whether no other runner is known of."""
        return not self._others

    @property
    def is_own(self) -> bool:
        """Whether there is something left of its own part."""
        return not self._own.empty

    @property
    def missing(self) -> AbstractSet[int]:
        """What is not known to be there."""
        return self._all - self._there

    def has(self, number: int) -> bool:
        """Whether a number is known to be there."""
        return number in self._there

    def is_twin(self, number: int) -> bool:
        """Whether another runner is likely to have this number in hand too."""
        return number in self._twins

    def looked(self, there: AbstractSet[int], now: float) -> None:
        """What is there now, by a listing that was begun after the last that was `stored`."""
        self._there = set(there)
        self._firsts.seen(self.missing, now)
        self._own.drop(self._there)
        for number in self._there & self._building.keys():
            self._overtaken(number)

    def take(self, last: int | None, now: float) -> int | None:
        """What a worker builds after `last`; None if nothing is left for it."""
        number = self._own.take(last)
        if number is None and self._others:
            number = self._left_by_others(last, now)
        if number is not None:
            self._building[number] = now
            self._runs.add(number)
        return number

    def _left_by_others(self, last: int | None, now: float) -> int | None:
        """A run that was begun goes on; else it is begun where there is room, then where nobody seems to be."""
        free = self.missing - self._building.keys() - self._sent
        if last in self._runs and last is not None and last + 1 in free - {self._range.stop}:
            return last + 1
        number = chosen(islice(starts(free), PLACES), self._runner.name)
        return self._twin(free, now) if number is None else number

    def _twin(self, free: AbstractSet[int], now: float) -> int | None:
        """What another runner has in hand, by all that is seen: it may be lost, so it is built here as well."""
        number = chosen(free & self._nobodys(now), self._runner.name)
        if number is None and self._runner.stays:
            number = chosen(free, self._runner.name)
        if number is not None:
            self._twins.add(number)
        return number

    def _nobodys(self, now: float) -> AbstractSet[int]:
        return self._firsts.older_than(PATIENCE * self._slowest, now) if self._slowest else frozenset()

    def built(self, number: int, now: float) -> None:
        """A number is on its way to the store: that a listing shows it says nothing of others."""
        self._slowest = max(self._slowest, now - self._building.pop(number))
        self._sent.add(number)

    def stored(self, number: int, first: bool) -> None:
        """A number is there; `first`: by this runner."""
        self._sent.discard(number)
        self._there.add(number)
        if not first:
            self._overtaken(number)

    def dropped(self, number: int) -> None:
        """A number is not built to its end."""
        self._building.pop(number, None)

    def _overtaken(self, number: int) -> None:
        """Another runner was first with what this one had in hand: going on here would do all that follows twice."""
        self._others = True
        self._runs.discard(number)
        if number in self._range:
            self._own.close()
