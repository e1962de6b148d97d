"""When a finished VideoJob is deleted: as it says itself, else as its class does."""

from datetime import datetime, timedelta

from spotreel_operator.state.snapshot import Platform, Snapshot
from spotreel_operator.state.times import parse_time


def expires_at(s: Snapshot) -> datetime | None:
    """None for a job that has not ended, or stays for ever."""
    ended, seconds = parse_time(s.videojob.status.end_time), _seconds(s)
    return ended + timedelta(seconds=seconds) if ended and seconds is not None else None


def _seconds(s: Snapshot) -> int | None:
    own = s.videojob.spec.ttl_seconds_after_finished if s.videojob.spec else None
    if own is not None or not isinstance(s.platform, Platform):
        return own
    return s.platform.job_class.ttl_seconds_after_finished
