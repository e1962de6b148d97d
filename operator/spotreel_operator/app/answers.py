"""What the API server has said of tokens, remembered by a digest. Both kinds of answer are, and both in bounded number.

A token that was good once is asked about again without waiting at the gate: a crowd of unknown ones cannot shut it out.
While the API server does not answer, what it said last of a good token still holds for a while.
"""

import asyncio
import hashlib
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

import aiohttp

from spotreel_operator.app.gate import FairGate
from spotreel_operator.app.refusals import Refused, Unavailable
from spotreel_operator.runtime.api import ApiError

T = TypeVar("T")
GOOD_SECONDS, BAD_SECONDS = 60.0, 30.0
STALE_SECONDS = 240.0
MAX_GOOD, MAX_BAD = 8192, 4096
ASKED_AT_ONCE = 16
ASK_SECONDS = 10.0


class Answers(Generic[T]):
    """`of(token, client)`; `ask` raises Refused for a token that is not good. Belongs to one event loop."""

    def __init__(
        self, ask: Callable[[str], Awaitable[T]], gate: FairGate, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._ask, self._gate, self._clock = ask, gate, clock
        self._good: OrderedDict[bytes, tuple[T, float]] = OrderedDict()
        self._bad: OrderedDict[bytes, float] = OrderedDict()
        self._running: dict[bytes, asyncio.Task[T]] = {}
        # Not one number for both: new tokens that wait for a slow answer must not keep known ones from theirs.
        self._new, self._again = asyncio.Semaphore(ASKED_AT_ONCE), asyncio.Semaphore(ASKED_AT_ONCE)

    def knows(self, token: str) -> bool:
        """Whether it was good when last asked about."""
        return _digest(token) in self._good

    async def of(self, token: str, client: str) -> T:
        """The answer about a token. Raises Refused, Limited, Unavailable."""
        digest, now = _digest(token), self._clock()
        known = self._good.get(digest)
        if known and now < known[1]:
            self._good.move_to_end(digest)
            return known[0]
        if now < self._bad.get(digest, now):
            raise Refused
        # One question at a time about a token, however many wait for its answer.
        task = self._running.get(digest)
        if task is None:
            task = self._running[digest] = asyncio.create_task(self._answer(digest, token, client, known))
            task.add_done_callback(lambda done: self._done(digest, done))
        return await asyncio.shield(task)

    def _done(self, digest: bytes, task: asyncio.Task[T]) -> None:
        """Also where nobody waits any more: an error that nobody looks at would be logged."""
        self._running.pop(digest, None)
        if not task.cancelled():
            task.exception()

    async def _answer(self, digest: bytes, token: str, client: str, known: tuple[T, float] | None) -> T:
        try:
            value = await self._question(token, client, known is None)
        except Refused:
            self._good.pop(digest, None)
            _keep(self._bad, digest, self._clock() + BAD_SECONDS, MAX_BAD)
            raise
        except (ApiError, aiohttp.ClientError, TimeoutError, OSError) as error:
            if known and self._clock() < known[1] + STALE_SECONDS:
                return known[0]
            raise Unavailable from error
        _keep(self._good, digest, (value, self._clock() + GOOD_SECONDS), MAX_GOOD)
        return value

    async def _question(self, token: str, client: str, new: bool) -> T:
        if new:
            await self._gate.enter(client)
        async with asyncio.timeout(ASK_SECONDS), self._new if new else self._again:
            return await self._ask(token)


V = TypeVar("V")


def _keep(store: "OrderedDict[bytes, V]", digest: bytes, value: V, limit: int) -> None:
    store[digest] = value
    store.move_to_end(digest)
    if len(store) > limit:
        store.popitem(last=False)


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode(errors="surrogateescape")).digest()
