"""Clocks: which frame is shown when. Pure and exact."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import accumulate, chain, groupby, pairwise
from typing import Protocol

from job_runner.plan.timeline import slot
from videojob_api.model import Model


class Clock(Protocol):
    """Numbers the frames of a source, or of the timeline."""

    def slot(self, seconds: Fraction) -> int:
        """The frame that a source frame of this time is."""

    def seconds(self, number: int) -> Fraction:
        """When frame `number` begins."""


@dataclass(frozen=True)
class ConstantClock:
    """`rate` frames a second."""

    rate: Fraction

    def slot(self, seconds: Fraction) -> int:
        """The nearest, ties up."""
        return slot(seconds, self.rate)

    def seconds(self, number: int) -> Fraction:
        """Exact."""
        return number / self.rate


class VariableTimes(Model):
    """Frame times of a variable rate: ticks of 1/`scale` s from `first` on, steps as runs of (ticks, frames).

    Ticks, like a constant rate, count from the source's first frame.
    """

    scale: int
    first: int
    steps: list[tuple[int, int]]

    @classmethod
    def of(cls, ticks: Sequence[int], last: int, scale: int) -> "VariableTimes":
        """From rising ticks and the length of the last frame."""
        steps = [b - a for a, b in pairwise([*ticks, ticks[-1] + last])]
        return cls(scale=scale, first=ticks[0], steps=[(step, len(list(run))) for step, run in groupby(steps)])

    @cached_property
    def ticks(self) -> list[int]:
        """Of every frame, and of the end, counted from the first frame."""
        return list(accumulate(chain.from_iterable([step] * count for step, count in self.steps), initial=0))

    @property
    def frames(self) -> int:
        """How many."""
        return sum(count for _, count in self.steps)

    def slot(self, seconds: Fraction) -> int:
        """The last frame that has begun at `seconds`; -1 before the first."""
        return bisect_right(self.ticks, round(seconds * self.scale) - self.first) - 1

    def seconds(self, number: int) -> Fraction:
        """Exact."""
        return Fraction(self.first + self.ticks[number], self.scale)


def fine_scale(time_base: Fraction) -> int:
    """Ticks per second that hold every multiple of `time_base` and that MP4 keeps: at least 10,000."""
    scale = time_base.denominator
    while scale < 10_000:
        scale *= 2
    return scale
