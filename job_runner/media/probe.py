"""What is in a media file: the facts a plan is made from."""

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from job_runner.errors import InputInvalid
from job_runner.media.source import moving_picture
from job_runner.media.untrusted import open_input
from job_runner.plan.facts import AudioFacts, ColorTags, VideoFacts
from job_runner.workspace.ranges import Opened

UndecodableError = av.error.InvalidDataError
"""What FFmpeg raises for data that is not what it claims to be."""


@contextmanager
def opened(media: Opened, name: str) -> Iterator[InputContainer]:
    """The container; what FFmpeg cannot read becomes InputInvalid with the input's name."""
    try:
        container = open_input(media)
    except (av.error.FFmpegError, ValueError) as error:
        raise InputInvalid(f"input {name} is not a media file that FFmpeg can read ({_words(error)})") from error
    with container:
        yield container


def _words(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error)


def probe(media: Opened, name: str) -> tuple[VideoFacts, AudioFacts | None]:
    """Facts of the first video and the first sound stream, the picture's from a decoded frame.

    Raises InputInvalid, naming the input, for anything without a frame of video.
    """
    with opened(media, name) as container:
        video = moving_picture(container)
        if video is None:
            raise InputInvalid(f"input {name} has no video stream; it has {_kinds(container)}")
        sound = next(iter(container.streams.audio), None)
        duration = _duration(container, video)
        return _video_facts(video, _first_frame(container, video, name), duration), _audio_facts(sound)


def _kinds(container: InputContainer) -> str:
    return ", ".join(sorted({s.type or "data" for s in container.streams})) or "nothing"


def _first_frame(container: InputContainer, stream: VideoStream, name: str) -> VideoFrame:
    try:
        frame = next((f for f in container.decode(stream) if f.pts is not None), None)
    except av.error.FFmpegError as error:
        raise InputInvalid(f"input {name}: its video cannot be decoded ({_words(error)})") from error
    if frame is None:
        raise InputInvalid(f"input {name}: its video stream has no frame")
    return frame


def _duration(container: InputContainer, stream: VideoStream) -> Fraction:
    """Seconds of the video stream, else of the container, else found by reading every packet."""
    if stream.duration and stream.time_base:
        return stream.duration * stream.time_base
    if container.duration:
        return Fraction(container.duration, av.time_base)
    ends = [(p.pts + (p.duration or 0)) * p.time_base for p in container.demux(stream) if p.pts is not None]
    container.seek(0)
    return max(ends, default=Fraction(0)) - min(ends, default=Fraction(0))


def _video_facts(stream: VideoStream, frame: VideoFrame, duration: Fraction) -> VideoFacts:
    context = stream.codec_context
    assert frame.pts is not None and frame.time_base is not None
    return VideoFacts(
        width=frame.width,
        height=frame.height,
        rotation=round(frame.rotation) % 360,
        sar=stream.sample_aspect_ratio or Fraction(1),
        pixel_format=frame.format.name,
        rate=stream.guessed_rate or stream.average_rate or Fraction(25),
        start=frame.pts * frame.time_base,
        duration=duration,
        color=ColorTags(
            primaries=int(context.color_primaries),
            transfer=int(context.color_trc),
            matrix=int(context.colorspace),
            range=int(context.color_range),
        ),
    )


def _audio_facts(stream: AudioStream | None) -> AudioFacts | None:
    if stream is None or not stream.rate:
        return None
    return AudioFacts(codec=stream.codec_context.name, rate=stream.rate, layout=stream.layout.name)
