"""What is in a media file: the facts a plan is made from."""

import struct
from collections.abc import Callable
from fractions import Fraction

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.sidedata.sidedata import Type
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from job_runner.errors import InputInvalid
from job_runner.media.cut_off import cut_off_from
from job_runner.media.head import read_head
from job_runner.media.hearing import heard
from job_runner.media.orientation import Turn, turn_of
from job_runner.media.packets import WARMING_UP, go_on
from job_runner.media.sidedata import side_data
from job_runner.media.signal import color_of_frame, has_alpha, is_ipt
from job_runner.media.timing import MP4, timed
from job_runner.media.tracks import BEST, Chosen, Wanted, chosen_tracks
from job_runner.media.untrusted import opened
from job_runner.plan.facts import AudioFacts, ColorTags, Mastering, VideoFacts
from job_runner.plan.geometry import plausible_aspect
from job_runner.plan.matrix import IPT
from job_runner.plan.timeline import plausible_rate
from job_runner.workspace.ranges import Opened

UndecodableError = av.error.InvalidDataError
"""What FFmpeg raises for data that is not what it claims to be, where nobody else has caught it."""


def probe(
    media: Opened, name: str, wanted: Wanted = BEST, stop_here: Callable[[], None] = go_on
) -> tuple[VideoFacts | None, AudioFacts | None]:
    """Facts of the chosen video and sound streams, the picture's from a decoded frame.

    A file that has to be read through may take minutes: `stop_here` is called for each packet, and may raise.

    Raises InputInvalid, naming the input, for a file with neither, a track that is not there, and for a picture without
    a frame.
    """
    with opened(media, name) as container:
        found = chosen_tracks(container, wanted, name)
        audio = _audio_facts(found, container)
        if found.video is None:
            if audio is None:
                raise InputInvalid(f"input {name} has neither video nor sound; it has {_kinds(container)}")
            return None, heard(media, name, audio, stop_here)
        head = read_head(container, found.video, name)
        more = {"others": found.other_videos, "ends": _cut_off_from(found.video, container)}
        facts = _video_facts(found.video, head.frame).model_copy(update=more)
    facts = timed(media, name, facts, head.plain, audio.stream if audio else None, stop_here)
    if audio and facts.jumps:
        # What the container says is one recording's length, or the leap's.
        audio = audio.model_copy(update={"duration": facts.duration, "jumps": facts.jumps})
    return facts, audio


def _kinds(container: InputContainer) -> str:
    return ", ".join(sorted({s.type or "data" for s in container.streams})) or "nothing"


def _video_facts(stream: VideoStream, frame: VideoFrame) -> VideoFacts:
    context, turn = stream.codec_context, turn_of(frame) or Turn()
    return VideoFacts(
        stream=stream.index,
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


def _audio_facts(found: Chosen, container: InputContainer) -> AudioFacts | None:
    if found.sound is None:
        return None
    stream = found.sound.stream
    base, length = stream.time_base or Fraction(0), Fraction(container.duration or 0, av.time_base)
    return AudioFacts(
        codec=stream.codec_context.codec.canonical_name,
        rate=stream.rate,
        stream=stream.index,
        right=found.right,
        others=found.other_sounds,
        speakers=list(found.speakers),
        in_order=found.sound.in_order,
        layout=found.layout,
        start=(stream.start_time or 0) * base,
        duration=stream.duration * base if stream.duration else length,
        cut=_is_cut(stream),
        ends=_cut_off_from(stream, container),
    )


def _cut_off_from(stream: VideoStream | AudioStream, container: InputContainer) -> Fraction | None:
    return cut_off_from(stream, container.size) if container.format.name == MP4 else None


def _is_cut(stream: AudioStream) -> bool:
    """Whether an edit list takes away more than the few packets in which codecs warm up."""
    lost = [number for number, entry in enumerate(stream.index_entries) if entry.is_discard]
    return len(lost) > WARMING_UP or lost != list(range(len(lost)))
