"""Workers that build numbered objects, and uploads that overlap with them."""

import threading
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import Protocol

from job_runner.stop import Stop

GoOn = Callable[[int], bool]
"""Asked after each frame, with how many are left of the object; False: drop it."""

Build = Callable[[int, GoOn, Callable[[], None]], bytes | None]
"""Builds the object of a number, calls the last argument for each frame that is done; None if it was dropped.

Of one worker: it need not be safe for threads, and may be fastest with numbers that follow each other."""

NewBuilder = Callable[[], AbstractContextManager[Build]]
"""Called by each worker, in its own thread."""

Commit = Callable[[int, bytes], None]
"""Stores an object. Called by threads of its own."""

WAITING_UPLOADS = 3
UPLOADERS = 2


class Counting(Protocol):
    """Hears of what workers do."""

    def frame(self, number: int) -> None:
        """One more frame of an object is done."""

    def committed(self, number: int) -> None:
        """An object of ours is in the store."""

    def there(self, numbers: AbstractSet[int]) -> None:
        """These objects are in the store, whoever has made them."""


class Numbers(Protocol):
    """What there is to build, as workers take it. Safe for threads."""

    def take(self, last: int | None) -> int | None:
        """What a worker builds after `last`; None when nothing is left for it."""

    def wanted(self, number: int) -> bool:
        """Whether what is being built is still needed. Asked after each frame."""

    def built(self, number: int) -> None:
        """An object is going to be stored."""

    def dropped(self, number: int) -> None:
        """An object is not built to its end."""

    def close(self) -> None:
        """Nobody gets another one."""


@dataclass(frozen=True)
class Workers:
    """As many as `cores`, counted by `tracker`, until `stop` is requested."""

    cores: int
    tracker: Counting
    stop: Stop


@dataclass
class _InHand:
    """An object that is being built: how many frames it has, when it was begun, and how many of them are done."""

    number: int
    frames: int
    began: float
    done: int = 0


class Pool:
    """Workers over one queue. The first error stops all and is raised."""

    def __init__(self, workers: Workers, new_builder: NewBuilder, frames: Callable[[int], int], commit: Commit) -> None:
        """`frames`: of the object of a number, all in all."""
        self._cores, self._tracker, self._stop = workers.cores, workers.tracker, workers.stop
        self._new_builder, self._frames, self._commit = new_builder, frames, commit

    def build(self, numbers: Numbers, most: int) -> None:
        """Builds and commits what is taken, or as much of it as a stop allows, by at most so many workers."""
        room, count = threading.Semaphore(WAITING_UPLOADS), min(self._cores, most)
        with ThreadPoolExecutor(UPLOADERS, "upload") as uploads, ThreadPoolExecutor(count, "build") as pool:
            work = [pool.submit(self._work, numbers, uploads, room) for _ in range(count)]
            try:
                _finish(work)
            finally:
                numbers.close()

    def _work(self, numbers: Numbers, uploads: ThreadPoolExecutor, room: threading.Semaphore) -> None:
        pending: list[Future[None]] = []
        last: int | None = None
        try:
            with self._new_builder() as build:
                while not self._stop.requested and (number := numbers.take(last)) is not None:
                    data = self._built(build, number, numbers)
                    last = number
                    if data is None:
                        continue
                    room.acquire()
                    pending.append(uploads.submit(self._upload, number, data, room, numbers))
        except BaseException:
            numbers.close()
            raise
        finally:
            _finish(pending)

    def _built(self, build: Build, number: int, numbers: Numbers) -> bytes | None:
        """None if it was dropped: there is no time left for it, or no need."""
        this = _InHand(number, self._frames(number), monotonic())
        data = build(number, partial(self._go_on, this, numbers), partial(self._frame, this))
        if data is None:
            numbers.dropped(number)
        return data

    def _upload(self, number: int, data: bytes, room: threading.Semaphore, numbers: Numbers) -> None:
        try:
            numbers.built(number)
            self._commit(number, data)
        except BaseException:
            # What cannot be stored need not be built.
            numbers.close()
            raise
        finally:
            room.release()

    def _frame(self, this: _InHand) -> None:
        this.done += 1
        self._tracker.frame(this.number)

    def _go_on(self, this: _InHand, numbers: Numbers, left: int) -> bool:
        """After each frame: as long as it is needed; once told to stop, unless the rest would take too long."""
        if not self._stop.requested:
            return numbers.wanted(this.number)
        still = seconds_to_go(this.frames, left, max(0, this.frames - this.done), monotonic() - this.began)
        return still < self._stop.seconds_left()


def seconds_to_go(whole: int, outside: int, unfinished: int, taken: float) -> float:
    """What an object of `whole` frames still takes, by what it has `taken` so far.

    `outside` have still to go in, `unfinished` to come out: an encoder looks ahead by dozens, and half of the work is
    to look.
    """
    done = 2 * whole - outside - max(outside, unfinished)
    return taken * (2 * whole - done) / done if done else float("inf")


def _finish(futures: list[Future[None]]) -> None:
    """Waits in short steps, so that Python's signal handlers get their turn; raises the first error."""
    while wait(futures, timeout=0.2).not_done:
        pass
    for future in futures:
        future.result()
