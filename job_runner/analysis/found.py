"""What an analysis has found of its whole input, as plans go by it. Pure.

Times are in seconds from the input's first picture, as a clip's `start` and `end` count them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from job_runner.analysis.grids import Grid
from job_runner.analysis.spans import Span


@dataclass(frozen=True)
class Curve:
    """A value for each moment of a grid, and its events: stretches in which something goes on.

    `scenes` are the first moments of new scenes, in order. `scale` of the values are one of `unit`; events begin from
    `threshold` on. A detector's values are the sums of the scores of what is seen at each moment.
    """

    grid: Grid
    values: Sequence[int]
    events: Sequence[Span]
    scenes: Sequence[int] = ()
    unit: str = ""
    scale: int = 1
    threshold: int = 0


class Point(NamedTuple):
    """Where a thing is at a moment: edges in widths and heights of the picture as it is shown, from top left."""

    seconds: float
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class Track:
    """One thing, followed: its points in order of time."""

    number: int
    label: str
    points: Sequence[Point]


@dataclass(frozen=True)
class Found:
    """Of one analysis: the input that it has looked at, a curve with events, and tracks where things are followed.

    `step` is how many seconds a detector's looks are apart, 0 where nobody has said it.
    """

    name: str
    input: str
    curve: Curve
    tracks: Sequence[Track] = field(default=())
    step: float = 0.0


AllFound = Mapping[str, Found]
"""By the names of analyses."""
