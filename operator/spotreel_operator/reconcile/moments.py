"""When to look again although nothing happens."""

from datetime import datetime, timedelta


def until(moment: datetime | None, now: datetime) -> timedelta | None:
    """A little later than the moment, so that it has really passed; None if there is none to come."""
    return moment - now + timedelta(milliseconds=50) if moment and moment > now else None


def soonest(*times: timedelta | None) -> timedelta | None:
    """The shortest of those that are known."""
    return min((time for time in times if time is not None), default=None)
