"""Counts what has been written, so that tests can kill the process between any two writes."""

import os
import signal
from collections.abc import Awaitable
from typing import TypeVar

DIE_AFTER = "SPOTREEL_DIE_AFTER_WRITES"
T = TypeVar("T")


class Writes:
    """Counts writes. For tests: SPOTREEL_DIE_AFTER_WRITES=n kills the process right after the n-th."""

    def __init__(self, die_after: int = 0) -> None:
        self.count, self._die_after = 0, die_after

    @classmethod
    def from_environment(cls) -> "Writes":
        """As the tests' switch says."""
        return cls(int(os.environ.get(DIE_AFTER, "0")))

    async def counted(self, write: Awaitable[T]) -> T:
        """Its answer, once it has been acknowledged."""
        answer = await write
        self.count += 1
        if self.count == self._die_after:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer
