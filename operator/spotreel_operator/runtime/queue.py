"""A work queue of keys: each at most once in it, never worked on twice at once, none ever lost.

Lanes, each in order. An earlier lane goes first, but one key in SHARE comes from a lane behind
it that waits: a crowd delays what is urgent by little, and what is urgent never stops the crowd.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Container, Hashable, Sized
from datetime import timedelta
from enum import IntEnum
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
Work = Callable[[K], Awaitable[timedelta | None]]
"""Works on a key; a result asks to be called again after so long."""

FIRST_BACKOFF, MAX_BACKOFF = 0.2, 30.0
SHARE = 5
"""One key in so many comes from a lane behind the first that waits."""


class Lane(IntEnum):
    """Why a key is to be looked at, the most urgent first."""

    ENDED = 0  # a pod or its node is over: the job may need its next attempt
    EVENT = 1  # the cluster has changed
    TIMER = 2  # its time has come, or its runner has reported
    RESYNC = 3  # everything is looked at from time to time


class WorkQueue(Generic[K]):
    """`add` from the event loop; `run` in as many tasks as should work at once."""

    def __init__(
        self,
        work: Work[K],
        failed: Callable[[K, BaseException], None] = lambda key, error: None,
        longest: Callable[[BaseException], float] = lambda error: MAX_BACKOFF,
    ) -> None:
        """`failed` is told of every error, `longest` says how long its back-off may become, in seconds."""
        self._work, self._failed, self._longest = work, failed, longest
        self._waiting: dict[Lane, dict[K, float]] = {lane: {} for lane in Lane}
        self._passed: dict[Lane, int] = dict.fromkeys(Lane, 0)
        self._busy: dict[K, float] = {}
        self._again: dict[K, Lane] = {}
        self._failures: dict[K, int] = {}
        self._timers: dict[K, tuple[asyncio.TimerHandle, Lane]] = {}
        self._ready = asyncio.Event()
        self._ended = time.monotonic()
        self._closed = False

    def __len__(self) -> int:
        return sum(map(len, self._waiting.values()))

    def sizes(self) -> dict[str, int]:
        """Of all that is kept, by name."""
        lanes = {f"queue_{lane.name.lower()}": len(keys) for lane, keys in self._waiting.items()}
        rest: dict[str, Sized] = {
            "busy": self._busy,
            "again": self._again,
            "timers": self._timers,
            "failures": self._failures,
        }
        return lanes | {f"queue_{name}": len(keys) for name, keys in rest.items()}

    def oldest(self) -> float:
        """Seconds that the first key has waited."""
        now = time.monotonic()
        return now - min((next(iter(lane.values())) for lane in self._waiting.values() if lane), default=now)

    def still_for(self) -> float:
        """Seconds in which a key has waited and no look has ended; 0 if none waits."""
        return min(self.oldest(), time.monotonic() - self._ended)

    def longest_look(self) -> float:
        """Seconds that the oldest look under way has taken."""
        now = time.monotonic()
        return now - min(self._busy.values(), default=now)

    def add(self, key: K, lane: Lane = Lane.EVENT) -> None:
        """To be worked on, once more if it is just being worked on; a more urgent lane than before counts."""
        if key in self._busy:
            self._again[key] = min(lane, self._again.get(key, lane))
            return
        known = next((where for where in Lane if key in self._waiting[where]), None)
        if known is None or lane < known:
            if known is not None:
                del self._waiting[known][key]
            self._waiting[lane][key] = time.monotonic()
            self._ready.set()

    def add_after(self, key: K, seconds: float, lane: Lane = Lane.TIMER) -> None:
        """Later; of two times the earlier one counts."""
        loop = asyncio.get_running_loop()
        due = loop.time() + max(0.0, seconds)
        if pending := self._timers.get(key):
            lane = min(lane, pending[1])
            if pending[0].when() <= due:
                self._timers[key] = (pending[0], lane)
                return
            pending[0].cancel()
        self._timers[key] = (loop.call_at(due, self._due, key), lane)

    def _due(self, key: K) -> None:
        _, lane = self._timers.pop(key)
        self.add(key, lane)

    def keep(self, living: Container[K]) -> None:
        """Forgets timers and failures of all other keys."""
        for key in [key for key in self._timers if key not in living]:
            self._timers.pop(key)[0].cancel()
        self._failures = {key: count for key, count in self._failures.items() if key in living}

    def close(self) -> None:
        """Workers end with the look that they are at."""
        self._closed = True
        self._ready.set()

    async def run(self) -> None:
        """One worker, until cancelled or closed."""
        while await self._something():
            key, lane = self._take()
            try:
                await self._one(key, lane)
            finally:
                self._done(key)
            # A look that waits for nothing suspends nobody: without this, only looks would run.
            await asyncio.sleep(0)

    async def _something(self) -> bool:
        """True as soon as a key waits; False once closed."""
        while not len(self) and not self._closed:
            self._ready.clear()
            await self._ready.wait()
        return not self._closed

    def _take(self) -> tuple[K, Lane]:
        """The next key, which is busy from now on."""
        waiting = [lane for lane in Lane if self._waiting[lane]]
        due = [lane for lane in waiting[1:] if self._passed[lane] >= SHARE - 1]
        lane = due[0] if due else waiting[0]
        for other in waiting:
            self._passed[other] = 0 if other == lane else self._passed[other] + 1
        key = next(iter(self._waiting[lane]))
        del self._waiting[lane][key]
        self._busy[key] = time.monotonic()
        return key, lane

    def _done(self, key: K) -> None:
        del self._busy[key]
        self._ended = time.monotonic()
        if (lane := self._again.pop(key, None)) is not None:
            self.add(key, lane)

    async def _one(self, key: K, lane: Lane) -> None:
        """Errors put the key back into its lane, later and later, with jitter."""
        try:
            again = await self._work(key)
        except Exception as error:
            self._failed(key, error)
            count = self._failures[key] = self._failures.get(key, 0) + 1
            # The power itself must not grow with every failure.
            seconds = min(self._longest(error), FIRST_BACKOFF * 2 ** min(count - 1, 12))
            self.add_after(key, seconds * random.uniform(0.5, 1.0), lane)
            return
        self._failures.pop(key, None)
        if again is not None:
            self.add_after(key, again.total_seconds())
