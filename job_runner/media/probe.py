"""What is in a media file: the facts a plan is made from."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from fractions import Fraction

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet
from av.sidedata.sidedata import Type
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from job_runner.errors import InputInvalid
from job_runner.media.orientation import Turn, turn_of
from job_runner.media.sidedata import side_data
from job_runner.media.signal import color_of_frame, has_alpha, is_ipt
from job_runner.media.source import first_sound, moving_picture, survived
from job_runner.media.untrusted import open_input
from job_runner.plan.facts import AudioFacts, ColorTags, Mastering, VideoFacts
from job_runner.plan.geometry import plausible_aspect
from job_runner.plan.matrix import IPT
from job_runner.plan.timeline import plausible_rate
from job_runner.plan.times import VariableTimes, fine_scale
from job_runner.workspace.ranges import Opened

UndecodableError = av.error.InvalidDataError
"""What FFmpeg raises for data that is not what it claims to be, where nobody else has caught it."""

MAX_BAD_PACKETS = 500
"""Before the first frame that can be decoded."""


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


def probe(media: Opened, name: str) -> tuple[VideoFacts | None, AudioFacts | None]:
    """Facts of the first video and the first sound stream, the picture's from a decoded frame.

    Raises InputInvalid, naming the input, for a file with neither, and for a picture without a frame.
    """
    with opened(media, name) as container:
        video, sound = moving_picture(container), first_sound(container)
        audio = _audio_facts(sound, container)
        if video is None:
            if audio is None:
                raise InputInvalid(f"input {name} has neither video nor sound; it has {_kinds(container)}")
            return None, audio
        facts = _video_facts(video, _first_frame(container, video, name))
    with opened(media, name) as container:
        return facts.model_copy(update={"duration": _duration(container, facts)}), audio


def _kinds(container: InputContainer) -> str:
    return ", ".join(sorted({s.type or "data" for s in container.streams})) or "nothing"


def _first_frame(container: InputContainer, stream: VideoStream, name: str) -> VideoFrame:
    bad, error = 0, "it has no frame"
    try:
        for packet in container.demux(stream):
            try:
                if frame := next(iter(packet.decode()), None):
                    return frame
            except av.error.FFmpegError as problem:
                survived(problem)
                bad, error = bad + 1, _words(problem)
                if bad > MAX_BAD_PACKETS:
                    break
    except av.error.FFmpegError as problem:
        error = _words(problem)
    raise InputInvalid(f"input {name}: its video stream cannot be decoded ({error})")


def _duration(container: InputContainer, facts: VideoFacts) -> Fraction:
    """Seconds of the video stream; where the file does not say, by the times of its last packets, or by counting."""
    stream = moving_picture(container)
    assert stream is not None and stream.time_base is not None
    if not facts.timed:
        return sum(1 for packet in container.demux(stream) if packet.size) / facts.rate
    # MP4's own length is a sum of decode times, which lacks what the last frames stand; a container's, its longest
    # track.
    declared = (stream.duration or 0) * stream.time_base
    length = declared + facts.start if declared else Fraction(container.duration or 0, av.time_base)
    step, ends = 1 / facts.rate, []
    # From the last key frame on, which is all that has to be read; formats without an index may land behind the end.
    for at in (max(facts.start, length), facts.start):
        with suppress(av.error.FFmpegError):
            container.seek(int(at / stream.time_base), stream=stream, backward=True)
        if ends := [_end(packet, stream.time_base, step) for packet in _readable(container, stream)]:
            break
    return max(declared, max(ends, default=facts.start + step) - facts.start)


def _end(packet: "Packet[VideoStream]", base: Fraction, step: Fraction) -> Fraction:
    assert packet.pts is not None
    return packet.pts * base + (packet.duration * base if packet.duration else step)


def _readable(container: InputContainer, stream: VideoStream) -> "Iterator[Packet[VideoStream]]":
    with suppress(av.error.FFmpegError):
        yield from (packet for packet in container.demux(stream) if packet.pts is not None)


def _video_facts(stream: VideoStream, frame: VideoFrame) -> VideoFacts:
    context, turn = stream.codec_context, turn_of(frame) or Turn()
    return VideoFacts(
        width=frame.width,
        height=frame.height,
        orientation=turn.orientation,
        tilt=turn.rest,
        lost_alpha=_claims_alpha(stream) and not has_alpha(frame.format.name),
        sar=plausible_aspect(stream.sample_aspect_ratio),
        pixel_format=frame.format.name,
        depth=max((c.bits for c in frame.format.components), default=8),
        codec=context.codec.canonical_name,
        interlaced=bool(frame.interlaced_frame),
        rate=plausible_rate(stream.guessed_rate, stream.average_rate),
        timed=frame.pts is not None,
        start=(frame.pts or 0) * (frame.time_base or Fraction(0)),
        duration=Fraction(0),
        color=_colors(frame, context),
        mastering=_mastering(frame),
    )


def _claims_alpha(stream: VideoStream) -> bool:
    """As WebM says it, in its track or in a tag."""
    return any(key.lower() == "alpha_mode" and value == "1" for key, value in stream.metadata.items())


def _colors(frame: VideoFrame, context: VideoCodecContext) -> ColorTags:
    stream = ColorTags(
        primaries=int(context.color_primaries),
        transfer=int(context.color_trc),
        matrix=int(context.colorspace),
        range=int(context.color_range),
    )
    found = color_of_frame(frame, stream)
    return found.model_copy(update={"matrix": IPT}) if is_ipt(side_data(frame, Type.DOVI_METADATA)) else found


def _mastering(frame: VideoFrame) -> Mastering | None:
    """From FFmpeg's AVMasteringDisplayMetadata and AVContentLightMetadata (libavutil/mastering_display_metadata.h)."""
    display, light = side_data(frame, Type.MASTERING_DISPLAY_METADATA), side_data(frame, Type.CONTENT_LIGHT_LEVEL)
    if display is None and light is None:
        return None
    return Mastering(
        display=_display(display) if display else [],
        light=list(struct.unpack("2I", light[:8])) if light else [],
    )


