"""Where a followed thing is, over the time that it is seen: steadied, and held where it is briefly out of sight. Pure.

All in the source: seconds from its first picture, and widths and heights of that picture.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import numpy as np

from job_runner.analysis.found import Found, Track
from job_runner.plan.paths import Floats, at, covering, smoothed
from videojob_api.from_analyses import TracksFrom
from videojob_api.values import parse_duration

UNEVEN = 1.5
"""Looks may come so many times as far apart as usual and still follow each other."""
OUTWARDS = np.array([-1.0, -1.0, 1.0, 1.0])
ROUND = 2**0.5
"""Of a box's size: the ellipse that passes through its corners."""
NARROW = 1e-6
"""Widths or heights below this are none."""


@dataclass(frozen=True)
class Steadying:
    """How boxes become one that is shown: `margin` in their own sizes on each side, the rest in seconds.

    If it `covers`, every box that was detected lies inside the one that is shown; if that is `round`, inside the
    ellipse that fits into it.
    """

    margin: float
    hold: float
    smooth: float
    covers: bool
    round: bool = False

    @classmethod
    def of(cls, wanted: TracksFrom, covers: bool, round: bool = False) -> "Steadying":
        """As the spec has it."""
        hold, smooth = (float(parse_duration(text)) for text in (wanted.hold, wanted.smooth))
        return cls(wanted.margin, hold, smooth, covers, round)


@dataclass(frozen=True)
class Appearance:
    """A thing from when it is there to when it is gone: edges (left, top, right, bottom) at rising times, (n, 4)."""

    begin: float
    end: float
    times: Floats
    edges: Floats

    def at(self, when: Floats) -> Floats:
        """Its edges at these times."""
        return at(self.times, self.edges, when)


def chosen(found: Found, label: str | None, least: Fraction = Fraction(0)) -> list[Track]:
    """Tracks of that class, by their numbers; those seen for less than `least` seconds are left out."""
    step = look(found)
    tracks = (track for track in found.tracks if track.points and label in (None, track.label))
    lasting = (t for t in tracks if t.points[-1].seconds - t.points[0].seconds + step >= float(least) - 1e-6)
    return sorted(lasting, key=lambda track: (track.number, track.label))


def look(found: Found) -> float:
    """Seconds from one look to the next: as it is said, else what is usual between two sightings of a thing."""
    if found.step:
        return found.step
    steps = [np.diff([point.seconds for point in track.points]) for track in found.tracks]
    joined = np.sort(np.concatenate([np.zeros(0), *steps]))
    return float(joined[(len(joined) - 1) // 2]) if len(joined) else 0.0


def appearances(track: Track, step: float, how: Steadying, scenes: Sequence[float] = ()) -> Iterator[Appearance]:
    """Each time that it comes: `step` is the time between two looks, `scenes` are when new ones begin.

    It is held before it is first seen, after it was last seen, and over gaps in which both holds meet, where it moves
    evenly; but not into another scene.
    """
    times, edges = _points(track)
    apart = np.diff(times) > 2 * how.hold + UNEVEN * step + 1e-6
    cut = np.searchsorted(scenes, times[1:] + 1e-6) > np.searchsorted(scenes, times[:-1] + 1e-6)
    borders = [0, *(np.flatnonzero(apart | cut) + 1), len(times)]
    for first, end in pairwise(borders):
        yield _appearance(times[first:end], edges[first:end], how, scenes)


def _points(track: Track) -> tuple[Floats, Floats]:
    """Rising times and edges; of two points at a time the first counts."""
    whole = np.array(track.points, np.float64).reshape(-1, 5)
    rising = np.concatenate([[True], np.diff(whole[:, 0]) > 0])
    return whole[rising, 0], whole[rising, 1:]


def _appearance(times: Floats, edges: Floats, how: Steadying, scenes: Sequence[float]) -> Appearance:
    begin, end = times[0] - how.hold, times[-1] + how.hold
    scene = int(np.searchsorted(scenes, times[0] + 1e-6))
    if scene > 0:
        begin = max(begin, scenes[scene - 1])
    if scene < len(scenes):
        # The picture before the new scene is the last.
        end = min(end, scenes[scene] - 1e-3)
    return Appearance(float(begin), float(end), times, steadied(times, edges, how))


def steadied(times: Floats, edges: Floats, how: Steadying) -> Floats:
    """The mean over time, with its margin; where it `covers`, each side moved out as far as detected boxes stick out.

    By how much a side is moved changes as smoothly as the box itself, so that it does not shiver again.
    """
    mean = smoothed(times, edges, how.smooth) if how.smooth and len(times) > 1 else edges
    size = np.maximum(mean[:, 2:] - mean[:, :2], NARROW)
    grown = np.concatenate([mean[:, :2] - how.margin * size, mean[:, 2:] + how.margin * size], axis=1)
    if not how.covers:
        return grown
    missing = np.maximum(0.0, _beyond_ellipse(edges, grown) if how.round else (edges - grown) * OUTWARDS)
    if how.smooth and missing.any():
        missing = covering(times, missing, 2 * how.smooth)
    return np.asarray(grown + missing * OUTWARDS)


def _beyond_ellipse(edges: Floats, grown: Floats) -> Floats:
    """How far each side must go out so that the ellipse has the corners: opposite sides alike, about one middle.

    An ellipse of √2 times a box's half width and half height, about its middle, passes through its corners.
    """
    middle, half = (grown[:, :2] + grown[:, 2:]) / 2, (grown[:, 2:] - grown[:, :2]) / 2
    reach = np.maximum(middle - edges[:, :2], edges[:, 2:] - middle)
    return np.tile(ROUND * reach - half, 2)
