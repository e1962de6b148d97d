"""What a user should know of an input's picture. Pure."""

from job_runner.plan.facts import VideoFacts
from videojob_api.names import Note
from videojob_api.report import Warning_


def picture_notes(name: str, video: VideoFacts | None) -> list[Warning_]:
    """Of one input; empty for most."""
    if video is None:
        return []
    found = {
        Note.ORIENTATION_IGNORED: video.tilt
        and f"input {name} asks to be turned by {video.tilt}° clockwise, no quarter turn: it is shown as it is stored",
        Note.ALPHA_IGNORED: video.lost_alpha
        and f"input {name} has alpha that {video.codec} is decoded without: what it hides is shown",
    }
    return [Warning_(reason=note, message=message) for note, message in found.items() if message]