def _display(data: bytes) -> list[int]:
    """Ten ratios, red green blue white x y and luminance min max, then which of them count."""
    numbers = struct.unpack("20i2i", data[:88])
    if not all(numbers[20:]):
        return []
    ratios = [Fraction(a, b) if b else Fraction(0) for a, b in zip(numbers[0:20:2], numbers[1:20:2], strict=True)]
    red, green, blue, white = (ratios[k : k + 2] for k in (0, 2, 4, 6))
    colors = [round(value * 50_000) for pair in (green, blue, red, white) for value in pair]
    return [*colors, round(ratios[9] * 10_000), round(ratios[8] * 10_000)]


_UNNAMED = {"1 channels": "mono", "2 channels": "stereo"}
"""What FFmpeg calls sound whose file does not say where its speakers stand."""


def _audio_facts(stream: AudioStream | None, container: InputContainer) -> AudioFacts | None:
    if stream is None or not stream.rate:
        return None
    base, length = stream.time_base or Fraction(0), Fraction(container.duration or 0, av.time_base)
    return AudioFacts(
        codec=stream.codec_context.codec.canonical_name,
        rate=stream.rate,
        layout=_UNNAMED.get(stream.layout.name, stream.layout.name),
        start=(stream.start_time or 0) * base,
        duration=stream.duration * base if stream.duration else length,
    )


def frame_times(media: Opened, name: str, video: VideoFacts) -> VariableTimes:
    """When each frame is shown, counted from the first one, by reading every packet and decoding none.

    Raises InputInvalid where packets carry no times.
    """
    with opened(media, name) as container:
        stream = moving_picture(container)
        assert stream is not None and stream.time_base is not None
        scale = fine_scale(stream.time_base)
        unit, start = stream.time_base * scale, video.start * scale
        found = [(p.pts, p.duration) for p in container.demux(stream) if p.size and not p.is_discard]
        if not found or any(pts is None for pts, _ in found):
            raise InputInvalid(f"input {name} does not say when its frames are shown; set a constant frameRate")
        ticks = sorted({int(pts * unit - start) for pts, _ in found if pts is not None})
        ticks = [tick for tick in ticks if tick >= 0]
        last = max(found, key=lambda pair: pair[0] or 0)[1]
        return VariableTimes.of(ticks, max(1, int((last or 0) * unit) or int(scale / video.rate)), scale)
