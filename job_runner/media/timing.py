"""When each picture of a file is shown, and for how long: what a plan is made from.

MP4, Matroska and their like tell it in an index. Other files are read through, without decoding; and where packets do
not tell when their pictures are shown, each picture is decoded once: that is the only truth there.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from fractions import Fraction
from itertools import islice
from typing import Any

import av
from av.container import InputContainer
from av.packet import Packet
from av.video.stream import VideoStream

from job_runner.media.counting import counted
from job_runner.media.packets import LONGEST_DELAY, PictureTimes, asking, check_jumps, go_on, picture_times, pictures
from job_runner.media.tracks import sound_stream, video_stream
from job_runner.media.untrusted import opened
from job_runner.plan.facts import VideoFacts
from job_runner.plan.rates import is_even, source_rate
from job_runner.plan.times import VariableTimes, fine_scale
from job_runner.workspace.ranges import Opened

MP4, MATROSKA = "mov,mp4,m4a,3gp,3g2,mj2", "matroska,webm"
INDEXED = {MP4, MATROSKA, "avi", "mxf", "gxf"}
"""Formats, as FFmpeg names them, that tell how long they are, and whose clock does not jump."""

PLACES, PACKETS = 4, 48
"""How many places of a Matroska file are looked at, and packets at each."""


def timed(
    media: Opened, name: str, facts: VideoFacts, plain: bool, sound: int | None, stop_here: Callable[[], None] = go_on
) -> VideoFacts:
    """The facts with start, length and rate as measured. `plain`: whether the first pictures come as they say; `sound`
    is the index of the stream that is heard. `stop_here` is called for each packet read, and may raise.

    Raises InputInvalid for a clock that jumps again and again.
    """
    with opened(media, name) as container:
        stream = video_stream(container, facts.stream)
        plain = plain and not _is_cut_inside(stream)
        if plain and _tells(container, stream):
            facts = _paced(facts, _index(stream), _base(stream))
            return facts.model_copy(update={"duration": _told_duration(container, stream, facts, stop_here)})
        if container.format.name == MP4:
            return _counted(media, name, facts, stop_here)
    with opened(media, name) as container:
        heard = sound_stream(container, sound) if sound is not None else None
        stream = video_stream(container, facts.stream)
        read = picture_times(container, stream, heard, 1 / facts.rate, stop_here)
    check_jumps(read.jumps, name)
    facts = facts.model_copy(update={"jumps": read.jumps})
    return _measured(facts, read) if plain and not read.untold else _counted(media, name, facts, stop_here)


def _measured(facts: VideoFacts, read: PictureTimes) -> VideoFacts:
    times = [time for time in sorted(set(read.times)) if time * read.base >= facts.start]
    end = (times[-1] + read.last) * read.base
    return _paced(facts, times, read.base).model_copy(update={"duration": end - facts.start})


def _counted(media: Opened, name: str, facts: VideoFacts, stop_here: Callable[[], None]) -> VideoFacts:
    facts = counted(media, name, facts, stop_here)
    times = facts.counted
    assert times is not None
    return _paced(facts, times.ticks[:-1], Fraction(1, times.scale))


def frame_times(media: Opened, name: str, video: VideoFacts, stop_here: Callable[[], None] = go_on) -> VariableTimes:
    """When each frame is shown, counted from the first one, by reading every packet and decoding none.

    `stop_here` is called for each, and may raise.
    """
    if video.counted:
        return video.counted
    with opened(media, name) as container:
        stream = video_stream(container, video.stream)
        base = _base(stream)
        packets = asking(pictures(container, stream, video.jumps), stop_here)
        found = [(p.pts, p.duration or 0) for p in packets if p.size and not p.is_discard and p.pts is not None]
    scale = fine_scale(base)
    unit, start = base * scale, video.start * scale
    ticks = sorted({int(pts * unit - start) for pts, _ in found})
    ticks = [tick for tick in ticks if tick >= 0]
    last = max(found)[1]
    return VariableTimes.of(ticks, max(1, int(last * unit) or int(scale / video.rate)), scale)


def _base(stream: VideoStream) -> Fraction:
    return Fraction(stream.time_base or 1)


def _paced(facts: VideoFacts, times: Sequence[int], base: Fraction) -> VideoFacts:
    rate, pace = source_rate(facts.rate, times, base)
    return facts.model_copy(update={"rate": rate, "pace": pace})


def _tells(container: InputContainer, stream: VideoStream) -> bool:
    """Whether the container's word can be taken for length and rate."""
    if container.format.name != MATROSKA:
        return container.format.name in INDEXED
    # Matroska has no index of pictures, and tells an even rate of uneven ones too: a few places have to show it.
    rate, length = stream.guessed_rate, container.duration
    if not rate or not length:
        return False
    places = (Fraction(length * number, PLACES * av.time_base) for number in range(PLACES))
    seen: set[tuple[int, ...]] = set()
    for place in places:
        times = _times_at(container, stream, place)
        # Where key frames are rare, every seek lands on the same one, which shows nothing of the rest.
        if tuple(times[:1]) in seen or not is_even(times, _base(stream), rate):
            return False
        seen.add(tuple(times[:1]))
    return True


