"""What a user should know of when an input's pictures are shown. Pure."""

from fractions import Fraction

from job_runner.plan.facts import AudioFacts, VideoFacts
from videojob_api.names import Note
from videojob_api.report import Warning_
from videojob_api.values import format_duration


def notes_on_clock(name: str, video: VideoFacts | None, audio: AudioFacts | None) -> list[Warning_]:
    """Of an input whose clock jumps."""
    facts = video or audio
    if facts is None or not facts.jumps:
        return []
    first, count = facts.jumps[0], len(facts.jumps)
    seen = "shown" if video else "heard"
    way = "back" if first.leap < 0 else "ahead"
    often = "once" if count == 1 else f"{count} times, first"
    message = (
        f"input {name}: its clock jumps {often} at {format_duration(_rounded(first.at))}, by "
        f"{format_duration(_rounded(abs(first.leap)))} {way}; what follows is {seen} right after what comes before"
    )
    return [Warning_(reason=Note.CLOCK_JUMPS, message=message)]


def notes_on_rate(name: str, video: VideoFacts) -> list[Warning_]:
    """Of a source whose pictures come unevenly, and whose rate the output takes."""
    pace = video.pace
    if pace is None:
        return []
    lost = f"{pace.lost} of its pictures are not seen" if pace.lost else "none of them is lost"
    message = (
        f"input {name} shows {float(pace.average):.4g} pictures a second on average and up to "
        f"{float(1 / pace.closest):.4g} at times; at the {float(video.rate):.4g} fps taken {lost}; "
        "frameRate: passthrough keeps each picture's own time"
    )
    return [Warning_(reason=Note.FRAME_RATE_CHOSEN, message=message)]


def _rounded(seconds: Fraction) -> Fraction:
    return Fraction(round(seconds * 1000), 1000)
