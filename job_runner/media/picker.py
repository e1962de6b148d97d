"""A decoder that is given what some frames need, and nothing else. In any doubt it gives up: see `wanted`."""

from collections import deque
from collections.abc import Iterator
from fractions import Fraction
from itertools import chain
from types import TracebackType
from typing import Any, Self

import av
from av.packet import Packet
from av.video.frame import VideoFrame

from job_runner.media.packets import pictures, survived
from job_runner.media.packets_needed import Read, Selection, UncertainError
from job_runner.media.roles import Role, Roles, roles, stands_alone
from job_runner.media.source import MAX_BACK_OFF, READ_AHEAD_SECONDS
from job_runner.media.tracks import video_stream
from job_runner.media.untrusted import open_input
from job_runner.plan.facts import VideoFacts
from job_runner.plan.times import VariableTimes
from job_runner.workspace.ranges import Opened


class Picker:
    """Some frames of one input, by number, in order. Not thread-safe."""

    def __init__(self, media: Opened, facts: VideoFacts, times: VariableTimes, numbers: range, threads: int) -> None:
        """`numbers` rise. It decodes strictly."""
        self._facts, self._times, self._numbers = facts, times, numbers
        self._container = open_input(media, strict=True)
        self._stream = video_stream(self._container, facts.stream)
        self._base = Fraction(self._stream.time_base or 1)
        self._stream.thread_type = "AUTO" if threads > 1 else "NONE"
        self._context = self._stream.codec_context
        self._context.thread_count = threads
        self._is_h264 = facts.codec == "h264"
        self._leave_to_seek = numbers.step / facts.rate > READ_AHEAD_SECONDS
        """Whether to give up at a key frame that is no start: others seek to it, which is quicker."""
        self._first: int | None = None
        """The frame that the decoder began with."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._container.close()

    def frames(self) -> Iterator[tuple[int, VideoFrame]]:
        """Each with its number. Raises UncertainError where it cannot go on."""
        due, ready = deque(self._numbers), None
        for number, frame in self._decoded() if due else ():
            # Not before there is a later one: a packet that tells the same time may follow.
            if ready and number != ready[0]:
                yield ready
                ready = None
            if number in self._numbers:
                if not due or number != due.popleft():
                    raise UncertainError
                ready = number, frame
        if due:
            raise UncertainError
        if ready:
            yield ready

    def _decoded(self) -> Iterator[tuple[int | None, VideoFrame]]:
        selection: Selection[Packet[Any]] = Selection(self._numbers)
        for given in selection.given(self._packets_from(self._numbers[0], self._roles())):
            if given.begins and not stands_alone(self._facts.codec):
                yield from self._numbered(self._frames_of(None))
                self._context.flush_buffers()
                self._first = given.number
            self._context.skip_frame = "NONREF" if given.spare else "DEFAULT"
            yield from self._numbered(self._frames_of(given.packet, self._is_leading(given.number)))
        yield from self._numbered(self._frames_of(None))

    def _roles(self) -> Roles:
        known = roles(self._facts.codec, self._context.extradata)
        # Whether a picture counts as interlaced may depend on the one before it (ITU-T H.264, D.2.3).
        if known is None or (self._is_h264 and self._facts.interlaced and self._numbers.step > 1):
            raise UncertainError
        return known

    def _is_leading(self, number: int | None) -> bool:
        """Whether it is shown before the frame that the decoder began with, and may lean on what is not there."""
        return self._first is not None and number is not None and number < self._first

    def _frames_of(self, packet: "Packet[Any] | None", leading: bool = False) -> list[VideoFrame]:
        """What comes out of the decoder with a packet; None for all that it still holds."""
        try:
            return self._context.decode(packet)
        except av.error.FFmpegError as error:
            survived(error)
            if not leading:
                raise UncertainError from error
            return []

    def _numbered(self, frames: list[VideoFrame]) -> Iterator[tuple[int | None, VideoFrame]]:
        for frame in frames:
            # Those that come last have none of their own.
            frame.time_base = self._base
            number = self._number(frame.pts)
            odd = frame.is_corrupt or (self._is_h264 and frame.interlaced_frame and self._numbers.step > 1)
            if odd and not self._is_leading(number):
                raise UncertainError
            yield number, frame

    def _number(self, pts: int | None) -> int | None:
        return None if pts is None else self._times.slot(pts * self._base - self._facts.start)

    def _packets_from(self, number: int, known: Roles) -> "Iterator[Read[Packet[Any]]]":
        """From the file's start on, or from a place before a frame where a decoder may begin."""
        if number == 0:
            return self._packets(known)
        back, at = Fraction(0), self._facts.start + self._times.seconds(number)
        far, self._leave_to_seek = self._leave_to_seek, True
        while back <= MAX_BACK_OFF:
            packets = self._sought(at - back, known)
            if start := self._start_before(number, packets):
                self._first, self._leave_to_seek = start.number, far
                return chain([start], packets)
            back = max(2 * back, Fraction(1))
        raise UncertainError

    def _start_before(self, number: int, packets: "Iterator[Read[Packet[Any]]]") -> "Read[Packet[Any]] | None":
        """The first start that is not shown later than a frame, if it comes before what is."""
        for read in packets:
            if read.number is None:
                continue
            if read.number > number:
                return None
            if read.role.start and self._has_sets(read.role):
                return read
        return None

    def _has_sets(self, role: Role) -> bool:
        """Whether the decoder has its parameter sets here: in the packet, or in the file's head where they belong."""
        head = self._context.extradata
        return bool(role.sets or (head and head[0] == 1)) or self._facts.codec not in ("h264", "hevc")

    def _sought(self, seconds: Fraction, known: Roles) -> "Iterator[Read[Packet[Any]]]":
        try:
            self._container.seek(int(seconds / self._base), stream=self._stream, backward=True)
        except av.error.FFmpegError as error:
            raise UncertainError from error
        return self._packets(known)

    def _packets(self, known: Roles) -> "Iterator[Read[Packet[Any]]]":
        for packet in pictures(self._container, self._stream, (), _doubt):
            if not packet.size:
                return
            role = known(memoryview(packet))
            if packet.is_corrupt or (self._leave_to_seek and packet.is_keyframe and not role.start):
                raise UncertainError
            yield Read(packet, None if packet.is_discard else self._number(packet.pts), role, packet.size)


def _doubt() -> None:
    raise UncertainError
