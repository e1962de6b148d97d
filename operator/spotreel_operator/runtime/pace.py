"""How often statuses are written in which only figures move: often for a few jobs, less often for a crowd."""

from collections import deque

LONGEST_SECONDS = 15.0
MOST = 300
"""Such writes in LONGEST_SECONDS, of all jobs, beyond which each job waits as long as that."""


class Pace:
    """`interval`: seconds that pass between two writes of one job at least."""

    def __init__(self, interval: float) -> None:
        self.interval = interval
        self._longest = max(interval, LONGEST_SECONDS)
        self._newest = deque[float](maxlen=MOST)

    def allows(self, last: float, now: float) -> bool:
        """Whether a job that was written at `last` may be written now."""
        crowded = len(self._newest) == MOST and now - self._newest[0] < LONGEST_SECONDS
        return now - last >= (self._longest if crowded else self.interval)

    def written(self, now: float) -> None:
        """One more was."""
        self._newest.append(now)
