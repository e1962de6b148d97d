"""Which number is built next, and by whom of one runner's workers."""

import threading
from collections.abc import Iterator
from collections.abc import Set as AbstractSet


def gaps(free: AbstractSet[int]) -> Iterator[range]:
    """Runs of neighbours, in order."""
    starts = sorted(number for number in free if number - 1 not in free)
    ends = sorted(number + 1 for number in free if number + 1 not in free)
    yield from map(range, starts, ends)


def next_number(free: AbstractSet[int], last: int | None, others_work: bool) -> int | None:
    """Which free number a worker takes after `last`.

    Its neighbour if that is free, because the decoder stands there already; else from the longest
    gap: the middle while others work (they come from the left), the first when alone.
    """
    if last is not None and last + 1 in free:
        return last + 1
    longest = max(gaps(free), key=lambda gap: (len(gap), -gap.start), default=None)
    if longest is None:
        return None
    return longest.start + (len(longest) // 2 if others_work else 0)


class Queue:
    """The numbers nobody has taken yet. Thread-safe."""

    def __init__(self, missing: AbstractSet[int]) -> None:
        self._free = set(missing)
        self._working = 0
        self._lock = threading.Lock()

    @property
    def empty(self) -> bool:
        """Whether nothing is left to take."""
        with self._lock:
            return not self._free

    def take(self, last: int | None) -> int | None:
        """What a worker builds after `last`; None when nothing is left."""
        with self._lock:
            number = next_number(self._free, last, self._working > (last is not None))
            self._free.discard(-1 if number is None else number)
            self._working += last is None
            return number

    def drop(self, numbers: AbstractSet[int]) -> None:
        """Nobody needs these any more."""
        with self._lock:
            self._free -= numbers

    def close(self) -> None:
        """Nobody gets another one."""
        with self._lock:
            self._free.clear()
