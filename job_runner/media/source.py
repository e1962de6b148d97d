"""Frames of an input by number: a seek that proves where it landed, then straight decoding.

A naive seek is late by up to a GOP in MPEG-TS and by one frame at key-frame borders of VFR files.
So: seek back, require that the first decoded frame is not later than the wanted one, else go back
twice as far, at last to the beginning. Where times do not tell which frame it is (they are not in the file, or its
clock jumps), decoding always begins at the beginning.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from types import TracebackType
from typing import Any, Self

import av
from av.container import InputContainer
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from job_runner.media.device import PLAIN, Decoding, NoFrameError
from job_runner.media.packets import pictures, survived
from job_runner.media.tracks import video_stream
from job_runner.media.untrusted import open_input
from job_runner.plan.facts import VideoFacts
from job_runner.plan.times import Clock
from job_runner.workspace.ranges import Opened

MAX_BACK_OFF = 64
READ_AHEAD_SECONDS = 10


@dataclass
class Shown:
    """A frame and the slot from which it is shown; the slot is kept apart, as encoders change pts.

    `errors` are those met on the way to it, and not yet counted.
    """

    slot: int
    frame: VideoFrame
    errors: int = 0


class FrameSource:
    """The frame that an input shows in each slot of a clock. Not thread-safe: one a worker."""

    def __init__(self, media: Opened, facts: VideoFacts, clock: Clock, how: Decoding = PLAIN) -> None:
        """`media` is a path or a seekable binary file."""
        self._media, self._facts, self._clock = media, facts, clock
        # What a decoder leaves out cannot be counted, and what lies far behind is not this frame's damage: decoding
        # from the start on is lenient, in one thread, and errors count where they are seen.
        self._how = PLAIN if facts.readable_from_start_only else how
        self._open()
        self._frames: Iterator[VideoFrame] = iter(())
        self._held: Shown | None = None
        self._next: Shown | None = None
        self._count = self._met = self.errors = 0
        self._keys = 1

    def _open(self) -> None:
        """At the start of the file."""
        self._container: InputContainer = open_input(self._media, self._how.strict)
        self._stream: VideoStream = video_stream(self._container, self._facts.stream)
        self._stream.thread_type = "AUTO" if self._how.threads > 1 else "NONE"
        self._stream.codec_context.thread_count = self._how.threads

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Frees the decoder."""
        self._held = self._next = None
        self._frames = iter(())
        self._container.close()

    def at(self, wanted: int) -> VideoFrame:
        """The last frame whose slot is not later than `wanted`; past the end, the last frame.

        The frame belongs to the source and may be shown again: copy it before drawing on it.
        """
        if not self._is_held(wanted) and not self._is_near(wanted):
            self._seek(wanted)
        while self._next is not None and self._next.slot <= wanted:
            self._held, self._next = self._next, self._decode()
        assert self._held is not None
        self.errors, self._held.errors = self.errors + self._held.errors + self._is_cut_off(wanted, self._held), 0
        return self._held.frame

    def _is_cut_off(self, wanted: int, last: Shown) -> bool:
        """Whether a slot has the last picture that is there, and had another one before the file was cut off."""
        ends = self._facts.ends
        if ends is None or self._next is not None or wanted <= last.slot:
            return False
        return self._facts.start + self._clock.seconds(wanted) >= ends

    def _is_held(self, wanted: int) -> bool:
        """A picture may stand for long, and the last one for ever."""
        return self._held is not None and self._held.slot <= wanted and (self._next is None or wanted < self._next.slot)

    def _is_near(self, wanted: int) -> bool:
        """Whether decoding on is quicker than seeking."""
        if self._held is None or wanted < self._held.slot:
            return False
        if self._facts.readable_from_start_only:
            return True
        ahead = self._next if self._next and self._next.slot <= wanted else self._held
        return self._clock.seconds(wanted) - self._clock.seconds(max(0, ahead.slot)) <= READ_AHEAD_SECONDS

    def _decode(self) -> Shown | None:
        """The next frame that has a time, None at the end."""
        for frame in self._frames:
            if (seconds := self._seconds(frame)) is not None:
                shown = Shown(self._clock.slot(seconds), frame)
                if self._facts.readable_from_start_only:
                    shown.errors, self._met = self._met + frame.is_corrupt, 0
                return shown
        return None

    def _seconds(self, frame: VideoFrame) -> Fraction | None:
        """When the frame just decoded is shown, counted from the first one."""
        if times := self._facts.counted:
            self._count += 1
            return times.seconds(self._count - 1) if self._count <= times.frames else None
        if frame.pts is None or frame.time_base is None:
            return None
        return frame.pts * frame.time_base - self._facts.start

    def _decoded(self) -> Iterator[VideoFrame]:
        began = _Beginning(self._keys)
        for packet in self._packets():
            counts = began.is_over(packet)
            try:
                frames = self._pictures(packet)
            except av.error.FFmpegError as error:
                survived(error)
                self._failed(counts)
                continue
            # Where recordings are joined, the packet before is marked as corrupt, and is not.
            self._failed(packet.is_corrupt and counts and not self._facts.readable_from_start_only)
            yield from frames

    def _pictures(self, packet: "Packet[Any]") -> list[VideoFrame]:
        """What the decoder gives for a packet; at the end, of an empty one, what it has held back."""
        return packet.decode()

    def _failed(self, count: int = 1) -> None:
        """Errors count at once, or where they are seen."""
        if self._facts.readable_from_start_only:
            self._met += count
        else:
            self.errors += count

    def _packets(self) -> "Iterator[Packet[Any]]":
        return pictures(self._container, self._stream, self._facts.jumps, self._failed)

    def _seek(self, wanted: int) -> None:
        """Goes to the wanted frame or, by a larger and larger step, before it."""
        if self._facts.readable_from_start_only:
            self._begin()
            return
        back, at = Fraction(0), self._clock.seconds(max(0, wanted))
        while back <= MAX_BACK_OFF and at > back:
            self._restart(self._facts.start + at - back)
            if self._held is not None and self._held.slot <= wanted:
                return
            back = max(2 * back, Fraction(1))
        self._begin()

    def _restart(self, seconds: Fraction) -> None:
        """Decodes from the key frame at or before a stream time on, as far as FFmpeg can tell."""
        assert self._stream.time_base is not None
        try:
            self._container.seek(int(seconds / self._stream.time_base), stream=self._stream, backward=True)
        except av.error.FFmpegError:
            self._begin()
            return
        self._keys = 1
        if self._how.sure:
            self._step_back()
        self._run()

    def _step_back(self) -> None:
        """From the key frame found to the one before it, if there is one."""
        key = self._first_key()
        with suppress(av.error.FFmpegError):
            self._container.seek(key - 1, stream=self._stream, backward=True)
            self._keys = 2 if self._first_key() < key else 1
            self._container.seek(key - 1, stream=self._stream, backward=True)

    def _first_key(self) -> int:
        """The time of the next key frame; 0 if there is none."""
        return next((_time(p) for p in self._packets() if p.is_keyframe), 0)

    def _begin(self) -> None:
        """Decodes from the first frame on: some formats cannot be sought in at all."""
        self._container.close()
        self._open()
        self._keys = 1
        self._run()
        if self._held is None:
            raise NoFrameError

    def _run(self) -> None:
        self._count, self._frames = 0, self._decoded()
        self._held = self._decode()
        self._next = self._decode()


class _Beginning:
    """Where decoding begins in mid-stream, errors are nobody's fault: before the wanted number of key frames, and in
    frames after the last of them that are shown earlier and lean on what was skipped (an open GOP)."""

    def __init__(self, keys: int) -> None:
        self._left = keys
        self._key = 0

    def is_over(self, packet: "Packet[Any]") -> bool:
        """Whether this packet has all that it needs."""
        if self._left and packet.is_keyframe:
            self._left -= 1
            self._key = _time(packet)
        return not self._left and _time(packet) >= self._key


def _time(packet: "Packet[Any]") -> int:
    return packet.pts if packet.pts is not None else packet.dts or 0
