import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from spotreel_operator.app.thread import LoopThread


async def test_it_serves_in_a_thread_of_its_own_until_stopped() -> None:
    seen: list[str] = []

    @asynccontextmanager
    async def serving() -> AsyncIterator[None]:
        seen.append(threading.current_thread().name)
        yield
        seen.append("left")

    thread = LoopThread("outside", serving)
    await thread.start()
    assert seen == ["outside"]
    await thread.stop()
    assert seen == ["outside", "left"]


async def test_what_hinders_the_start_is_told() -> None:
    @asynccontextmanager
    async def serving() -> AsyncIterator[None]:
        raise OSError("the port is taken")
        yield

    with pytest.raises(OSError, match="taken"):
        await LoopThread("outside", serving).start()


async def test_a_thread_that_hangs_does_not_hold_up_the_end() -> None:
    ended = threading.Event()

    @asynccontextmanager
    async def serving() -> AsyncIterator[None]:
        yield
        await asyncio.to_thread(ended.wait)

    thread = LoopThread("outside", serving)
    await thread.start()
    await thread.stop(0.1)
    ended.set()
