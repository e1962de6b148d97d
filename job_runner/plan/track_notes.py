"""What a user should know of the tracks that were not taken. Pure."""

from collections.abc import Iterator

from job_runner.plan.facts import AudioFacts, VideoFacts
from videojob_api.names import Note
from videojob_api.report import Warning_


def track_notes(name: str, video: VideoFacts | None, audio: AudioFacts | None) -> list[Warning_]:
    """Of an input, one a kind of track of which it has several; none where the user has chosen."""
    return [Warning_(reason=Note.TRACK_CHOSEN, message=words) for words in _words(name, video, audio)]


def _words(name: str, video: VideoFacts | None, audio: AudioFacts | None) -> Iterator[str]:
    for kind, field, facts in (("video", "videoTrack", video), ("sound", "audioTrack", audio)):
        if facts and facts.others:
            others = ", ".join(facts.others)
            yield f"input {name} has other {kind} tracks than the one taken: {others}; {field} chooses"
