"""A thread with an event loop of its own: what comes from outside is served there, beside the main loop."""

import asyncio
import concurrent.futures
import threading
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, suppress


class LoopThread:
    """Enters `serving()` in a new thread and leaves it when stopped. `start` and `stop` belong to the caller's loop."""

    def __init__(self, name: str, serving: Callable[[], AbstractAsyncContextManager[object]]) -> None:
        self._serving = serving
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._started: concurrent.futures.Future[None] = concurrent.futures.Future()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ending: asyncio.Event | None = None

    @property
    def loop(self) -> asyncio.AbstractEventLoop | None:
        """Its event loop, once it has begun."""
        return self._loop

    async def start(self) -> None:
        """Returns when it serves. Raises what `serving()` raises."""
        self._thread.start()
        await asyncio.wrap_future(self._started)

    async def stop(self, seconds: float = 1.0) -> None:
        """Waits for so long at most; the thread does not keep the process."""
        if self._loop and self._ending:
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._ending.set)
        await asyncio.to_thread(self._thread.join, seconds)

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:
            if self._started.done():
                raise
            self._started.set_exception(error)

    async def _serve(self) -> None:
        self._loop, self._ending = asyncio.get_running_loop(), asyncio.Event()
        async with self._serving():
            self._started.set_result(None)
            await self._ending.wait()
