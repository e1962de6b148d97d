"""Sound copied packet by packet, from the picture's first frame to its end."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from itertools import chain, takewhile
from pathlib import Path
from typing import Any

import av
from av.container import OutputContainer
from av.packet import Packet

from job_runner.media.encoder_check import BITEXACT
from job_runner.media.packets import WARMING_UP, survived
from job_runner.media.tracks import sound_stream
from job_runner.media.untrusted import open_input, words
from job_runner.plan.plan import Plan
from job_runner.plan.sound import kept_in
from job_runner.workspace.ranges import Opened
from videojob_api.codecs import AAC
from videojob_api.containers import CONTAINERS

PRE_ROLL = Fraction(1, 10)
"""Seconds before the picture that are kept: decoders lean on them, and MP4's edit list hides them."""

MOST_BEFORE = 64
"""Packets before the first that is heard, of which some may be kept."""


class NotCopyable(Exception):
    """The packets as they are would not be heard as the file's edit list and time stamps have it; says why."""


def copy_sound(plan: Plan, container: str, name: str, media: Opened, path: Path, stop_here: Callable[[], None]) -> None:
    """Writes the packets of an input's sound to `path`, for an output in that `container`.

    Raises NotCopyable; what is at `path` is worth nothing then.
    """
    facts, start = plan.sound(name), plan.video(name).start
    kept = kept_in(container, facts.codec)
    with open_input(media) as source, av.open(str(path), "w", format=kept.muxer) as target:
        target.flags |= BITEXACT
        stream = sound_stream(source, facts.stream)
        copy = target.add_stream_from_template(stream, opaque=True)
        base = stream.time_base
        assert base is not None
        shift = round(start / base)
        span = start / base, (start + plan.duration) / base
        packets = _timed(source.demux(stream), facts.codec == AAC.name)
        for packet in between(packets, *span, CONTAINERS[container].edit_lists):
            stop_here()
            assert packet.pts is not None
            if packet.pts < shift and not kept.edit_lists:
                # Without an edit list its times cannot begin before 0: all of the sound would be late.
                continue
            # Sound is never reordered: where a file says otherwise or nothing, its presentation times are right.
            packet.pts = packet.dts = packet.pts - shift
            packet.stream = copy
            _mux(target, packet)


def _mux(target: OutputContainer, packet: "Packet[Any]") -> None:
    try:
        target.mux(packet)
    except av.error.FFmpegError as error:
        survived(error)
        raise NotCopyable(f"its packets cannot be written as they are ({words(error)})") from error


def _timed(packets: "Iterator[Packet[Any]]", adts: bool) -> "Iterator[Packet[Any]]":
    """Those with content, each with a time: one without follows the one before."""
    end: int | None = None
    kind: bytes | None = None
    for packet in packets:
        if not packet.size:
            continue
        if packet.pts is None:
            packet.pts = packet.dts if packet.dts is not None else end
        if packet.pts is None:
            raise NotCopyable("its packets have no time stamps")
        kind, before = (adts_kind(bytes(memoryview(packet)[:4])) if adts else None) or kind, kind
        if packet.has_sidedata("new_extradata") or (before and kind != before):
            raise NotCopyable("its rate or its channels change on the way")
        end = packet.pts + (packet.duration or 0)
        yield packet


def between(
    packets: "Iterator[Packet[Any]]", first: Fraction, end: Fraction, edit_list: bool = True
) -> "Iterator[Packet[Any]]":
    """Those that are heard from `first` to `end`, in ticks, and a few before that decoders lean on.

    Where the output has no `edit_list` that hides those, one is heard. Raises NotCopyable where more would be that the
    file itself leaves out, where some in the middle are not to be heard, and where time goes back.
    """
    before: deque[Packet[Any]] = deque(maxlen=MOST_BEFORE)
    heard = takewhile(lambda packet: packet.pts is not None and packet.pts < end, packets)
    for packet in heard:
        if not packet.is_discard and _end(packet) > first:
            if not edit_list and sum(p.is_discard for p in before) > WARMING_UP:
                raise NotCopyable("its edit list leaves out its beginning, and Matroska has none")
            kept = _leant_on(before, first)[-(MOST_BEFORE if edit_list else 1) :]
            yield from _lawful(chain(kept, [packet], heard), first)
            return
        before.append(packet)


def _end(packet: "Packet[Any]") -> int:
    return (packet.pts or 0) + (packet.duration or 1)


def _leant_on(before: "deque[Packet[Any]]", first: Fraction) -> "list[Packet[Any]]":
    return [p for p in before if p.pts is not None and p.time_base and p.pts >= first - PRE_ROLL / p.time_base]


def _lawful(packets: "Iterable[Packet[Any]]", first: Fraction) -> "Iterator[Packet[Any]]":
    last: int | None = None
    for packet in packets:
        back = last is not None and packet.pts is not None and packet.pts <= last
        if back or (packet.is_discard and _end(packet) > first):
            raise NotCopyable("an edit list or a clock that jumps leaves out or repeats parts of it")
        last = packet.pts
        yield packet


def adts_kind(head: bytes) -> bytes | None:
    """What an ADTS header says of profile, rate and channels (ISO/IEC 13818-7, 6.2.1); None if it is none."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xF6 != 0xF0:
        return None
    return bytes((head[2] & 0xFD, head[3] & 0xC0))
