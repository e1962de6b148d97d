"""What a file has besides one picture and its sound: further tracks, timecode, chapters, tags."""

from collections.abc import Iterator, Mapping
from fractions import Fraction

from av.container import InputContainer
from av.stream import Discard, Disposition, Stream

from job_runner.media.tracks import listed, video_tracks
from job_runner.media.untrusted import opened
from job_runner.plan.extras import MOST_CHAPTERS
from job_runner.plan.facts import Chapter, Extras, VideoFacts
from job_runner.workspace.ranges import Opened

MOST_LETTERS = 120
MOST_NAMES = 100

_TECHNICAL = {
    "major_brand", "minor_version", "compatible_brands", "encoder", "timecode", "duration", "handler_name", "vendor_id",
    "language", "encoded_by", "writing_application", "service_name", "service_provider",
}  # fmt: skip
"""Tags that speak of the file, not of what it shows. MXF and Android have dozens of their own."""

_TECHNICAL_ENDS = ("_uid", "_ul", "_umid", "uid", "_name", "_version", "_version_num", "_platform", "_date")


def read_extras(media: Opened, name: str, video: VideoFacts | None) -> Extras:
    """Of an input that has been probed; nothing is decoded. Raises InputInvalid."""
    with opened(media, name) as container:
        named = _named(container, video)
        return Extras(
            subtitles=[_words(s.language if s.language != "und" else "") for s in container.streams.subtitles],
            data=[_name(stream) for stream in _data(container)],
            pictures=sum(_is_another(stream, named) for stream in container.streams.video),
            attachments=[_words(s.metadata.get("filename")) for s in container.streams.attachments],
            tags=list(dict.fromkeys(_tags(container.metadata)))[:MOST_NAMES],
            timecode=_timecode(container, video),
            chapters=_chapters(container, video.start if video else Fraction(0)),
        )


def _data(container: InputContainer) -> Iterator[Stream]:
    """Of MP4's and MOV's: neither timecode nor chapters, which are read by other ways."""
    others = (s for s in container.streams if s.type not in ("video", "audio", "subtitle", "attachment"))
    return (s for s in others if "timecode" not in _lower(s.metadata) and s.discard != Discard.all)


def _name(stream: Stream) -> str:
    """Cameras name the handler; where nobody has, the codec's name says a little."""
    handler = _words(stream.metadata.get("handler_name"))
    return handler or _words(getattr(stream, "name", None))


def _named(container: InputContainer, video: VideoFacts | None) -> set[int]:
    """The pictures of which something is said already: the one taken, and those that could have been."""
    if video is None:
        return set()
    return {video.stream, *(t.stream.index for t in video_tracks(container) if listed([t]) in video.others)}


def _is_another(stream: Stream, named: set[int]) -> bool:
    """A picture that nobody has chosen from, or a cover; the pictures of chapters are part of them."""
    return stream.index not in named and not stream.disposition & Disposition.timed_thumbnails


def _timecode(container: InputContainer, video: VideoFacts | None) -> str | None:
    """The picture's own, else the file's, else that of any track."""
    picture = next((s for s in container.streams.video if video and s.index == video.stream), None)
    holders = [picture.metadata if picture else {}, container.metadata, *(s.metadata for s in container.streams)]
    return next((_words(code) for tags in holders if (code := _lower(tags).get("timecode"))), None)


def _chapters(container: InputContainer, start: Fraction) -> list[Chapter]:
    """Counted from the picture's first frame, as the timeline is."""
    return [
        Chapter(
            start=chapter["start"] * chapter["time_base"] - start,
            end=chapter["end"] * chapter["time_base"] - start,
            title=_words(chapter["metadata"].get("title")),
        )
        for chapter in container.chapters()[:MOST_CHAPTERS]
        if chapter["time_base"]
    ]


def _tags(metadata: Mapping[str, str]) -> Iterator[str]:
    """What is known of the recording, by name. Apple's `com.apple.quicktime.location.ISO6709` is a location."""
    for key in _lower(metadata):
        short = key.removeprefix("com.apple.quicktime.").partition(".")[0].partition("-")[0]
        if short not in _TECHNICAL and not short.endswith(_TECHNICAL_ENDS) and not key.startswith("com.android"):
            yield _words(short)


def _lower(metadata: Mapping[str, str]) -> dict[str, str]:
    return {key.lower(): value for key, value in metadata.items()}


def _words(text: str | None) -> str:
    """Of somebody else's file: on one line, and not for ever."""
    return " ".join("".join(c if c.isprintable() else " " for c in text or "").split())[:MOST_LETTERS]
