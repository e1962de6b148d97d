"""Watches that never end: after a gap the scope is listed anew, so that nothing is missed.

Jobs, pods, nodes and warnings are watched in the operator's own loop. kopf watches VideoJobs: for the
rest it computes what nobody asks for (three times the cost), and one refused watch ends all the others.
"""

import asyncio
import logging
import random
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from typing import Any

import aiohttp

from spotreel_operator.runtime.api import ApiError, Gone

log = logging.getLogger(__name__)
Object = dict[str, Any]
SILENT_SECONDS = 80.0
"""Bookmarks come about once a minute: a stream that says nothing for longer is dead."""

FIRST_PAUSE, LONGEST_PAUSE = 0.2, 60.0
EXPECTED = (ApiError, aiohttp.ClientError, TimeoutError, OSError)


class Follower:
    """Follows one scope; `run` until cancelled."""

    def __init__(
        self,
        what: str,
        begin: Callable[[], Awaitable[str]],
        watch: Callable[[str], AsyncGenerator[Object, None]],
        see: Callable[[Object], None],
    ) -> None:
        """`begin` lists and gives a resourceVersion, `watch` gives events from there on, `see` takes each."""
        self._what, self._begin, self._watch, self._see = what, begin, watch, see
        self._version, self._failures = "", 0

    async def run(self) -> None:
        """No error ends it; those that go on are tried again up to a minute later."""
        while True:
            try:
                self._version = self._version or await self._begin()
                await self._stream()
            except Gone:
                self._failed("the watch has fallen behind, listing anew")
                self._version = ""
            except EXPECTED as error:
                self._failed(f"{type(error).__name__}: {error}")
            except Exception:
                log.exception("event passed over", extra={"watch": self._what})
                self._failed("")
            await asyncio.sleep(pause(self._failures))

    async def _stream(self) -> None:
        """Until the server ends it. Raises TimeoutError if nothing comes for too long."""
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(SILENT_SECONDS) as limit, aclosing(self._watch(self._version)) as events:
            async for event in events:
                limit.reschedule(loop.time() + SILENT_SECONDS)
                # Before it is seen: what cannot be read is passed over, not read again.
                self._version = event["object"]["metadata"]["resourceVersion"]
                self._failures = 0
                if event["type"] != "BOOKMARK":
                    self._see(event)
                # A crowd of events is in memory already: others must get their turn.
                await asyncio.sleep(0)

    def _failed(self, why: str) -> None:
        self._failures += 1
        if why and self._failures in (1, 10):
            log.warning("watch interrupted", extra={"watch": self._what, "error": why})


def pause(failures: int) -> float:
    """Seconds until the next try, with jitter."""
    longest: float = min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(failures, 10))
    return longest * random.uniform(0.5, 1.0)