def _times_at(container: InputContainer, stream: VideoStream, place: Fraction) -> list[int]:
    """Of some pictures from a time on; those last read may still lack some that are shown between them."""
    with suppress(av.error.FFmpegError):
        container.seek(int(place / _base(stream)), stream=stream, backward=True)
    times = sorted(packet.pts or 0 for packet in islice(_told(container, stream), PACKETS))
    return times[: max(2, len(times) - LONGEST_DELAY)]


def _is_cut_inside(stream: VideoStream) -> bool:
    """Whether an edit list joins pieces: at such a place FFmpeg may give two pictures one time."""
    kept = [not entry.is_discard for entry in stream.index_entries]
    before, after, left = 0, sum(kept), LONGEST_DELAY
    for keep in kept:
        before, after = before + keep, after - keep
        if not keep and before > left and after > left:
            return True
    return False


def _index(stream: VideoStream) -> list[int]:
    """When pictures are decoded, by a whole index: as far apart as when they are shown. Empty where there is none."""
    entries = stream.index_entries
    whole = stream.frames and len(entries) >= stream.frames
    return sorted({entry.timestamp for entry in entries if not entry.is_discard}) if whole else []


def _told_duration(
    container: InputContainer, stream: VideoStream, facts: VideoFacts, stop_here: Callable[[], None]
) -> Fraction:
    """Seconds of the video stream, by the times of its last packets."""
    base = _base(stream)
    # MP4's own length is a sum of decode times, which lacks what the last frames stand; a container's, its longest
    # track.
    declared = (stream.duration or 0) * base
    length = declared + facts.start if declared else Fraction(container.duration or 0, av.time_base)
    shown: list[Packet[Any]] = []
    cut = False
    # From the last key frame on, which is all that has to be read; formats without an index may land behind the end.
    for at in (max(facts.start, length), facts.start):
        with suppress(av.error.FFmpegError):
            container.seek(int(at / base), stream=stream, backward=True)
        tail = list(asking(_told(container, stream), stop_here))
        shown = [packet for packet in tail if not packet.is_discard]
        cut = bool(tail) and tail[-1].is_discard
        if shown:
            break
    end = _end(shown, base, 1 / facts.rate) if shown else facts.start + 1 / facts.rate
    # What an edit list takes away at the end is not shown; its length may still be more than that of the pictures.
    return end - facts.start if cut else max(declared, end - facts.start)


def _end(packets: "Sequence[Packet[Any]]", base: Fraction, step: Fraction) -> Fraction:
    """When the last picture goes. Where pictures are reordered, MP4's durations are those of decoding."""
    last = max(packets, key=lambda packet: packet.pts or 0)
    length = (last.duration or 0) * base or step
    return (last.pts or 0) * base + (length if last is packets[-1] else min(length, step))


def _told(container: InputContainer, stream: VideoStream) -> "Iterator[Packet[Any]]":
    with suppress(av.error.FFmpegError):
        yield from (packet for packet in container.demux(stream) if packet.pts is not None)
