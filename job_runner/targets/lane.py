"""The numbers that one runner's workers take, of a family that other runners may work at too. Thread-safe.

It looks again what is there: how often depends on whether others are known of, and where it works.
"""

import threading
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from contextlib import suppress
from time import monotonic

from job_runner.errors import StoreUnreachable
from job_runner.targets.shares import Runner, Share

OWN_SECONDS = 5.0
"""How old a listing may be while a runner works at its own share."""
OTHERS_SECONDS = 2.0
"""The same while it builds what others may build too."""
TAKING_SECONDS = 0.5
"""The same where it takes something away from others, or builds what another seems to be building."""


class Lane:
    """One runner's share. `look` lists what is there, `between` may raise to end the work."""

    def __init__(
        self,
        count: int,
        runner: Runner,
        there: AbstractSet[int],
        look: Callable[[], AbstractSet[int]],
        between: Callable[[], None],
        clock: Callable[[], float] = monotonic,
    ) -> None:
        """`there`: as it was listed just now, of `count` numbers."""
        self._look, self._between, self._clock = look, between, clock
        self._looked, self._closed, self._over = clock(), False, False
        self._share = Share(count, runner, there, self._looked)
        self._lock = threading.Lock()

    def take(self, last: int | None) -> int | None:
        """What a worker builds after `last`; None when nothing is left for it. Raises what `between` raises."""
        with self._lock:
            if self._is_older_than(OWN_SECONDS if self._share.is_own else TAKING_SECONDS):
                self._list()
                self._check()
            return None if self._closed else self._share.take(last, self._clock())

    def wanted(self, number: int) -> bool:
        """Whether a number that is being built is still missing, as far as is known."""
        if self._is_older_than(self._seconds(number)) and self._lock.acquire(blocking=False):
            try:
                # A store that does not answer ends the work where something is to be stored, not here.
                with suppress(StoreUnreachable):
                    self._list()
            finally:
                self._lock.release()
        return not (self._over or self._share.has(number))

    def _seconds(self, number: int) -> float:
        if self._share.is_own:
            return OWN_SECONDS
        return TAKING_SECONDS if self._share.is_twin(number) else OTHERS_SECONDS

    def _check(self) -> None:
        """Where there is something left to be done; what is in hand is of no use where the work is over."""
        try:
            if self._share.missing:
                self._between()
        except BaseException:
            self._over = True
            raise

    def _is_older_than(self, seconds: float) -> bool:
        return not self._share.alone and self._clock() - self._looked > seconds

    def _list(self) -> None:
        try:
            there = self._look()
        finally:
            # Who gets no answer does not ask again at once.
            self._looked = self._clock()
        self._share.looked(there, self._looked)

    def built(self, number: int) -> None:
        """A number is on its way to the store."""
        with self._lock:
            self._share.built(number, self._clock())

    def stored(self, number: int, first: bool) -> None:
        """A number is there; `first`: by this runner."""
        with self._lock:
            self._share.stored(number, first)

    def dropped(self, number: int) -> None:
        """A number is not built to its end."""
        with self._lock:
            self._share.dropped(number)

    def close(self) -> None:
        """Nobody gets another one."""
        self._closed = True
