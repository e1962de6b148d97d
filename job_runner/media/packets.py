"""Packets of other people's files: what can be read of them, and with the times of a clock that does not jump."""

from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet
from av.video.stream import VideoStream

from job_runner.plan.facts import Jump
from job_runner.plan.jumps import JumpFinder, PictureClock

MAX_BAD_READS = 1000
"""Packets that cannot be read, one after the other, before the rest counts as lost."""


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


def moved(packet: "Packet[Any]", ticks: int) -> "Packet[Any]":
    """The packet, its times later by so much."""
    if ticks:
        packet.pts = None if packet.pts is None else packet.pts + ticks
        packet.dts = None if packet.dts is None else packet.dts + ticks
    return packet


def steady(packets: "Iterator[Packet[Any]]", jumps: Sequence[Jump], base: Fraction) -> "Iterator[Packet[Any]]":
    """Packets of the picture, read from the file's start on, without its clock's jumps; `base` is its time base."""
    clock = PictureClock(jumps, base)
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
    container: InputContainer, stream: VideoStream, sound: AudioStream | None, step: Fraction, leaps_ahead: bool
) -> PictureTimes:
    """Reads a file through and decodes nothing. A packet that does not say how long lasts `step` seconds;
    `leaps_ahead` tells whether the file's clock may jump forward."""
    base = Fraction(stream.time_base or 1)
    ticks = max(1, round(step / base))
    finder, found = JumpFinder(base, leaps_ahead), PictureTimes(base)
    heard, latest = Fraction(0), None
    for packet in readable(container, [stream, sound] if sound else [stream]):
        if not packet.size:
            continue
        if packet.stream_index != stream.index:
            heard += (packet.duration or 0) * Fraction(packet.time_base)
            continue
        offset, heard = finder.offset(packet.dts, packet.pts, packet.duration or ticks, heard), Fraction(0)
        if packet.is_discard:
            continue
        found.untold += packet.pts is None
        if packet.pts is not None:
            found.times.append(packet.pts + offset)
            if latest is None or packet.pts + offset >= latest:
                latest, found.last = packet.pts + offset, packet.duration or ticks
    found.jumps = finder.jumps
    return found
