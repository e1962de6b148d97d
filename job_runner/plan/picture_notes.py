"""What a user should know of an input's picture. Pure."""

from job_runner.plan.facts import VideoFacts
from videojob_api.names import Note
from videojob_api.report import Warning_


def picture_notes(name: str, video: VideoFacts | None) -> list[Warning_]:
    """Of one input; empty for most."""
    if video is None or not video.tilt:
        return []
    message = (
        f"input {name} asks to be turned by {video.tilt}° clockwise, which is no quarter turn: shown as it is stored"
    )
    return [Warning_(reason=Note.ORIENTATION_IGNORED, message=message)]
