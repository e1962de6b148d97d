"""Workers that build numbered objects, and uploads that overlap with them."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import Protocol

from job_runner.stop import Stop
from job_runner.targets.queue import Queue

GoOn = Callable[[int], bool]
"""Asked after each frame, with how many are left of the object; False: drop it."""

Build = Callable[[int, GoOn, Callable[[], None]], bytes | None]
"""Builds the object of a number, calls the last argument for each frame that is done; None if it was dropped.

Of one worker: it need not be safe for threads, and may be fastest with numbers that follow each other."""

NewBuilder = Callable[[], AbstractContextManager[Build]]
"""Called by each worker, in its own thread."""

Commit = Callable[[int, bytes], None]

WAITING_UPLOADS = 3
UPLOADERS = 2


class Counting(Protocol):
    """Hears of what workers do."""

    def frame(self, number: int) -> None:
        """One more frame of an object is done."""

    def committed(self, number: int) -> None:
        """An object is in the store."""


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

    def build(self, missing: set[int]) -> None:
        """Builds and commits `missing`, or as many of them as a stop allows."""
        queue, room = Queue(missing), threading.Semaphore(WAITING_UPLOADS)
        count = min(self._cores, len(missing))
        with ThreadPoolExecutor(UPLOADERS, "upload") as uploads, ThreadPoolExecutor(count, "build") as pool:
            work = [pool.submit(self._work, queue, uploads, room) for _ in range(count)]
            try:
                _finish(work)
            finally:
                queue.close()

    def _work(self, queue: Queue, uploads: ThreadPoolExecutor, room: threading.Semaphore) -> None:
        pending: list[Future[None]] = []
        last: int | None = None
        try:
            with self._new_builder() as build:
                while not self._stop.requested and (number := queue.take(last)) is not None:
                    this = _InHand(number, self._frames(number), monotonic())
                    data = build(number, partial(self._go_on, this), partial(self._frame, this))
                    if data is None:
                        break
                    room.acquire()
                    pending.append(uploads.submit(self._upload, number, data, room, queue))
                    last = number
        except BaseException:
            queue.close()
            raise
        finally:
            _finish(pending)

    def _upload(self, number: int, data: bytes, room: threading.Semaphore, queue: Queue) -> None:
        try:
            self._commit(number, data)
            self._tracker.committed(number)
        except BaseException:
            # What cannot be stored need not be built.
            queue.close()
            raise
        finally:
            room.release()

    def _frame(self, this: _InHand) -> None:
        this.done += 1
        self._tracker.frame(this.number)

    def _go_on(self, this: _InHand, left: int) -> bool:
        """After each frame: always, unless told to stop and the rest would take too long."""
        if not self._stop.requested:
            return True
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
