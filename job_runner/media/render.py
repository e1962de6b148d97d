"""One segment: decode, frame, cross, draw, encode. A pure function of (inputs, plan, index).

What draws is imported where something is to be drawn: it brings NumPy, a quarter of the start of a job without it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from fractions import Fraction
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

from av.video.frame import VideoFrame

from job_runner.effects.assets import Assets
from job_runner.effects.transition import remaining, risen
from job_runner.errors import InputInvalid
from job_runner.media.encode import SegmentEncoder
from job_runner.media.framing import Framer, form_of
from job_runner.media.recipe import Form
from job_runner.media.scale import Scaler
from job_runner.media.source import Decoding, Frames, FrameSource, NoFrameError
from job_runner.plan.clips import ClipPlan, FadePlan
from job_runner.plan.output import OutputPlan
from job_runner.plan.plan import Plan
from job_runner.plan.timeline import Window, segment_window
from job_runner.workspace.ranges import Opened
from videojob_api.values import parse_color

if TYPE_CHECKING:
    from job_runner.effects.overlays import Layer
    from job_runner.media.drawing import Fade

log = logging.getLogger(__name__)

OPEN_SOURCES = 2
"""Decoders a worker keeps: clips come one after the other, and each holds threads and frames."""

SpeedKey = tuple[Fraction, int] | None
"""What tells the clock of a clip at another speed from others: its speed and first frame."""

GoOn = Callable[[int], bool]
"""Asked after each frame with the frames left in the segment; False drops the segment."""

Damaged = Callable[[str, int], None]
"""Told an input's name and the segment that it spoils; may raise."""


class Encoder(Protocol):
    """What rendering asks of an encoder; one on a GPU need be no more than this."""

    def add(self, frame: VideoFrame) -> None:
        """The next frame, in the output's form."""

    def finish(self) -> bytes:
        """The segment's file."""

    def abandon(self) -> None:
        """Frees the encoder of a segment that is dropped."""


class DamageError(Exception):
    """Something in an input could not be decoded."""


class SegmentRenderer:
    """Renders any segments of one output of a plan, cheapest in ascending order. Not thread-safe: one a worker."""

    def __init__(
        self,
        plan: Plan,
        output: OutputPlan,
        open_input: Callable[[str], Opened],
        decoder_threads: int = 1,
        assets: Assets | None = None,
        damaged: Damaged = lambda name, index: None,
    ) -> None:
        self._plan, self._output, self._open = plan, output, open_input
        self._threads, self._damaged = decoder_threads, damaged
        self._form, self._scaler = form_of(output), Scaler()
        self._sources: dict[tuple[str, int, SpeedKey], Frames] = {}
        self._clocks = [plan.clip_clock(clip) for clip in plan.clips]
        self._decoding = Decoding(decoder_threads, strict=True)
        self._hopeless: set[tuple[str, Decoding]] = set()
        """Inputs of which nothing can be decoded in that way: it takes the whole file to find out."""
        self._layers = _layers(plan, self._form, assets or Assets())
        self._framers = [Framer(clip, plan.video(clip.input), output, self._scaler) for clip in plan.clips]
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
        for decoding in (Decoding(self._threads, strict=True), Decoding(1, strict=True, sure=True)):
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
        encoder: Encoder = SegmentEncoder(self._plan, self._output, window.first, encoded)
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

    def frame(self, number: int) -> VideoFrame:
        """Output frame `number`, in the output's form. It may belong to a source: it must not be written to."""
        frame, own = self._clips_frame(number)
        time = float(self._plan.seconds(number))
        fades = _fades(self._plan.fade_in, self._plan.fade_out, number, self._plan.frames)
        if not fades and not any(layer.is_on(time) for layer in self._layers):
            return frame
        from job_runner.media.drawing import draw, fade, writable

        frame = writable(frame, own, self._form)
        draw(frame, self._layers, time, self._form)
        fade(frame, fades, self._form)
        return frame

    def _clips_frame(self, number: int) -> tuple[VideoFrame, bool]:
        """The clip's picture, or two that cross; and whether it is nobody else's."""
        shown = [k for k, clip in enumerate(self._plan.clips) if clip.first <= number < clip.end]
        frame, own = self._clip_frame(shown[0], number)
        for index in shown[1:]:
            from job_runner.media.drawing import cross, writable

            later, _ = self._clip_frame(index, number)
            clip = self._plan.clips[index]
            frame, own = writable(frame, own, self._form), True
            cross(frame, later, risen(number - clip.first, clip.cross), self._form)
        return frame, own

    def _clip_frame(self, index: int, number: int) -> tuple[VideoFrame, bool]:
        clip = self._plan.clips[index]
        slot = clip.source + number - clip.first
        source = self._shown(index, slot)
        frame = self._framers[index](source, float(self._clocks[index].seconds(slot)))
        fades = _fades(clip.fade_in, clip.fade_out, number - clip.first, clip.frames)
        if not fades:
            return frame, frame is not source
        from job_runner.media.drawing import fade, writable

        frame = writable(frame, frame is not source, self._form)
        fade(frame, fades, self._form)
        return frame, True

    def _shown(self, index: int, slot: int) -> VideoFrame:
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

    def _source(self, index: int) -> Frames:
        """Clips of the same input and clock share a decoder, unless they are shown at once."""
        clip = self._plan.clips[index]
        key = (clip.input, self._lanes[index], None if clip.speed == 1 else (clip.speed, clip.source))
        if key not in self._sources:
            while len(self._sources) >= OPEN_SOURCES:
                self._sources.pop(next(iter(self._sources))).close()
            facts = self._plan.video(key[0])
            self._sources[key] = FrameSource(self._open(key[0]), facts, self._clocks[index], self._decoding)
        self._sources[key] = self._sources.pop(key)
        return self._sources[key]


def _layers(plan: Plan, form: Form, assets: Assets) -> list[Layer]:
    if not plan.overlays:
        return []
    from job_runner.media.drawing import layers_of

    return layers_of(plan.overlays, float(plan.duration), form, assets)


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
