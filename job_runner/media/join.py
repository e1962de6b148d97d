"""Segments and sound into one file, MP4, MOV or Matroska. Pure: the same parts give the same bytes.

Not FFmpeg's concat demuxer, which is wrong by up to 140 ms on variable frame rates. Every dts is
computed anew from the sorted pts with one reorder delay, which is lawful by construction.
"""

import heapq
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
from av.container import InputContainer, OutputContainer
from av.packet import Packet

from job_runner.errors import WorkspaceCorrupt
from job_runner.media.encoder_check import BITEXACT
from job_runner.plan.output import OutputPlan
from job_runner.plan.plan import Plan
from job_runner.plan.timeline import segment_window
from videojob_api.codecs import MADE_BY
from videojob_api.containers import CONTAINERS

if TYPE_CHECKING:
    from av.container.core import Chapter as _Chapter

MILLISECONDS = 1000
"""A second's: the unit of chapters in MP4."""


def reorder_delay(pts: Sequence[int]) -> int:
    """The most frames that stand, in decoding order, before one that is shown earlier."""
    shown = {value: rank for rank, value in enumerate(sorted(pts))}
    return max((index - shown[value] for index, value in enumerate(pts)), default=0)


def decode_times(pts: Sequence[int], delay: int) -> list[int]:
    """A dts for each pts (in decoding order): strictly rising and never later than its pts."""
    ordered = sorted(pts)
    lead = ordered[min(delay, len(ordered) - 1)] if ordered else 0
    head = [ordered[0] - (lead - ordered[k]) for k in range(min(delay, len(ordered)))]
    return head + ordered[: len(ordered) - len(head)]


def join(plan: Plan, output: OutputPlan, segments: Sequence[Path], audio: Path | None, path: Path) -> None:
    """Writes the finished file, MP4 and MOV with their index first, to `path`.

    Raises WorkspaceCorrupt if a segment lacks frames or was made by another encoder: players would
    show garbage, and no muxer complains.
    """
    pts = _all_pts(plan, segments)
    delay = reorder_delay(pts)
    dts = decode_times(pts, delay)
    form = CONTAINERS[output.container]
    with av.open(str(path), "w", format=form.muxer, options=dict(form.options)) as container:
        container.flags |= BITEXACT
        with av.open(str(segments[0])) as first:
            video = container.add_stream_from_template(first.streams.video[0], opaque=True)
            video.time_base = Fraction(1, plan.scale)
            if form.codec_tags and (tag := MADE_BY[output.encoder.name].tag):
                video.codec_context.codec_tag = tag
        _mark(plan, container, video, _lead(audio) if audio and not form.edit_lists else Fraction(0))
        if audio is None:
            for packet in _video_packets(plan, segments, dts, video):
                container.mux(packet)
            return
        with av.open(str(audio)) as sound:
            track = container.add_stream_from_template(sound.streams.audio[0], opaque=True)
            parts = (_video_packets(plan, segments, dts, video), _sound_packets(sound, track))
            for packet in heapq.merge(*parts, key=_decode_time):
                container.mux(packet)


def _lead(audio: Path) -> Fraction:
    """Seconds of sound before the picture, its encoder's own: Matroska has no such times, and moves all else on."""
    with av.open(str(audio)) as container:
        return max((-_decode_time(packet) for packet in islice(_data(container), 1)), default=Fraction(0))


def _mark(plan: Plan, container: OutputContainer, video: av.VideoStream, lead: Fraction) -> None:
    """Timecode, and chapters from `lead` seconds on; nothing else that a source says of itself."""
    if plan.timecode:
        # MP4 and MOV make a track of it, which counts in frames.
        video.codec_context.framerate = plan.rate
        video.metadata["timecode"] = plan.timecode
    chapters: list[_Chapter] = [
        {
            "id": number,
            "start": round((chapter.start + lead) * MILLISECONDS),
            "end": round((chapter.end + lead) * MILLISECONDS),
            "time_base": Fraction(1, MILLISECONDS),
            "metadata": {"title": chapter.title},
        }
        for number, chapter in enumerate(plan.chapters, 1)
    ]
    if chapters:
        container.set_chapters(chapters)


def _decode_time(packet: "Packet[Any]") -> Fraction:
    assert packet.dts is not None and packet.time_base is not None
    return packet.dts * packet.time_base


def _all_pts(plan: Plan, segments: Sequence[Path]) -> list[int]:
    """Every packet's pts in decoding order; checks each segment's frames and encoder on the way."""
    extradata: bytes | None = None
    pts: list[int] = []
    for index, path in enumerate(segments):
        base, window = plan.ticks(index * plan.segment_frames), segment_window(index, plan.frames, plan.segment_frames)
        with av.open(str(path)) as container:
            own = container.streams.video[0].codec_context.extradata
            extradata = extradata or own
            found = [base + p.pts for p in container.demux(video=0) if p.size and p.pts is not None]
        if len(found) != len(window):
            raise WorkspaceCorrupt(
                f"segment {index} has {len(found)} frames instead of {len(window)}; delete the workspace"
            )
        if own != extradata:
            raise WorkspaceCorrupt(f"segment {index} comes from another encoder than segment 0; delete the workspace")
        pts += found
    return pts


def _video_packets(
    plan: Plan, segments: Sequence[Path], dts: Sequence[int], stream: av.VideoStream
) -> "Iterator[Packet[Any]]":
    times = iter(dts)
    for index, path in enumerate(segments):
        with av.open(str(path)) as container:
            for packet in _data(container):
                assert packet.pts is not None
                packet.pts += plan.ticks(index * plan.segment_frames)
                packet.dts = next(times)
                if plan.times and packet.dts == dts[-1]:
                    # The muxer adds up decode times; the last one makes the sum the video's length.
                    packet.duration = max(1, plan.ticks(plan.frames) - dts[-1] + dts[0])
                packet.stream = stream
                yield packet


def _sound_packets(container: InputContainer, stream: av.AudioStream) -> "Iterator[Packet[Any]]":
    for packet in _data(container):
        packet.stream = stream
        yield packet


def _data(container: InputContainer) -> "Iterator[Packet[Any]]":
    """Packets with content; the demuxer's last, empty ones are flush signals."""
    return (packet for packet in container.demux() if packet.size)
