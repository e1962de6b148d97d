"""Packets of other people's files: what can be read of them, and with the times of a clock that does not jump."""

from array import array
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet
from av.video.stream import VideoStream

from job_runner.errors import InputInvalid
from job_runner.plan.facts import Jump
from job_runner.plan.jumps import AHEAD, BROADCAST, INDEXED, MOST, STAMPED, JumpFinder, Limits, PictureClock
from videojob_api.values import format_duration

MAX_BAD_READS = 1000
"""Packets that cannot be read, one after the other, before the rest counts as lost."""

LONGEST_DELAY = 16
"""Pictures that a decoder may hold back."""

WARMING_UP = 3
"""Packets of sound that encoders put in front, which nobody misses: AAC's longest delay is 2,112 samples."""

CLOCKS = dict.fromkeys(("mpegts", "mpeg"), BROADCAST) | dict.fromkeys(
    ("asf", "flv", "ivf", "live_flv", "nut", "ogg", "rm"), STAMPED
)
"""By FFmpeg's names, the formats that stamp each packet with a clock's time."""


def limits_of(container: InputContainer) -> Limits:
    """How far its clock may leap."""
    return CLOCKS.get(container.format.name, INDEXED)


def survived(error: av.error.FFmpegError) -> None:
    """Damaged data makes FFmpeg raise nearly anything; too little memory is not the data's fault, and raised again."""
    if isinstance(error, MemoryError):
        raise error


def readable(
    container: InputContainer, streams: Sequence[Any], failed: Callable[[], None] = lambda: None
) -> "Iterator[Packet[Any]]":
    """What can be read: an error ends PyAV's own iterator, but not the file. `failed` is called for each."""
    bad = 0
    while bad < MAX_BAD_READS:
        try:
            for packet in container.demux(*streams):
                bad = 0
                yield packet
            return
        except av.error.FFmpegError as error:
            survived(error)
            bad += 1
            failed()


def go_on() -> None:
    """What is called for each packet where nobody can ask to stop."""


def asking(packets: "Iterator[Packet[Any]]", stop_here: Callable[[], None]) -> "Iterator[Packet[Any]]":
    """The packets; before each, `stop_here` may raise: to read a film of hours takes minutes."""
    for packet in packets:
        stop_here()
        yield packet


def moved(packet: "Packet[Any]", ticks: int) -> "Packet[Any]":
    """The packet, its times later by so much."""
    if ticks:
        packet.pts = None if packet.pts is None else packet.pts + ticks
        packet.dts = None if packet.dts is None else packet.dts + ticks
    return packet


def honest(
    container: InputContainer, packets: "Iterator[Packet[Any]]", index: int, wrong: Callable[[], None] = lambda: None
) -> "Iterator[Packet[Any]]":
    """Packets of a file, those of stream `index` without times where these cannot be true; `wrong` is called for each
    of them. Their pictures are left out, unless all are counted."""
    return _dated(packets, index, wrong) if limits_of(container) == BROADCAST else packets


def _dated(packets: "Iterator[Packet[Any]]", index: int, wrong: Callable[[], None]) -> "Iterator[Packet[Any]]":
    waiting: deque[Packet[Any]] = deque()
    pictures = 0
    for packet in packets:
        waiting.append(packet)
        pictures += packet.stream_index == index
        while pictures > LONGEST_DELAY:
            pictures -= waiting[0].stream_index == index
            yield _judged(waiting, index, wrong)
    while waiting:
        yield _judged(waiting, index, wrong)


def _judged(waiting: "deque[Packet[Any]]", index: int, wrong: Callable[[], None]) -> "Packet[Any]":
    """The first of them. A picture's time is wrong if neither it nor any of the next is decoded near that time."""
    packet = waiting.popleft()
    if packet.stream_index == index and _is_far(packet, packet) and all(_is_far(packet, later) for later in waiting):
        packet.pts = packet.dts = None
        wrong()
    return packet


def _is_far(packet: "Packet[Any]", later: "Packet[Any]") -> bool:
    """In time; what has none says nothing, but for the packet itself, which then is not wrong."""
    if packet.pts is None or later.dts is None or later.stream_index != packet.stream_index:
        return packet is not later
    return abs(packet.pts - later.dts) * Fraction(packet.time_base) > AHEAD


def check_jumps(jumps: Sequence[Jump], name: str) -> None:
    """Raises InputInvalid where there are too many of them."""
    if len(jumps) > MOST:
        first = jumps[0]
        raise InputInvalid(
            f"input {name}: its clock jumps {len(jumps)} times, first by {float(first.leap):.1f} s at "
            f"{format_duration(first.at)}; write it anew with ffmpeg -i input -c copy output.mkv and use that"
        )


def pictures(
    container: InputContainer, stream: VideoStream, jumps: Sequence[Jump], failed: Callable[[], None] = lambda: None
) -> "Iterator[Packet[Any]]":
    """Packets of the picture, read on, without wrong times and without its clock's jumps: with those, from the file's
    start on."""
    clock = PictureClock(jumps, Fraction(stream.time_base or 1))
    packets = honest(container, readable(container, [stream], failed), stream.index)
    return (moved(packet, clock.offset()) if packet.size else packet for packet in packets)


@dataclass
class PictureTimes:
    """What all packets of a picture say: the times of those to be shown, how long the last of them stands, how many
    have no time, and where the clock jumps. In ticks of `base` seconds."""

    base: Fraction
    times: "array[int]" = field(default_factory=lambda: array("q"))
    last: int = 0
    untold: int = 0
    jumps: list[Jump] = field(default_factory=list)


def picture_times(
    container: InputContainer,
    stream: VideoStream,
    sound: AudioStream | None,
    step: Fraction,
    stop_here: Callable[[], None] = go_on,
) -> PictureTimes:
    """Reads a file through and decodes nothing. A packet that does not say how long lasts `step` seconds."""
    base = Fraction(stream.time_base or 1)
    ticks = max(1, round(step / base))
    finder, found = JumpFinder(base, limits_of(container)), PictureTimes(base)
    heard, latest = Fraction(0), None
    streams = [stream, sound] if sound else [stream]
    misdated: list[None] = []
    packets = asking(readable(container, streams), stop_here)
    for packet in honest(container, packets, stream.index, lambda: misdated.append(None)):
        if not packet.size:
            continue
        if packet.stream_index != stream.index:
            heard += (packet.duration or 0) * Fraction(packet.time_base)
            continue
        length = _length(container, packet, ticks)
        offset, heard = finder.offset(packet.dts, packet.pts, length, heard), Fraction(0)
        if packet.is_discard:
            continue
        found.untold += packet.pts is None
        if packet.pts is not None:
            found.times.append(packet.pts + offset)
            if latest is None or packet.pts + offset >= latest:
                latest, found.last = packet.pts + offset, length
    found.untold -= len(misdated)
    found.jumps = finder.jumps
    return found


def _length(container: InputContainer, packet: "Packet[Any]", ticks: int) -> int:
    """How long it lasts, in ticks. In broadcasts a picture's own header says it, and may be damaged."""
    told = packet.duration or ticks
    wrong = told * Fraction(packet.time_base) > AHEAD and limits_of(container) == BROADCAST
    return ticks if wrong else told
