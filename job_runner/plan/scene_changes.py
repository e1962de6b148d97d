"""Where new scenes begin, as far as analyses can tell. Pure."""

from collections.abc import Iterator, Sequence

from job_runner.analysis.found import AllFound, Found, Point, Track
from job_runner.plan.appearances import UNEVEN, look

NEAR = 0.2
"""Seconds: two that are no farther apart are one change, and curves tell its time better than looks do."""
SAME = 0.3
"""Overlap (intersection over union) of what was there before and what is there now: the same thing, another number."""


def scene_borders(found: AllFound, own: Found) -> list[float]:
    """Seconds, in order: by the curves of all that looked at the same input, and by the tracks of one of them."""
    curves = [each.curve for each in found.values() if each.input == own.input]
    told = {float(curve.grid.seconds(scene)) for curve in curves for scene in curve.scenes}
    near = (change for change in scene_changes(own.tracks, look(own)) if all(abs(change - t) > NEAR for t in told))
    return sorted({*told, *near})


def scene_changes(tracks: Sequence[Track], step: float) -> list[float]:
    """When all that was seen is gone at once, and other things are there at the next look, elsewhere; in order.

    `step` is the time between two looks. Where nothing is seen in between, nobody can tell.
    """
    return [new[0].points[0].seconds for old, new in _groups(tracks, step) if not _same(old, new)]


def _groups(tracks: Sequence[Track], step: float) -> Iterator[tuple[list[Track], list[Track]]]:
    """What was last seen just before a moment, and what is first seen then, where nothing is seen on both sides."""
    ordered = sorted((track for track in tracks if track.points), key=lambda t: (t.points[0].seconds, t.number))
    reach = -1.0
    for index, track in enumerate(ordered):
        begins = track.points[0].seconds
        if index and reach < begins <= reach + UNEVEN * step + 1e-6:
            old = [t for t in ordered[:index] if t.points[-1].seconds == reach]
            yield old, [t for t in ordered[index:] if t.points[0].seconds == begins]
        reach = max(reach, track.points[-1].seconds)


def _same(old: Sequence[Track], new: Sequence[Track]) -> bool:
    return any(overlap(a.points[-1], b.points[0]) > SAME for a in old for b in new)


def overlap(a: Point, b: Point) -> float:
    """Intersection over union."""
    across = max(0.0, min(a.right, b.right) - max(a.left, b.left))
    down = max(0.0, min(a.bottom, b.bottom) - max(a.top, b.top))
    both = across * down
    whole = (a.right - a.left) * (a.bottom - a.top) + (b.right - b.left) * (b.bottom - b.top) - both
    return both / whole if whole > 0 else 0.0
