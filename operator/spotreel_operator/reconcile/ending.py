"""When a job's hard limit of time ends it."""

from datetime import datetime, timedelta

from spotreel_operator.state.snapshot import Snapshot

SHORTEST = timedelta(seconds=30)
"""No attempt is begun for less: its pod would hardly have started."""


def too_late(s: Snapshot, running: bool) -> str:
    """Why `activeDeadlineSeconds` ends the job now; empty if it does not.

    What runs has all the time there is. Another attempt needs half a minute, or half the limit if that is less.
    """
    end, spec = s.must_end_by, s.videojob.spec
    if end is None or spec is None or spec.active_deadline_seconds is None:
        return ""
    limit = spec.active_deadline_seconds
    if s.now >= end:
        return f"not done after activeDeadlineSeconds ({limit} s)"
    if running or end - s.now >= min(SHORTEST, timedelta(seconds=limit / 2)):
        return ""
    return f"{_seconds(end, s.now)} s of activeDeadlineSeconds ({limit} s) are left, too few for another attempt"


def _seconds(end: datetime, now: datetime) -> int:
    return int((end - now).total_seconds())
