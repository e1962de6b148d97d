"""What a placed clip shows, frame by frame: which moment of its source, and where that picture's parts land. Pure."""

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np

from job_runner.plan.clips import ClipPlan, clock_of
from job_runner.plan.facts import VideoFacts, stood
from job_runner.plan.framing import ClipFraming
from job_runner.plan.geometry import Placement
from job_runner.plan.output import OutputPlan
from job_runner.plan.paths import Flags, Floats
from job_runner.plan.times import Clock, VariableTimes

TIE = 1e-6
"""Of a source's frame: what is nearer than this to a border between two frames is on it."""


@dataclass(frozen=True)
class View:
    """A clip in an output, over a timeline with that clock and, if it is constant, rate.

    The last `leaving` of its frames cross with the clip after it.
    """

    clip: ClipPlan
    video: VideoFacts
    output: OutputPlan
    clock: Clock
    rate: Fraction
    leaving: int = 0

    @cached_property
    def times(self) -> list[Fraction]:
        """Of the timeline: when each frame of the clip begins, and when the last one ends."""
        began = self.clock.seconds(0)
        return [self.clock.seconds(number) - began for number in range(self.clip.first, self.clip.end + 1)]

    @cached_property
    def moments(self) -> Floats:
        """The same in floats."""
        return np.array([float(time) for time in self.times])

    @cached_property
    def seconds(self) -> Floats:
        """Of the source, for each frame of the clip: when the picture begins that the source shows there."""
        if isinstance(self.clock, VariableTimes) or self.video.pace is not None:
            return self._slots
        # A slot shows the last picture that begins before the slot's middle: see `SpeedClock` and `timeline.slot`.
        rate, speed = float(self.video.rate), float(self.clip.speed)
        middles = (self.clip.source + (np.arange(self.clip.frames) + 0.5) * speed) / float(self.rate)
        last = max(0.0, float(self.video.duration) * rate - 1)
        return np.asarray(np.clip(np.ceil(middles * rate - TIE) - 1, 0, last) / rate)

    @cached_property
    def _slots(self) -> Floats:
        """Of the source, for each frame of the clip: when its slot begins; by these moments framings move."""
        own, first = clock_of(self.clip, self.clock, self.rate), self.clip.source
        return np.array([float(own.seconds(slot)) for slot in range(first, first + self.clip.frames)])

    def edges(self, first: int, end: int, edges: Floats) -> Floats:
        """Where edges (left, top, right, bottom) in the source land in frames `first` to `end` of the clip.

        In widths and heights of the output, cut to what is shown of the source: nothing where right <= left or
        bottom <= top.
        """
        landed, low, high = self._landed(first, end, edges)
        return np.asarray(np.clip(landed, low, high))

    def cut(self, first: int, end: int, edges: Floats, room: float) -> Flags:
        """In which of these frames less than `room`, in widths or heights, is left to the border of what is shown."""
        landed, low, high = self._landed(first, end, edges)
        return np.asarray(((landed < low + room) | (landed > high - room)).any(axis=1))

    def _landed(self, first: int, end: int, edges: Floats) -> tuple[Floats, Floats, Floats]:
        """Edges in the output, and the least and the most that they may be."""
        scale, offset, shown = self._ways
        part = slice(first, end) if len(scale) > 1 else slice(None)
        return edges * scale[part] + offset[part], shown[part, [0, 1, 0, 1]], shown[part, [2, 3, 2, 3]]

    @cached_property
    def _ways(self) -> tuple[Floats, Floats, Floats]:
        """Scale and offset of edges, and the rectangle that is filled: for each frame, or for all alike."""
        framing, shown = ClipFraming(self.clip, self.output), self.video.display_size
        stored = stood(self.video.orientation, (self.video.width, self.video.height))
        moments = self._slots if framing.moves else self._slots[:1]
        placements = [framing.at(moment, shown, stored) for moment in moments.tolist()]
        if not framing.moves:
            # FFmpeg crops whole pixels.
            placements = [Placement(p.crop.whole(), p.size, p.left, p.top) for p in placements]
        output, crops = np.array(self.output.size * 2), [p.crop for p in placements]
        corners = np.array([(p.left, p.top, *p.size) for p in placements]) / output
        lefts, sizes = np.array([(c.left, c.top) for c in crops]), np.array([(c.width, c.height) for c in crops])
        scale = corners[:, 2:] / sizes
        offset = corners[:, :2] - lefts * scale
        filled = np.concatenate([corners[:, :2], corners[:, :2] + corners[:, 2:]], axis=1)
        return np.tile(scale * np.array(stored), 2), np.tile(offset, 2), filled
