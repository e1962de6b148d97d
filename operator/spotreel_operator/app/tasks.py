"""Where the tasks of event loops stand, for a dump: asked for from another thread, while the loops go on."""

import asyncio
import traceback
from collections.abc import Iterator, Mapping
from types import FrameType

from videojob_api.dump import Stack, written

_FRAMES = ("cr_frame", "gi_frame", "ag_frame")
_AWAITED = ("cr_await", "gi_yieldfrom", "ag_await")


def tasks_of(loops: Mapping[str, asyncio.AbstractEventLoop]) -> list[Stack]:
    """Of all tasks, by the names of their loops."""
    return [stack for name, loop in loops.items() for task in asyncio.all_tasks(loop) if (stack := _of(task, name))]


def _of(task: "asyncio.Task[object]", loop: str) -> Stack | None:
    """None for one that ends this very moment."""
    coroutine = task.get_coro()
    frames = [(frame, frame.f_lineno) for frame in frames_of(coroutine)]
    if not frames:
        return None
    name = getattr(coroutine, "__qualname__", task.get_name())
    return Stack(f"task {name} in {loop}", written(traceback.StackSummary.extract(iter(frames))))


def frames_of(awaited: object) -> Iterator[FrameType]:
    """Of a coroutine and of what it waits for, down to the future; `Task.get_stack` has only the first."""
    while awaited is not None:
        if frame := _first(awaited, _FRAMES):
            assert isinstance(frame, FrameType)
            yield frame
        awaited = _first(awaited, _AWAITED)


def _first(found: object, names: tuple[str, ...]) -> object:
    return next((value for name in names if (value := getattr(found, name, None)) is not None), None)
