"""One segment: decode, frame, cross, draw, encode. A pure function of (inputs, plan, index), on any device."""

import logging
from collections.abc import Callable
from fractions import Fraction
from types import TracebackType
from typing import Generic, Self

from job_runner.effects.assets import Assets
from job_runner.effects.transition import remaining, risen
from job_runner.errors import InputInvalid
from job_runner.media.device import DamageError, Decoding, Device, Fade, Frame, NoFrameError, Source, strict_ways
from job_runner.plan.clips import ClipPlan, FadePlan
from job_runner.plan.plan import Plan
from job_runner.plan.timeline import Window, segment_window
from job_runner.workspace.ranges import Opened
from videojob_api.values import parse_color

log = logging.getLogger(__name__)

OPEN_SOURCES = 2
"""Decoders a worker keeps: clips come one after the other, and each holds threads and frames."""

SpeedKey = tuple[Fraction, int] | None
"""What tells the clock of a clip at another speed from others: its speed and first frame."""

GoOn = Callable[[int], bool]
"""Asked after each frame with the frames left in the segment; False drops the segment."""

Damaged = Callable[[str, int], None]
"""Told an input's name and the segment that it spoils; may raise."""


class SegmentRenderer(Generic[Frame]):
    """Renders any segments of the device's output, cheapest in ascending order. Not thread-safe: one a worker."""

    def __init__(
        self,
        plan: Plan,
        device: Device[Frame],
        open_input: Callable[[str], Opened],
        decoder_threads: int = 1,
        assets: Assets | None = None,
        damaged: Damaged = lambda name, index: None,
    ) -> None:
        self._plan, self._device, self._open = plan, device, open_input
        self._threads, self._damaged = decoder_threads, damaged
        self._sources: dict[tuple[str, int, SpeedKey], Source[Frame]] = {}
        self._clocks = [plan.clip_clock(clip) for clip in plan.clips]
        self._decoding = Decoding(decoder_threads, strict=True)
        self._hopeless: set[tuple[str, Decoding]] = set()
        """Inputs of which nothing can be decoded in that way: it takes the whole file to find out."""
        self._overlays = device.overlays(plan.overlays, assets or Assets()) if plan.overlays else None
        self._framers = [device.framer(clip) for clip in plan.clips]
        self._lanes = lanes(plan.clips)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def _close(self) -> None:
        while self._sources:
            self._sources.popitem()[1].close()

    def render(self, index: int, go_on: GoOn, encoded: Callable[[], None]) -> bytes | None:
        """The segment's file, or None if it was told to stop. `encoded` is called for every finished frame.

        Where something cannot be decoded, it is tried again from the segment's own start and in one thread, which
        tells what is really damaged; and if it is, once more, showing what can be made of it. With several threads
        each run would show other ruins.
        """
        window = segment_window(index, self._plan.frames, self._plan.segment_frames)
        for decoding in strict_ways(self._threads):
            self._decoding = decoding
            try:
                return self._rendered(window, go_on, encoded)
            except DamageError as error:
                damaged = str(error)
                self._close()
                if self._plan.video(damaged).readable_from_start_only:
                    # It is decoded in the same way each time, and from the file's start on: once less is enough.
                    break
        self._damaged(damaged, index)
        self._decoding = Decoding(1)
        try:
            return self._rendered(window, go_on, encoded)
        finally:
            self._close()

    def _rendered(self, window: Window, go_on: GoOn, encoded: Callable[[], None]) -> bytes | None:
        encoder = self._device.encoder(window.first, encoded)
        try:
            for number in range(window.first, window.end):
                encoder.add(self.frame(number))
                self._check()
                if not go_on(window.end - number - 1):
                    encoder.abandon()
                    return None
        except BaseException:
            encoder.abandon()
            raise
        return encoder.finish()

    def _check(self) -> None:
        for (name, _, _), source in self._sources.items():
            if self._decoding.strict and source.errors:
                raise DamageError(name)

    def frame(self, number: int) -> Frame:
        """Output frame `number`, in the output's form. It may belong to a source: it must not be written to."""
        frame, own = self._clips_frame(number)
        fades = _fades(self._plan.fade_in, self._plan.fade_out, number, self._plan.frames)
        drawn, time = self._overlays, float(self._plan.seconds(number))
        if drawn and not drawn.is_on(time):
            drawn = None
        if not fades and not drawn:
            return frame
        frame = self._device.writable(frame, own)
        if drawn:
            drawn.draw(frame, time)
        self._device.fade(frame, fades)
        return frame

    def _clips_frame(self, number: int) -> tuple[Frame, bool]:
        """The clip's picture, or two that cross; and whether it is nobody else's."""
        shown = [k for k, clip in enumerate(self._plan.clips) if clip.first <= number < clip.end]
        frame, own = self._clip_frame(shown[0], number)
        for index in shown[1:]:
            later, _ = self._clip_frame(index, number)
            clip = self._plan.clips[index]
            frame, own = self._device.writable(frame, own), True
            self._device.cross(frame, later, risen(number - clip.first, clip.cross))
        return frame, own

    def _clip_frame(self, index: int, number: int) -> tuple[Frame, bool]:
        clip = self._plan.clips[index]
        slot = clip.source + number - clip.first
        source = self._shown(index, slot)
        frame = self._framers[index](source, float(self._clocks[index].seconds(slot)))
        fades = _fades(clip.fade_in, clip.fade_out, number - clip.first, clip.frames)
        if not fades:
            return frame, frame is not source
        frame = self._device.writable(frame, frame is not source)
        self._device.fade(frame, fades)
        return frame, True

    def _shown(self, index: int, slot: int) -> Frame:
        name = self._plan.clips[index].input
        if (name, self._decoding) in self._hopeless:
            raise DamageError(name)
        try:
            return self._source(index).at(slot)
        except NoFrameError as error:
            if self._decoding.strict:
                self._hopeless.add((name, self._decoding))
                raise DamageError(name) from error
            raise InputInvalid(f"input {name}: its video stream cannot be decoded any more") from error

    def _source(self, index: int) -> Source[Frame]:
        """Clips of the same input and clock share a decoder, unless they are shown at once."""
        clip = self._plan.clips[index]
        key = (clip.input, self._lanes[index], None if clip.speed == 1 else (clip.speed, clip.source))
        if key not in self._sources:
            while len(self._sources) >= OPEN_SOURCES:
                self._sources.pop(next(iter(self._sources))).close()
            self._sources[key] = self._device.source(clip, self._open(clip.input), self._decoding)
        self._sources[key] = self._sources.pop(key)
        return self._sources[key]


def _fades(rise: FadePlan | None, fall: FadePlan | None, position: int, length: int) -> list[Fade]:
    """Colours, and how much of them is shown at this frame of `length`."""
    shares = (
        (rise, risen(position, rise.frames) if rise else 1.0),
        (fall, remaining(position, fall.frames, length) if fall else 1.0),
    )
    return [(parse_color(f.color)[:3], 1 - share) for f, share in shares if f and share < 1]


def lanes(clips: list[ClipPlan]) -> list[int]:
    """0 or 1 for each clip: the other one than that of the clip before if both are shown at once."""
    result: list[int] = []
    for clip in clips:
        result.append(1 - result[-1] if result and clip.cross else result[-1] if result else 0)
    return result
