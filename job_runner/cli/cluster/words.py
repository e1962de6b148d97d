"""Times, money and attempts of VideoJobs as people read them. Pure."""

from datetime import datetime

from job_runner.cli.progress import clock
from videojob_api.names import Verdict
from videojob_api.report import Report, SegmentCounts
from videojob_api.status import Attempt, Cost, VideoJobStatus
from videojob_api.values import BadValueError, parse_duration

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£"}


def age(seconds: float) -> str:
    """`29s`, `4m12s`, `18m`, `3h5m`, `5d`: as kubectl writes it."""
    total = max(0, int(seconds))
    if total < _MINUTE:
        return f"{total}s"
    if total < 10 * _MINUTE:
        minutes, rest = divmod(total, _MINUTE)
        return f"{minutes}m{rest}s" if rest else f"{minutes}m"
    if total < _HOUR:
        return f"{total // _MINUTE}m"
    if total < 2 * _DAY:
        hours, rest = divmod(total // _MINUTE, 60)
        return f"{hours}h{rest}m" if rest else f"{hours}h"
    return f"{total // _DAY}d"


def since(text: str | None, now: datetime) -> float | None:
    """Seconds since a time of the API; None if there is none."""
    return (now - datetime.fromisoformat(text)).total_seconds() if text else None


def seconds_of(text: str) -> float | None:
    """Of a duration; None for one that cannot be read."""
    try:
        return float(parse_duration(text))
    except BadValueError:
        return None


def money(amount: str, currency: str) -> str:
    """`$0.0058`, or `0.0058 CHF`."""
    sign = _SIGNS.get(currency)
    return f"{sign}{amount}" if sign else f"{amount} {currency}"


def cost_of(cost: Cost | None) -> str:
    """What a job has cost so far; empty where nobody knows."""
    return money(cost.total, cost.currency) if cost else ""


def became_of(attempt: Attempt, now: datetime) -> str:
    """Its end, or for how long it has been at work."""
    if attempt.verdict:
        return _ended(attempt)
    running = since(attempt.start_time, now)
    if running is not None:
        return f"running {clock(running)}"
    waiting = since(attempt.create_time, now)
    return "waiting for a node" + (f" {clock(waiting)}" if waiting is not None else "")


def _ended(attempt: Attempt) -> str:
    if attempt.verdict in (Verdict.SUCCEEDED, Verdict.SHARE_DONE):
        return "done"
    lost = f", {attempt.lost_frames} frames lost" if attempt.lost_frames else ""
    return f"{spaced(attempt.reason or attempt.verdict or '')}{lost}"


def spaced(word: str) -> str:
    """`node lost` of `NodeLost`, `OOM killed` of `OOMKilled`."""
    made = ""
    for index, letter in enumerate(word):
        before, after = word[index - 1 : index], word[index + 1 : index + 2]
        begins = letter.isupper() and index and (before.islower() or (before.isupper() and after.islower()))
        alone = letter.isupper() and not before.isupper() and not after.isupper()
        lower = letter.lower() if alone or (letter.isupper() and after.islower()) else letter
        made += (" " if begins else "") + lower
    return made


def report_of(status: VideoJobStatus) -> Report:
    """What `spotreel render` would know at this point, from a job's status."""
    at = status.progress
    if at is None:
        return Report(attempt="", plan=status.plan)
    left = (at.remaining or "").removeprefix(">")
    return Report.model_validate(
        {
            "attempt": "",
            "stage": at.stage or "Planning",
            "segments": SegmentCounts(done=at.segments or 0, total=at.total_segments or 0),
            "windows": SegmentCounts(done=at.windows or 0, total=at.total_windows or 0),
            "frames": at.frames or 0,
            "total_frames": at.total_frames or 0,
            "fps": at.fps or 0.0,
            "seconds_left": seconds_of(left) if left else None,
            "at_least": (at.remaining or "").startswith(">"),
            "plan": status.plan,
        }
    )
