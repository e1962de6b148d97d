"""Segments and sound into one file, MP4, MOV or Matroska. Pure: the same parts give the same bytes.

Not FFmpeg's concat demuxer, which is wrong by up to 140 ms on variable frame rates. Every dts is
computed anew from the sorted pts with one reorder delay, which is lawful by construction.

Segments are read once, one after the other. Where one has a greater delay than all before it, which encoders seldom
make of one timeline, all is begun anew.
"""

import heapq
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import chain, islice
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

UNSEEN = [{"skip_frame": "all"}]
"""For the stream of a segment of which packets alone are wanted: FFmpeg decodes no pictures when it opens the file."""
MILLISECONDS = 1000
"""A second's: the unit of chapters in MP4."""


def reorder_delay(pts: Sequence[int]) -> int:
    """The most frames that stand, in decoding order, before one that is shown earlier."""
    shown = {value: rank for rank, value in enumerate(sorted(pts))}
    return max((index - shown[value] for index, value in enumerate(pts)), default=0)


def first_decode_times(shown: Sequence[int]) -> list[int]:
    """The dts of the first packets, of frames that are shown at these times: as many as the delay, and one.

    All later packets have the times of frames shown, in order: each dts rises, and none is later than its pts.
    """
    return [shown[0] - (shown[-1] - time) for time in shown[:-1]]


class _DeeperError(Exception):
    """A segment has a greater reorder delay than was reckoned with."""

    def __init__(self, delay: int) -> None:
        super().__init__(delay)
        self.delay = delay


def join(plan: Plan, output: OutputPlan, segments: Iterable[Path], audio: Path | None, path: Path) -> None:
    """Writes the finished file, MP4 and MOV with their index first, to `path`.

    `segments` may be asked for more than once; each file is needed until the next is asked for. Raises WorkspaceCorrupt
    if a segment lacks frames or was made by another encoder: players would show garbage, and no muxer complains.
    """
    delay = 0
    while True:
        try:
            _join(_Video(plan, segments, delay), plan, output, audio, path)
            return
        except _DeeperError as error:
            delay = error.delay


def _join(pictures: "_Video", plan: Plan, output: OutputPlan, audio: Path | None, path: Path) -> None:
    form = CONTAINERS[output.container]
    with av.open(str(path), "w", format=form.muxer, options=dict(form.options)) as container:
        container.flags |= BITEXACT
        video = pictures.stream_in(container)
        video.time_base = Fraction(1, plan.scale)
        if form.codec_tags and (tag := MADE_BY[output.encoder.name].tag):
            video.codec_context.codec_tag = tag
        _mark(plan, container, video, _lead(audio) if audio and not form.edit_lists else Fraction(0))
        if audio is None:
            for packet in pictures.packets(video):
                container.mux(packet)
            return
        with av.open(str(audio)) as sound:
            track = container.add_stream_from_template(sound.streams.audio[0], opaque=True)
            for packet in heapq.merge(pictures.packets(video), _sound_packets(sound, track), key=_decode_time):
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


class _Video:
    """The packets of all segments, with times of the whole; the first segment is read at once."""

    def __init__(self, plan: Plan, segments: Iterable[Path], delay: int) -> None:
        self._plan, self._segments = plan, iter(segments)
        self._first = next(self._segments)
        with av.open(str(self._first)) as container:
            self._extradata = container.streams.video[0].codec_context.extradata
            pts = [packet.pts for packet in _data(container) if packet.pts is not None]
        self._delay = max(delay, reorder_delay(pts))

    def stream_in(self, container: OutputContainer) -> av.VideoStream:
        """A stream for them, as the first segment's."""
        with av.open(str(self._first)) as first:
            return container.add_stream_from_template(first.streams.video[0], opaque=True)

    def packets(self, stream: av.VideoStream) -> "Iterator[Packet[Any]]":
        """Raises _DeeperError, and WorkspaceCorrupt."""
        plan = self._plan
        times = deque(first_decode_times([plan.ticks(number) for number in range(self._delay + 1)]))
        begin = times[0] if times else plan.ticks(0)
        for index, path in enumerate(chain([self._first], self._segments)):
            packets = self._read(index, path)
            times.extend(sorted(packet.pts for packet in packets if packet.pts is not None))
            for packet in packets:
                packet.dts = times.popleft()
                packet.stream = stream
            if plan.times and index == plan.segments - 1:
                # The muxer adds up decode times; the last one makes the sum the video's length.
                last = packets[-1]
                last.duration = max(1, plan.ticks(plan.frames) - (last.dts or 0) + begin)
            yield from packets

    def _read(self, index: int, path: Path) -> "list[Packet[Any]]":
        """A segment's packets, with pts of the whole; checks its frames and its encoder."""
        plan, first = self._plan, self._plan.ticks(index * self._plan.segment_frames)
        # PyAV's stub has a list of strings.
        with av.open(str(path), stream_options=UNSEEN) as container:  # type: ignore[arg-type]
            own = container.streams.video[0].codec_context.extradata
            packets = [packet for packet in _data(container) if packet.pts is not None]
        if len(packets) != (frames := len(segment_window(index, plan.frames, plan.segment_frames))):
            raise WorkspaceCorrupt(
                f"segment {index} has {len(packets)} frames instead of {frames}; delete the workspace"
            )
        if own != self._extradata:
            raise WorkspaceCorrupt(f"segment {index} comes from another encoder than segment 0; delete the workspace")
        for packet in packets:
            packet.pts = first + (packet.pts or 0)
        if (delay := reorder_delay([packet.pts or 0 for packet in packets])) > self._delay:
            raise _DeeperError(delay)
        return packets


def _sound_packets(container: InputContainer, stream: av.AudioStream) -> "Iterator[Packet[Any]]":
    for packet in _data(container):
        packet.stream = stream
        yield packet


def _data(container: InputContainer) -> "Iterator[Packet[Any]]":
    """Packets with content; the demuxer's last, empty ones are flush signals."""
    return (packet for packet in container.demux() if packet.size)
