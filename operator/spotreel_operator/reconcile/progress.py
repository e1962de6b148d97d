"""`status.progress`: from the latest report of the attempt that runs."""

from datetime import datetime, timedelta

from spotreel_operator.state.times import format_time
from videojob_api.report import Report
from videojob_api.status import Progress

LONGEST = timedelta(days=30).total_seconds()
"""What would take longer is not said: no attempt lives so long, and a speed of next to nothing ends after all dates."""


def progress(report: Report | None, before: Progress | None, now: datetime) -> Progress | None:
    """What a report says; without one (or with an empty one) the old figures, no longer moving."""
    if report is None or report.total_frames <= 0:
        return before.model_copy(update={"fps": None, "remaining": None, "eta": None}) if before else None
    percent, left = 100 * report.frames // report.total_frames, seconds_left(report)
    return Progress(
        stage=report.stage,
        percent=percent,
        summary=f"{percent}%",
        frames=report.frames,
        total_frames=report.total_frames,
        segments=report.segments.done,
        total_segments=report.segments.total,
        fps=round(report.fps, 1) if left is not None else None,
        remaining=short_duration(left) if left is not None else None,
        eta=format_time(now + timedelta(seconds=left)) if left is not None else None,
    )


def seconds_left(report: Report) -> float | None:
    """At the speed of this moment; None where that says nothing."""
    if report.outcome or report.fps <= 0:
        return None
    left = (report.total_frames - report.frames) / report.fps
    return left if left <= LONGEST else None


def short_duration(seconds: float) -> str:
    """`29s`, `4m12s`, `3h05m`: as kubectl writes ages."""
    total = round(seconds)
    if total < 60:
        return f"{total}s"
    minutes, rest = divmod(total, 60)
    return f"{minutes}m{rest:02}s" if minutes < 60 else f"{minutes // 60}h{minutes % 60:02}m"
