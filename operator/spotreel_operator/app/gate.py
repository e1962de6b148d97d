"""How fast the API server is asked about tokens that nobody knows yet, and who comes first.

At most `rate` a second in all. Of the clients that wait, the one that was let through longest ago goes first, and one
that never was goes before them: a runner that has just started passes a crowd that has been asking all along.
"""

import asyncio
import math
import time
from collections import OrderedDict, deque
from collections.abc import Callable

from spotreel_operator.app.buckets import Bucket
from spotreel_operator.app.refusals import Limited

WAITING_PER_CLIENT = 8
PATIENCE_SECONDS = 3.0
RETRY_SECONDS = 5.0
MAX_REMEMBERED = 4096


class FairGate:
    """`enter` returns when the API server may be asked, or raises Limited. Belongs to one event loop."""

    def __init__(self, rate: float, burst: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._bucket, self._clock = Bucket(rate, burst), clock
        self._waiting: dict[str, deque[asyncio.Future[None]]] = {}
        self._served: OrderedDict[str, float] = OrderedDict()
        self._pump: asyncio.Task[None] | None = None

    async def enter(self, client: str) -> None:
        """Waits for this client's turn, for PATIENCE_SECONDS at most."""
        if not self._waiting and not self._bucket.take(self._clock()):
            self._note(client)
            return
        turn = self._queue(client)
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await turn
        except TimeoutError:
            raise Limited(RETRY_SECONDS) from None
        finally:
            self._leave(client, turn)

    def _queue(self, client: str) -> asyncio.Future[None]:
        mine = self._waiting.setdefault(client, deque())
        if len(mine) >= WAITING_PER_CLIENT:
            raise Limited(RETRY_SECONDS)
        mine.append(turn := asyncio.get_running_loop().create_future())
        if self._pump is None or self._pump.done():
            self._pump = asyncio.create_task(self._let_through())
        return turn

    def _leave(self, client: str, turn: asyncio.Future[None]) -> None:
        """After the turn, or without it."""
        mine = self._waiting.get(client, deque())
        if turn in mine:
            mine.remove(turn)
        if not mine:
            self._waiting.pop(client, None)

    async def _let_through(self) -> None:
        while self._waiting:
            if pause := self._bucket.take(self._clock()):
                await asyncio.sleep(pause)
                continue
            client = min(self._waiting, key=lambda name: self._served.get(name, -math.inf))
            turn = self._waiting[client][0]
            self._leave(client, turn)
            if not turn.done():
                turn.set_result(None)
            self._note(client)

    def _note(self, client: str) -> None:
        self._served[client] = self._clock()
        self._served.move_to_end(client)
        if len(self._served) > MAX_REMEMBERED:
            self._served.popitem(last=False)
