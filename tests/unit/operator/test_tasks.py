"""Where tasks stand: each coroutine down to what it waits for, seen from another thread."""

import asyncio

from spotreel_operator.app.tasks import frames_of, tasks_of


async def inner(event: asyncio.Event) -> None:
    await event.wait()


async def outer(event: asyncio.Event) -> None:
    await inner(event)


async def test_a_task_is_shown_down_to_what_it_waits_for() -> None:
    event = asyncio.Event()
    tasks = [asyncio.create_task(outer(event)) for _ in range(3)]
    await asyncio.sleep(0)
    try:
        found = await asyncio.to_thread(tasks_of, {"main": asyncio.get_running_loop()})
    finally:
        event.set()
        await asyncio.gather(*tasks)
    ours = [stack for stack in found if stack.who == "task outer in main"]
    assert len(ours) == 3 and len({stack.lines for stack in ours}) == 1
    places = [ours[0].lines.index(f"in {name}") for name in ("outer", "inner", "wait")]
    assert places == sorted(places), "the innermost comes last"


async def test_no_loop_no_tasks() -> None:
    assert tasks_of({}) == []


async def test_what_has_ended_has_no_frames() -> None:
    coroutine = inner(asyncio.Event())
    coroutine.close()
    assert list(frames_of(coroutine)) == [] and list(frames_of(None)) == []
