"""One segment: decode, frame, draw, encode. A pure function of (inputs, plan, index)."""

import logging
from collections.abc import Callable
from types import TracebackType
from typing import Self

from av.video.frame import VideoFrame

from job_runner.effects.keyframes import Point, value_at
from job_runner.effects.overlays import any_visible, draw_layers, layer
from job_runner.effects.resample import resample
from job_runner.media.encode import SegmentEncoder
from job_runner.media.scale import Recipe, Scaler, blank, picture_of
from job_runner.media.source import FrameSource
from job_runner.plan.facts import VideoFacts
from job_runner.plan.geometry import Placement, Rect, place
from job_runner.plan.plan import ClipPlan, Plan
from job_runner.plan.timeline import segment_window
from job_runner.workspace.ranges import Opened
from videojob_api.values import parse_duration

log = logging.getLogger(__name__)

OPEN_SOURCES = 2
"""Decoders a worker keeps: clips come one after the other, and each holds threads and frames."""

GoOn = Callable[[int], bool]
"""Asked after each frame with the frames left in the segment; False drops the segment."""


class SegmentRenderer:
    """Renders any segments of a plan, cheapest in ascending order. Not thread-safe: one a worker."""

    def __init__(self, plan: Plan, open_input: Callable[[str], Opened], decoder_threads: int = 1) -> None:
        self._plan, self._open, self._threads = plan, open_input, decoder_threads
        self._sources: dict[str, FrameSource] = {}
        self._scaler = Scaler()
        self._layers = [layer(o, float(plan.duration), plan.color.matrix) for o in plan.overlays]
        self._framings = [_framing_points(clip) for clip in plan.clips]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for source in self._sources.values():
            source.close()

    def render(self, index: int, go_on: GoOn, encoded: Callable[[], None]) -> bytes | None:
        """The segment's file, or None if it was told to stop. `encoded` is called for every finished frame."""
        window = segment_window(index, self._plan.frames, self._plan.segment_frames)
        encoder = SegmentEncoder(self._plan, encoded)
        for number in range(window.first, window.end):
            encoder.add(self.frame(number))
            if not go_on(window.end - number - 1):
                encoder.abandon()
                return None
        return encoder.finish()

    def frame(self, number: int) -> VideoFrame:
        """Output frame `number`, in the output's size and format."""
        index, clip = next((i, c) for i, c in enumerate(self._plan.clips) if number < c.end)
        slot = clip.source + number - clip.first
        source = self._source(clip.input).at(slot)
        frame = self._framed(source, self._plan.input(clip.input).video, clip, self._framings[index], slot)
        time = float(number / self._plan.rate)
        if any_visible(self._layers, time):
            frame = _copied(frame) if frame is source else frame
            frame.make_writable()
            draw_layers(picture_of(frame), self._layers, time)
        return frame

    def _source(self, name: str) -> FrameSource:
        if name not in self._sources:
            while len(self._sources) >= OPEN_SOURCES:
                self._sources.pop(next(iter(self._sources))).close()
            facts = self._plan.input(name)
            self._sources[name] = FrameSource(self._open(name), facts.video, self._plan.rate, self._threads)
        return self._sources[name]

    def _framed(
        self, frame: VideoFrame, facts: VideoFacts, clip: ClipPlan, points: list[Point], slot: int
    ) -> VideoFrame:
        """The part of the source that this moment shows, in the output's size."""
        output = (self._plan.width, self._plan.height)
        fit = clip.framing.fit if clip.framing else self._plan.fit
        share = value_at(points, float(slot / self._plan.rate)) if points else (0.0, 0.0, 1.0, 1.0)
        placement = _placement(share, facts, frame, output, fit)
        moving = len({p[2] for p in points}) > 1
        recipe = Recipe(facts.rotation, None if moving else placement, output, self._plan.color.matrix)
        if not moving:
            return self._scaler.apply(frame, recipe)
        size = _stored_size(facts, frame)
        even = (size[0] // 2 * 2, size[1] // 2 * 2)
        whole = self._scaler.apply(frame, Recipe(facts.rotation, None, even, self._plan.color.matrix))
        target = blank(*output)
        resample(picture_of(whole), placement, picture_of(target))
        return target


def _framing_points(clip: ClipPlan) -> list[Point]:
    if clip.framing is None:
        return []
    return [
        (float(parse_duration(k.time)), k.easing, (k.left, k.top, k.width, k.height)) for k in clip.framing.keyframes
    ]


def _stored_size(facts: VideoFacts, frame: VideoFrame) -> tuple[int, int]:
    """The frame's size in its own pixels, rotation applied."""
    return (frame.height, frame.width) if facts.rotation % 180 else (frame.width, frame.height)


def _placement(
    share: tuple[float, ...], facts: VideoFacts, frame: VideoFrame, output: tuple[int, int], fit: str
) -> Placement:
    """Fits in square pixels, then says the crop in the frame's own pixels."""
    shown, stored = facts.display_size, _stored_size(facts, frame)
    left, top, width, height = share
    crop = Rect(left * shown[0], top * shown[1], width * shown[0], height * shown[1])
    placed = place(crop, output, fit)
    across, down = stored[0] / shown[0], stored[1] / shown[1]
    own = Rect(placed.crop.left * across, placed.crop.top * down, placed.crop.width * across, placed.crop.height * down)
    return Placement(own.inside(stored), placed.size, placed.left, placed.top)


def _copied(frame: VideoFrame) -> VideoFrame:
    """A frame of our own: the decoder or a later output frame may need the original."""
    copy = VideoFrame(frame.width, frame.height, "yuv420p")
    for into, plane in zip(picture_of(copy).planes, picture_of(frame).planes, strict=True):
        into[...] = plane
    return copy
