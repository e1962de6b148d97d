"""What the API server has refused of attempts: told at the next look, and of jobs with several lanes for a while."""

import time
from collections.abc import Callable, Container

HELD_SECONDS = 30.0
"""Reports of other lanes lead to a look many times a second: the refused Job is not tried again at each of them."""


class Rejections:
    """By the uid of a VideoJob, the latest."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._heard: dict[str, tuple[str, float]] = {}

    def __len__(self) -> int:
        return len(self._heard)

    def hear(self, uid: str, message: str) -> None:
        """A Job was refused, and why."""
        self._heard[uid] = (message, self._clock())

    def of(self, uid: str, lanes: int) -> str:
        """Why, empty if nothing is to be said. Of a job with one lane it is said once: then it is tried again."""
        message, heard = self._heard.get(uid, ("", 0.0))
        if lanes == 1 or self._clock() - heard >= HELD_SECONDS:
            self._heard.pop(uid, None)
        return message if lanes == 1 or uid in self._heard else ""

    def keep(self, uids: Container[str]) -> None:
        """Forgets those of other jobs."""
        self._heard = {uid: heard for uid, heard in self._heard.items() if uid in uids}
