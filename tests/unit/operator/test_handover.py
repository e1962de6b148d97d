"""From one thread to the main loop."""

import asyncio
import threading

from spotreel_operator.app import handover
from spotreel_operator.app.handover import Handover


async def test_the_newest_of_each_key_arrives() -> None:
    got: list[tuple[str, int]] = []
    made: Handover[str, int] = Handover(asyncio.get_running_loop(), lambda k, v: got.append((k, v)))

    def fill() -> None:
        for n in range(1000):
            assert made.offer(f"key-{n % 3}", n)

    thread = threading.Thread(target=fill)
    thread.start()
    thread.join()
    await asyncio.sleep(0.01)
    assert dict(got) == {"key-0": 999, "key-1": 997, "key-2": 998}
    assert len(got) == 3 and not len(made), "the loop was busy meanwhile, and none of the older ones was kept for it"


async def test_what_waits_is_bounded() -> None:
    got: dict[int, int] = {}
    made: Handover[int, int] = Handover(asyncio.get_running_loop(), got.__setitem__, limit=100)
    assert [made.offer(n, n) for n in range(120)].count(True) == 100
    assert made.offer(5, 55), "of a key that waits already, the newer one is always taken"
    while len(made):
        await asyncio.sleep(0)
    assert got == {n: n for n in range(100)} | {5: 55}
    assert made.offer(119, 1)


async def test_a_few_at_a_time() -> None:
    """Between them the loop does its other work."""
    turns: list[int] = []
    made: Handover[int, int] = Handover(asyncio.get_running_loop(), lambda k, v: turns.append(v))
    for n in range(3 * handover.AT_ONCE):
        made.offer(n, n)
    await asyncio.sleep(0)
    assert len(turns) == handover.AT_ONCE
    await asyncio.sleep(0.01)
    assert turns == list(range(3 * handover.AT_ONCE))


async def test_merging_decides_which_stays() -> None:
    got: dict[str, str] = {}
    made: Handover[str, str] = Handover(asyncio.get_running_loop(), got.__setitem__, lambda old, new: old)
    made.offer("a", "first")
    made.offer("a", "second")
    await asyncio.sleep(0.01)
    assert got == {"a": "first"}


async def test_one_that_fails_keeps_nobody_else() -> None:
    got: list[int] = []

    def deliver(key: int, value: int) -> None:
        if value == 1:
            raise ValueError
        got.append(value)

    made: Handover[int, int] = Handover(asyncio.get_running_loop(), deliver)
    for n in range(3):
        made.offer(n, n)
    await asyncio.sleep(0.01)
    assert got == [0, 2]


def test_a_loop_that_has_ended_takes_nothing() -> None:
    loop = asyncio.new_event_loop()
    made: Handover[str, int] = Handover(loop, lambda k, v: None)
    loop.close()
    assert not made.offer("a", 1)
