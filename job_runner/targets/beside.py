"""Work in a thread of its own, beside what a block does."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event
from types import TracebackType
from typing import Generic, Self

from job_runner.errors import Disrupted
from job_runner.stop import Stop
from job_runner.targets.target import Value


class Beside(Generic[Value]):
    """Begun where the block is entered. Where the block is left, work that is not done yet is told to end.

    `work` is given what it has to call again and again, which raises to end it.
    """

    def __init__(self, name: str, work: Callable[[Callable[[], None]], Value], stop: Stop) -> None:
        self._work, self._stop, self._left = work, stop, Event()
        self._thread = ThreadPoolExecutor(1, name)

    def __enter__(self) -> Self:
        self._future: Future[Value] = self._thread.submit(self._work, self._stop_here)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # After an error, or a twin's success, nobody waits for the sound of hours.
        self._left.set()
        self._thread.shutdown()

    def check(self) -> None:
        """Raises the error that has ended it, if one has."""
        if self._future.done():
            self._future.result()

    def result(self) -> Value:
        """Waits for its end."""
        return self._future.result()

    def _stop_here(self) -> None:
        self._stop.check()
        if self._left.is_set():
            raise Disrupted("nobody needs it any more")
