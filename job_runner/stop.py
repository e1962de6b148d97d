"""Being told to stop: how much time is left, and whether something may still be finished in it."""

import threading
import time

from job_runner.errors import Disrupted


class Stop:
    """Set once by a signal. Safe to ask from any thread."""

    def __init__(self, grace: float) -> None:
        """`grace`: seconds from the signal to SIGKILL; a third of it, at most 10 s, is kept for uploads."""
        self._grace, self._usable = grace, grace - min(10.0, grace / 3)
        self._event = threading.Event()
        self._deadline = self._kill = 0.0

    def request(self) -> None:
        """The grace period begins now, unless it has begun."""
        if not self._event.is_set():
            now = time.monotonic()
            self._deadline, self._kill = now + self._usable, now + self._grace
            self._event.set()

    @property
    def requested(self) -> bool:
        """Whether to begin nothing new."""
        return self._event.is_set()

    def check(self) -> None:
        """Raises Disrupted once requested."""
        if self.requested:
            raise Disrupted("told to stop; finished segments are kept")

    def seconds_left(self) -> float:
        """Until everything must be in the store; infinite while nobody asked."""
        return self._deadline - time.monotonic() if self.requested else float("inf")

    def seconds_to_kill(self) -> float:
        """Until SIGKILL; infinite while nobody asked."""
        return self._kill - time.monotonic() if self.requested else float("inf")

    def wait(self, seconds: float) -> bool:
        """Sleeps, but not past a request; True if there is one."""
        return self._event.wait(seconds)
