"""Builds the missing segments: workers that encode, uploads that overlap with them."""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import Any

from job_runner.effects.assets import Assets
from job_runner.in_hand import working_on
from job_runner.media.devices import device_of
from job_runner.media.render import Damaged, SegmentRenderer
from job_runner.plan.output import OutputPlan
from job_runner.plan.plan import Plan
from job_runner.plan.timeline import next_segment, segment_window
from job_runner.stop import Stop
from job_runner.tracker import Tracker
from job_runner.workspace.ranges import Opened

log = logging.getLogger(__name__)

Commit = Callable[[int, bytes], None]
WAITING_UPLOADS = 3
UPLOADERS = 2


@dataclass(frozen=True)
class Inputs:
    """A plan, the output that is made, and what the inputs hold.

    `damaged` is told what cannot be decoded and may raise.
    """

    plan: Plan
    output: OutputPlan
    open: Callable[[str], Opened]
    assets: Assets
    damaged: Damaged


class Queue:
    """The segments nobody has taken yet. Thread-safe."""

    def __init__(self, missing: set[int]) -> None:
        self._free = set(missing)
        self._working = 0
        self._lock = threading.Lock()

    def take(self, last: int | None) -> int | None:
        """The segment to build after `last`; None when nothing is left."""
        with self._lock:
            index = next_segment(self._free, last, self._working > (last is not None))
            self._free.discard(-1 if index is None else index)
            self._working += last is None
            return index

    def close(self) -> None:
        """Nobody gets another one."""
        with self._lock:
            self._free.clear()


class Builders:
    """A pool of workers over one queue. The first error stops all and is raised."""

    def __init__(self, inputs: Inputs, commit: Commit, tracker: Tracker, stop: Stop, cores: int) -> None:
        self._inputs, self._plan, self._commit = inputs, inputs.plan, commit
        self._tracker, self._stop, self._cores = tracker, stop, cores

    def build(self, missing: set[int]) -> None:
        """Builds and commits `missing`, or as many of them as a stop allows."""
        queue, room = Queue(missing), threading.Semaphore(WAITING_UPLOADS)
        workers = min(self._cores, len(missing))
        with ThreadPoolExecutor(UPLOADERS, "upload") as uploads, ThreadPoolExecutor(workers, "encode") as pool:
            work = [pool.submit(self._work, queue, uploads, room) for _ in range(workers)]
            try:
                _finish(work)
            finally:
                queue.close()

    def _work(self, queue: Queue, uploads: ThreadPoolExecutor, room: threading.Semaphore) -> None:
        pending: list[Future[None]] = []
        last: int | None = None
        try:
            with self._renderer() as renderer:
                while not self._stop.requested and (index := queue.take(last)) is not None:
                    go_on = partial(self._go_on, index, monotonic())
                    with working_on(index):
                        data = renderer.render(index, go_on, partial(self._tracker.frame, index))
                    if data is None:
                        log.info("segment dropped", extra={"segment": index})
                        break
                    room.acquire()
                    pending.append(uploads.submit(self._upload, index, data, room, queue))
                    last = index
        except BaseException:
            queue.close()
            raise
        finally:
            _finish(pending)

    def _renderer(self) -> SegmentRenderer[Any]:
        given, threads = self._inputs, decoder_threads(self._cores)
        device = device_of(self._plan, given.output)
        return SegmentRenderer(self._plan, device, given.open, threads, given.assets, given.damaged)

    def _upload(self, index: int, data: bytes, room: threading.Semaphore, queue: Queue) -> None:
        try:
            self._commit(index, data)
            self._tracker.committed(index)
        except BaseException:
            # What cannot be stored need not be encoded.
            queue.close()
            raise
        finally:
            room.release()

    def _go_on(self, index: int, began: float, left: int) -> bool:
        """After each frame: always, unless told to stop and the rest would take too long."""
        if not self._stop.requested:
            return True
        whole = len(segment_window(index, self._plan.frames, self._plan.segment_frames))
        still = seconds_to_go(whole, left, self._tracker.left(index), monotonic() - began)
        return still < self._stop.seconds_left()


def seconds_to_go(whole: int, outside: int, unfinished: int, taken: float) -> float:
    """What a segment of `whole` frames still takes, by what it has `taken` so far.

    `outside` have still to go into the encoder, `unfinished` to come out of it: it looks ahead by dozens, and half
    of the work is to look.
    """
    done = 2 * whole - outside - max(outside, unfinished)
    return taken * (2 * whole - done) / done if done else float("inf")


def decoder_threads(cores: int) -> int:
    """Of each worker's decoder."""
    return min(4, max(1, cores // 2))


def _finish(futures: list[Future[None]]) -> None:
    """Waits in short steps, so that Python's signal handlers get their turn; raises the first error."""
    while wait(futures, timeout=0.2).not_done:
        pass
    for future in futures:
        future.result()
