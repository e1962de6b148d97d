"""What an analysis has found: curve, events and cuts, from the measurements of all windows. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from job_runner.analysis.events import events, held, scenes, steady
from job_runner.analysis.grids import Grid
from job_runner.analysis.loudness import above_usual
from job_runner.analysis.reel import Rule, cuts
from job_runner.analysis.spans import Span
from videojob_api.values import format_duration

HOLD = Fraction(1, 10)
"""Seconds for which a picture's value stands where no new picture comes."""

NEW_SCENE = 3000
"""Parts of 10,000 of the picture that change at once where a new scene begins."""


@dataclass(frozen=True)
class Motion:
    """`threshold` is the share of the picture that must move; times in seconds."""

    threshold: Fraction = Fraction(4, 1000)
    min_moving: Fraction = Fraction(2, 5)
    max_still: Fraction = Fraction(1)


@dataclass(frozen=True)
class Loudness:
    """`above` is in decibels over the median of the `window` around; times in seconds."""

    above: Fraction = Fraction(6)
    window: Fraction = Fraction(10)
    min_loud: Fraction = Fraction(1, 5)
    max_quiet: Fraction = Fraction(1)


@dataclass(frozen=True)
class Result:
    """A curve over a grid, `scale` of its units being one of `unit`, with its events and cuts."""

    name: str
    unit: str
    scale: int
    grid: Grid
    values: Sequence[int]
    threshold: int
    events: Sequence[Span]
    cuts: Sequence[Span]
    scenes: Sequence[int] = ()
    """First moments of new scenes, where they can be told."""

    def start(self, span: Span) -> str:
        """As a clip's `start` has it: to the microsecond, which is nearer than any border of a frame."""
        return exact(self.grid.seconds(span.first))

    def end(self, span: Span) -> str | None:
        """As a clip's `end` has it; None for the end of the file."""
        return None if span.end >= self.grid.total else exact(self.grid.seconds(span.end))

    def length(self, span: Span) -> str:
        """Of a span, as people read it, such as `1m20s`."""
        return format_duration(span.length / self.grid.rate)

    def strength(self, span: Span) -> float:
        """The mean of the curve, in `unit`."""
        return round(span.strength / self.scale, 4)

    def plain(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "name": self.name,
            "unit": self.unit,
            "threshold": self.threshold / self.scale,
            "events": [self._plain(span) for span in self.events],
            "cuts": [self._plain(span) for span in self.cuts],
        }

    def _plain(self, span: Span) -> dict[str, Any]:
        end = {"end": text} if (text := self.end(span)) else {}
        return {"start": self.start(span), **end, "strength": self.strength(span)}


def motion_result(values: Sequence[int | None], grid: Grid, rule: Rule, settings: Motion | None = None) -> Result:
    """Of the shares, in parts of 10,000, of a whole file: None where no new picture came."""
    wanted = settings or Motion()
    shares = held(values, grid.count(HOLD))
    curve, threshold = steady(shares), round(wanted.threshold * 10_000)
    found = events(curve, threshold, grid.count(wanted.min_moving), grid.count(wanted.max_still))
    new = scenes(shares, NEW_SCENE)
    made = cuts(found, curve, grid, rule, new)
    return Result("motion", "%", 100, grid, curve, threshold, found, made, new)


def loudness_result(levels: Sequence[int], grid: Grid, rule: Rule, settings: Loudness | None = None) -> Result:
    """Of the levels, in tenths of a decibel, of a whole file."""
    wanted = settings or Loudness()
    curve, threshold = above_usual(levels, grid.count(wanted.window)), round(wanted.above * 10)
    found = events(curve, threshold, grid.count(wanted.min_loud), grid.count(wanted.max_quiet))
    return Result("loudness", "dB", 10, grid, curve, threshold, found, cuts(found, curve, grid, rule))


def exact(seconds: Fraction) -> str:
    """`12.48s`, to the microsecond."""
    return f"{float(round(seconds, 6)):.6f}".rstrip("0").rstrip(".") + "s"
