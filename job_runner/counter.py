"""How far a family of objects is: which are there, and how many frames of those in hand are done. Thread-safe."""

import threading
import time
from collections import deque
from collections.abc import Callable
from collections.abc import Set as AbstractSet

from videojob_api.report import SegmentCounts

SPEED_WINDOW = 5.0
SHORTEST_WINDOW = 0.4


class AttemptWork:
    """All that one attempt has done, whatever it was for: frames, and how fast."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.encoded = self.committed = 0
        self._speed: deque[tuple[float, int]] = deque()

    def frame(self) -> None:
        """One more; the lock is held."""
        now = time.monotonic()
        self.encoded += 1
        self._speed.append((now, self.encoded))
        while now - self._speed[0][0] > SPEED_WINDOW:
            self._speed.popleft()

    def begins_anew(self) -> None:
        """What comes now is of another kind, and has a speed of its own."""
        with self.lock:
            self._speed.clear()

    def fps(self) -> float:
        """Frames per second over the last few seconds, all workers together; 0 while it is too early to tell."""
        with self.lock:
            if not self._speed:
                return 0.0
            (t0, n0), (t1, n1) = self._speed[0], self._speed[-1]
            return round((n1 - n0) / (t1 - t0), 1) if t1 - t0 >= SHORTEST_WINDOW else 0.0


class Counter:
    """Of one family."""

    def __init__(self, work: AttemptWork) -> None:
        self._work = work
        self._count = 0
        self._length: Callable[[int], int] = _none
        self._done: set[int] = set()
        self._in_hand: dict[int, int] = {}
        self._own = self._finished = self._whole = 0
        self.found = 0

    def begin(self, count: int, length: Callable[[int], int], done: AbstractSet[int]) -> None:
        """There are to be so many objects, of `length` frames each; these are there already."""
        with self._work.lock:
            self._count, self._length, self._done, self.found = count, length, set(done), len(done)
            self._finished, self._whole = sum(map(length, self._done)), sum(map(length, range(count)))

    def frame(self, number: int) -> None:
        """One more frame of an object is done."""
        with self._work.lock:
            self._work.frame()
            self._in_hand[number] = self._in_hand.get(number, 0) + 1

    def committed(self, number: int) -> None:
        """An object of ours is in the store."""
        with self._work.lock:
            self.there({number})
            self._own += 1
            self._work.committed += self._in_hand.pop(number, 0)

    def there(self, numbers: AbstractSet[int]) -> None:
        """These objects are in the store, whoever has made them."""
        with self._work.lock:
            new = numbers - self._done
            self._done |= new
            self._finished += sum(map(self._length, new))

    def counts(self) -> SegmentCounts:
        """Objects: there, in all, by this attempt."""
        with self._work.lock:
            return SegmentCounts(done=len(self._done), total=self._count, by_this=self._own)

    def frames(self) -> int:
        """Done, of those there and those in hand."""
        with self._work.lock:
            return self._finished + self.in_hand()

    def in_hand(self) -> int:
        """Frames done that are in no object yet. What is damaged is done several times, and counts once."""
        with self._work.lock:
            in_hand = {number: n for number, n in self._in_hand.items() if number not in self._done}
            return sum(min(n, self._length(number)) for number, n in in_hand.items())

    def left(self) -> int:
        """Frames that are still to be done."""
        with self._work.lock:
            return max(0, self._whole - self.frames())


def _none(number: int) -> int:
    return 0
