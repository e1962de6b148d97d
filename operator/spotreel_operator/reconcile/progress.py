"""`status.progress`: from the latest report of the attempt that runs."""

from datetime import datetime, timedelta

from spotreel_operator.reconcile.snapshot import format_time
from videojob_api.report import Report
from videojob_api.status import Progress


def progress(report: Report | None, before: Progress | None, now: datetime) -> Progress | None:
    """What a report says; without one (or with an empty one) the old figures, no longer moving."""
    if report is None or not report.total_frames:
        return before.model_copy(update={"fps": None, "remaining": None, "eta": None}) if before else None
    percent = 100 * report.frames // report.total_frames
    left = (report.total_frames - report.frames) / report.fps if report.fps and not report.outcome else None
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


def short_duration(seconds: float) -> str:
    """`29s`, `4m12s`, `3h05m`: as kubectl writes ages."""
    total = round(seconds)
    if total < 60:
        return f"{total}s"
    minutes, rest = divmod(total, 60)
    return f"{minutes}m{rest:02}s" if minutes < 60 else f"{minutes // 60}h{minutes % 60:02}m"
