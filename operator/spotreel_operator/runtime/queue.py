"""A work queue of keys: each at most once in it, never worked on twice at once, none ever lost."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Hashable
from datetime import timedelta
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
Work = Callable[[K], Awaitable[timedelta | None]]
"""Works on a key; a result asks to be called again after so long."""

FIRST_BACKOFF, MAX_BACKOFF = 0.2, 30.0


class WorkQueue(Generic[K]):
    """`add` from the event loop; `run` in as many tasks as should work at once."""

    def __init__(self, work: Work[K], failed: Callable[[K, BaseException], None] = lambda key, error: None) -> None:
        self._work, self._failed = work, failed
        self._waiting: dict[K, float] = {}
        self._busy: set[K] = set()
        self._again: set[K] = set()
        self._failures: dict[K, int] = {}
        self._timers: dict[K, asyncio.TimerHandle] = {}
        self._ready = asyncio.Condition()
        self._tasks: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        return len(self._waiting)

    def oldest(self) -> float:
        """Seconds that the first key has waited."""
        return time.monotonic() - min(self._waiting.values(), default=time.monotonic())

    def add(self, key: K) -> None:
        """To be worked on, once more if it is just being worked on."""
        if key in self._busy:
            self._again.add(key)
        elif key not in self._waiting:
            self._waiting[key] = time.monotonic()
            self._wake()

    def add_after(self, key: K, seconds: float) -> None:
        """Later; of two times the earlier one counts."""
        loop = asyncio.get_running_loop()
        pending = self._timers.get(key)
        if pending and pending.when() <= loop.time() + seconds:
            return
        if pending:
            pending.cancel()
        self._timers[key] = loop.call_later(max(0.0, seconds), self._due, key)

    def _due(self, key: K) -> None:
        self._timers.pop(key, None)
        self.add(key)

    def _wake(self) -> None:
        task = asyncio.get_running_loop().create_task(self._notify())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _notify(self) -> None:
        async with self._ready:
            self._ready.notify()

    async def run(self) -> None:
        """One worker, until cancelled."""
        while True:
            async with self._ready:
                await self._ready.wait_for(lambda: self._waiting)
                key = next(iter(self._waiting))
                del self._waiting[key]
                self._busy.add(key)
            try:
                await self._one(key)
            finally:
                self._busy.discard(key)
                if key in self._again:
                    self._again.discard(key)
                    self.add(key)

    async def _one(self, key: K) -> None:
        """Errors put the key back, later and later, with jitter."""
        try:
            again = await self._work(key)
        except Exception as error:
            self._failed(key, error)
            count = self._failures[key] = self._failures.get(key, 0) + 1
            self.add_after(key, min(MAX_BACKOFF, FIRST_BACKOFF * 2 ** (count - 1)) * random.uniform(0.5, 1.0))
            return
        self._failures.pop(key, None)
        if again is not None:
            self.add_after(key, again.total_seconds())
