"""The work queue: nothing lost, nobody twice at once, lanes in order, liveness that says the truth."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spotreel_operator.runtime.queue import SHARE, Lane, WorkQueue

ADDS = st.lists(st.tuples(st.integers(0, 4), st.sampled_from(Lane), st.integers(0, 3)), max_size=40)


async def never(key: object) -> timedelta | None:
    raise AssertionError("not to be called")


async def turns(count: int) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


@settings(max_examples=60, deadline=None)
@given(ADDS, st.integers(1, 4), st.sets(st.integers(0, 4)))
def test_no_key_is_lost_or_worked_on_twice_at_once(
    adds: list[tuple[int, Lane, int]], workers: int, failing: set[int]
) -> None:
    """Every key is worked on after it was last added, whatever the lane, also where looks fail."""
    busy: Counter[int] = Counter()
    last_added: dict[int, int] = {}
    last_seen: dict[int, int] = {}
    clock = [0]

    async def work(key: int) -> timedelta | None:
        busy[key] += 1
        assert busy[key] == 1
        last_seen[key] = clock[0]
        await asyncio.sleep(0)
        busy[key] -= 1
        if key in failing:
            raise ValueError
        return None

    async def scenario() -> None:
        queue: WorkQueue[int] = WorkQueue(work)
        tasks = [asyncio.create_task(queue.run()) for _ in range(workers)]
        for key, lane, pauses in adds:
            clock[0] += 1
            last_added[key] = clock[0]
            queue.add(key, lane)
            await turns(pauses)
        await turns(400)
        for task in tasks:
            task.cancel()

    asyncio.run(scenario())
    assert all(last_seen.get(key, 0) >= when for key, when in last_added.items())


@given(st.lists(st.tuples(st.integers(0, 6), st.sampled_from(Lane)), max_size=30))
def test_each_key_waits_once_in_its_most_urgent_lane(adds: list[tuple[int, Lane]]) -> None:
    async def scenario() -> dict[int, Lane]:
        queue: WorkQueue[int] = WorkQueue(never)
        for key, lane in adds:
            queue.add(key, lane)
        assert len(queue) == len({key for key, _ in adds})
        return dict(queue._take() for _ in range(len(queue)))

    wanted = {key: min(lane for other, lane in adds if other == key) for key, _ in adds}
    assert asyncio.run(scenario()) == wanted


@given(st.lists(st.sampled_from(Lane), min_size=1, max_size=60))
def test_every_lane_is_in_order(lanes: list[Lane]) -> None:
    async def scenario() -> list[tuple[int, Lane]]:
        queue: WorkQueue[int] = WorkQueue(never)
        for key, lane in enumerate(lanes):
            queue.add(key, lane)
        return [queue._take() for _ in lanes]

    taken = asyncio.run(scenario())
    for lane in Lane:
        keys = [key for key, where in taken if where == lane]
        assert keys == sorted(keys)


async def test_what_is_urgent_passes_a_resync_of_thousands() -> None:
    queue: WorkQueue[int] = WorkQueue(never)
    for key in range(3000):
        queue.add(key, Lane.RESYNC)
    queue.add(7777, Lane.EVENT)
    assert queue._take() == (7777, Lane.EVENT)


async def test_a_lost_attempt_goes_before_a_crowd_that_begins() -> None:
    queue: WorkQueue[int] = WorkQueue(never)
    for key in range(1000):
        queue.add(key, Lane.EVENT)
    queue.add(500, Lane.ENDED)
    assert queue._take() == (500, Lane.ENDED)


async def test_an_event_promotes_what_waits_for_a_resync() -> None:
    queue: WorkQueue[int] = WorkQueue(never)
    for key in range(100):
        queue.add(key, Lane.RESYNC)
    queue.add(99)
    assert queue._take() == (99, Lane.EVENT)
    assert len(queue) == 99


async def test_a_crowd_of_events_leaves_a_share_to_timers_and_resync() -> None:
    queue: WorkQueue[int] = WorkQueue(never)
    for key in range(1000):
        queue.add(key, Lane.EVENT)
        queue.add(10_000 + key, Lane.TIMER)
        queue.add(20_000 + key, Lane.RESYNC)
    lanes = Counter(queue._take()[1] for _ in range(100))
    assert lanes[Lane.EVENT] >= 50
    assert lanes[Lane.TIMER] >= 100 // (2 * SHARE) and lanes[Lane.RESYNC] >= 100 // (2 * SHARE)


async def test_looks_that_change_nothing_let_others_run() -> None:
    """Each look asks for another at once and waits for nothing: a crowd of them must not hold the loop."""
    looks = Counter[int]()

    async def work(key: int) -> timedelta | None:
        looks[key] += 1
        if looks[key] < 300:
            queue.add(key)
        return None

    queue: WorkQueue[int] = WorkQueue(work)
    for key in range(4):
        queue.add(key)
    tasks = [asyncio.create_task(queue.run()) for _ in range(4)]
    await turns(20)
    assert 0 < looks.total() < 200, "the one who waits here has had its turns among them"
    for task in tasks:
        task.cancel()


async def test_a_failed_look_keeps_its_lane() -> None:
    """A conflict over a lost attempt must not be tried again behind a resync."""

    async def work(key: str) -> timedelta | None:
        raise ValueError

    queue: WorkQueue[str] = WorkQueue(work)
    queue.add("lost", Lane.EVENT)
    await queue._one(*queue._take())
    assert queue._timers["lost"][1] == Lane.EVENT


async def test_of_two_times_the_earlier_one_counts() -> None:
    queue: WorkQueue[str] = WorkQueue(never)
    queue.add_after("k", 50)
    queue.add_after("k", 90, Lane.EVENT)
    when, lane = queue._timers["k"][0].when(), queue._timers["k"][1]
    assert when < asyncio.get_running_loop().time() + 60 and lane == Lane.EVENT
    queue.add_after("k", 0)
    await asyncio.sleep(0.01)
    assert queue._take() == ("k", Lane.EVENT) and not queue._timers


async def test_errors_back_off_as_far_as_their_kind_may() -> None:
    class Fault(Exception):
        pass

    async def work(key: str) -> timedelta | None:
        raise Fault if key == "fault" else OSError

    queue: WorkQueue[str] = WorkQueue(work, longest=lambda error: 300 if isinstance(error, Fault) else 30)
    delays = dict[str, float]()
    for key in ("fault", "network"):
        for _ in range(40):
            if pending := queue._timers.pop(key, None):
                pending[0].cancel()
            queue.add(key)
            await queue._one(*queue._take())
            queue._done(key)
        delays[key] = queue._timers[key][0].when() - asyncio.get_running_loop().time()
    assert 140 < delays["fault"] <= 300 and 14 < delays["network"] <= 30


async def test_nothing_is_remembered_of_keys_that_are_gone() -> None:
    async def work(key: int) -> timedelta | None:
        if key % 2:
            raise ValueError
        return timedelta(hours=1)

    queue: WorkQueue[int] = WorkQueue(work)
    tasks = [asyncio.create_task(queue.run())]
    for key in range(100):
        queue.add(key)
    await turns(400)
    queue.keep({1, 2})
    assert set(queue._timers) == {1, 2} and set(queue._failures) == {1}
    for task in tasks:
        task.cancel()


class Clock:
    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        monkeypatch.setattr("spotreel_operator.runtime.queue.time.monotonic", lambda: self.now)


def blocked() -> tuple[Callable[[object], Awaitable[timedelta | None]], asyncio.Event]:
    gate = asyncio.Event()

    async def work(key: object) -> timedelta | None:
        await gate.wait()
        return None

    return work, gate


async def test_a_long_queue_that_moves_is_alive(monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest key has waited for minutes, yet looks end all the time."""
    clock = Clock(monkeypatch)

    async def work(key: int) -> timedelta | None:
        clock.now += 1
        return None

    queue: WorkQueue[int] = WorkQueue(work)
    for key in range(1000):
        queue.add(key, Lane.RESYNC)
    task = asyncio.create_task(queue.run())
    while len(queue) > 100:
        await asyncio.sleep(0)
    assert queue.oldest() > 500 and queue.still_for() <= 1
    task.cancel()


async def test_a_queue_in_which_no_look_ends_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, (work, gate) = Clock(monkeypatch), blocked()
    queue: WorkQueue[object] = WorkQueue(work)
    clock.now += 500
    assert queue.still_for() == 0, "nothing waits"
    queue.add("a")
    assert queue.still_for() == 0, "it has just come, however long ago the last look was"
    task = asyncio.create_task(queue.run())
    await turns(3)
    queue.add("b")
    clock.now += 200
    assert queue.still_for() == 200 and queue.longest_look() == 200
    gate.set()
    await turns(10)
    assert queue.still_for() == 0 and queue.longest_look() == 0
    task.cancel()


async def test_closed_workers_end_with_their_look() -> None:
    work, gate = blocked()
    queue: WorkQueue[object] = WorkQueue(work)
    tasks = [asyncio.create_task(queue.run()) for _ in range(3)]
    queue.add("a")
    await turns(5)
    queue.close()
    queue.add("b")
    await turns(5)
    assert [task.done() for task in tasks].count(True) == 2
    gate.set()
    await asyncio.gather(*tasks)
    assert len(queue) == 1
