"""From the HTTP thread to the main loop: a bounded number of things, the newest for each key.

The main loop is woken once for many, and takes a few at a time: a crowd of reports never keeps it from its own work.
"""

import asyncio
import logging
import threading
from collections.abc import Callable, Hashable
from itertools import islice
from typing import Generic, TypeVar

log = logging.getLogger(__name__)
K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
MAX_PENDING = 4096
AT_ONCE = 32


class Handover(Generic[K, V]):
    """`offer` from any thread; `deliver` is called in `loop`. `merged(old, new)` says which of two stays."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        deliver: Callable[[K, V], None],
        merged: Callable[[V, V], V] = lambda old, new: new,
        limit: int = MAX_PENDING,
    ) -> None:
        self._loop, self._deliver, self._merged, self._limit = loop, deliver, merged, limit
        self._lock = threading.Lock()
        self._pending: dict[K, V] = {}
        self._woken = False

    def __len__(self) -> int:
        return len(self._pending)

    def offer(self, key: K, value: V) -> bool:
        """False if there are too many already, or the loop has ended: then it is not taken."""
        with self._lock:
            if key in self._pending:
                self._pending[key] = self._merged(self._pending[key], value)
            elif len(self._pending) < self._limit:
                self._pending[key] = value
            else:
                return False
            return self._woken or self._wake()

    def _wake(self) -> bool:
        try:
            self._loop.call_soon_threadsafe(self._take)
        except RuntimeError:
            return False
        self._woken = True
        return True

    def _take(self) -> None:
        """A few, then the loop's other work, then the next few."""
        with self._lock:
            taken = {key: self._pending.pop(key) for key in list(islice(self._pending, AT_ONCE))}
            self._woken = bool(self._pending)
        if self._woken:
            self._loop.call_soon(self._take)
        for key, value in taken.items():
            try:
                self._deliver(key, value)
            except Exception:
                log.exception("not delivered")
