"""`status.progress`: from the latest report of the attempt that runs."""

from datetime import datetime, timedelta

from spotreel_operator.state.times import format_time
from videojob_api.report import Report, SegmentCounts
from videojob_api.status import Progress

LONGEST = timedelta(days=30).total_seconds()
"""What would take longer is not said: no attempt lives so long, and a speed of next to nothing ends after all dates."""


def progress(report: Report | None, before: Progress | None, now: datetime) -> Progress | None:
    """What a report says; without one (or with an empty one) the old figures, no longer moving."""
    if report is None or report.total_frames <= 0:
        return before.model_copy(update={"fps": None, "remaining": None, "eta": None}) if before else None
    percent, left = _percent(report, before), seconds_left(report)
    windows = report.windows.total or None
    return Progress(
        stage=report.stage,
        percent=percent,
        summary=f"{percent}%",
        frames=report.frames,
        total_frames=report.total_frames,
        segments=report.segments.done,
        total_segments=report.segments.total,
        windows=report.windows.done if windows else None,
        total_windows=windows,
        fps=round(report.fps, 1) if left is not None else None,
        remaining=(">" * report.at_least + short_duration(left)) if left is not None else None,
        eta=format_time(now + timedelta(seconds=left)) if left is not None and not report.at_least else None,
    )


def _percent(report: Report, before: Progress | None) -> int:
    """No less than before: what was in hand is lost with an attempt, and how much there is to render is a guess as
    long as analyses shape it. Unless finished work has vanished with its workspace."""
    percent = 100 * report.frames // report.total_frames
    if before is None or _has_less(report.segments, before.segments) or _has_less(report.windows, before.windows):
        return percent
    return max(percent, before.percent or 0)


def _has_less(now: SegmentCounts, before: int | None) -> bool:
    """Of what has been counted; a runner that does not know how many there are has not looked."""
    return bool(now.total) and now.done < (before or 0)


def seconds_left(report: Report) -> float | None:
    """At the speed of this moment; None where that says nothing."""
    left = None if report.outcome else report.left()
    return left if left is not None and left <= LONGEST else None


def short_duration(seconds: float) -> str:
    """`29s`, `4m12s`, `3h05m`: as kubectl writes ages."""
    total = round(seconds)
    if total < 60:
        return f"{total}s"
    minutes, rest = divmod(total, 60)
    return f"{minutes}m{rest:02}s" if minutes < 60 else f"{minutes // 60}h{minutes % 60:02}m"
