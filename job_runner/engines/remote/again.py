"""Trying again: what may pass, for as long as an engine may be away; what a model fails at, a few times."""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic, sleep
from typing import TypeVar

from job_runner.engines.remote.failures import ModelFailed
from job_runner.errors import EngineUnreachable

POLL_SECONDS = 0.2
"""How long a stop may go unheard."""
PAUSES = (0.2, 5.0)
"""Seconds before the second try, and at most before a later one."""
MOST_FAILURES = 3
"""Of the model itself, at one call."""

T = TypeVar("T")


@dataclass(frozen=True)
class Patience:
    """Seconds that an engine may be away: before it has answered anything, and after."""

    first: float
    later: float


class Again:
    """Keeps in mind whether the engine has ever answered. `stop_here` may raise."""

    def __init__(self, patience: Patience, stop_here: Callable[[], None]) -> None:
        self._patience, self._stop_here = patience, stop_here
        self.reached = False

    def __call__(self, attempt: Callable[[], T]) -> T:
        """What `attempt` gives at last. Raises what it raised if that was no passing trouble, or too often."""
        given_up, failures, (pause, longest) = 0.0, 0, PAUSES
        while True:
            try:
                return attempt()
            except (EngineUnreachable, ModelFailed) as error:
                failures += isinstance(error, ModelFailed)
                given_up = given_up or monotonic() + self._seconds
                if failures == MOST_FAILURES or monotonic() + pause > given_up:
                    raise
            self._rest(pause)
            pause = min(longest, 2 * pause)

    @property
    def _seconds(self) -> float:
        return self._patience.later if self.reached else self._patience.first

    def _rest(self, seconds: float) -> None:
        until = monotonic() + seconds
        while (left := until - monotonic()) > 0:
            self._stop_here()
            sleep(min(left, POLL_SECONDS))
