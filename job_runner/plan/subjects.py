"""Which of the things in a scene a camera follows, and where their middle is. Pure.

The main one is large for long: of all ways to choose one at each moment, that one is taken which has the largest areas,
where a change costs as much as `CHANGE` seconds of the largest thing. So nothing flips between two things that are
about as large. What else is there, and large enough to matter, comes into the picture with it as long as both fit.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import inf

import numpy as np

from job_runner.analysis.found import Track
from job_runner.plan.appearances import Appearance, Steadying, appearances
from job_runner.plan.paths import Floats

PATIENCE = 1.0
"""Seconds: what is out of sight for less is still followed."""
CHANGE = 2.0
"""Seconds that another thing must be the only one worth following before one that is still there is left for it."""
START = 0.3
"""The same where nobody is followed."""
MATTERS = 0.25
"""Of the main one's area: what is smaller is not worth keeping in the picture."""
FITS, STAYS = 0.85, 1.0
"""Of the crop's sides: what comes in must leave some room, what is in goes when it does not fit any more."""
STEP = 0.1
"""Seconds between two moments at which this is decided."""

Box = tuple[float, float, float, float]
Present = Mapping[int, Box]
"""What is there at a moment: number of the track -> edges."""


@dataclass(frozen=True)
class Followed:
    """The middle of what is followed at each of some times, (n, 2), and which number it has; held while nobody is."""

    middles: Floats
    numbers: Sequence[int | None]


def subjects(times: Floats, tracks: Sequence[Track], step: float, crop: tuple[float, float]) -> Followed | None:
    """What is followed at these times; None if there is never anything.

    `step` is the time between two looks, `crop` the crop's width and height in those of the picture.
    """
    there = present(times, tracks, step)
    numbers = chosen_ones(there)
    held = _held(_middles(there, numbers, crop))
    return Followed(held, numbers) if held is not None else None


def present(times: Floats, tracks: Sequence[Track], step: float) -> list[dict[int, Box]]:
    """What is there at each time, or was less than `PATIENCE` ago, cut to the picture."""
    there: list[dict[int, Box]] = [{} for _ in times]
    how = Steadying(margin=0, hold=PATIENCE / 2, smooth=0, covers=False)
    for track in tracks:
        for appearance in appearances(track, step, how):
            _enter(there, times, track.number, appearance)
    return there


def _enter(there: list[dict[int, Box]], times: Floats, number: int, appearance: Appearance) -> None:
    first, end = np.searchsorted(times, [appearance.begin, appearance.end + 1e-6])
    edges = np.clip(appearance.at(times[first:end]), 0, 1)
    for k, (left, top, right, bottom) in enumerate(edges.tolist(), int(first)):
        if right > left and bottom > top:
            there[k][number] = (left, top, right, bottom)


def area(box: Box) -> float:
    """Share of the picture, rounded: boxes that are alike have the same."""
    return round((box[2] - box[0]) * (box[3] - box[1]), 9)


def chosen_ones(there: Sequence[Present]) -> list[int | None]:
    """The main one at each moment, None where nobody is: the best way is found from its end (Viterbi, 1967)."""
    sums: dict[int | None, float] = {None: 0.0}
    came: list[dict[int | None, int | None]] = []
    before: Present = {}
    for now in there:
        moves = _gone(sums, before.keys() - now.keys())
        most = max(map(area, now.values()), default=0.0)
        # Of equals the oldest.
        best = max(sorted(before.keys() & now.keys()), key=lambda number: sums[number], default=None)
        started = dict(sums)
        for number in sorted(now):
            ways = {number: started.get(number, -inf), None: started[None] - START / STEP}
            if best is not None and best != number:
                ways[best] = started[best] - CHANGE / STEP
            source = max(ways, key=lambda state: ways[state])
            sums[number] = ways[source] + area(now[number]) / most
            if source != number:
                # From nobody, at this moment: which was perhaps somebody at the one before.
                moves[number] = moves.get(None) if source is None else source
        came.append(moves)
        before = now
    return _walked_back(came, max(sums, key=lambda state: sums[state]))


def _gone(sums: dict[int | None, float], gone: Iterable[int]) -> dict[int | None, int | None]:
    """From what is not there any more one follows nobody."""
    moves: dict[int | None, int | None] = {}
    for number in sorted(gone):
        left = sums.pop(number)
        if left > sums[None]:
            sums[None], moves[None] = left, number
    return moves


def _walked_back(came: Sequence[Mapping[int | None, int | None]], last: int | None) -> list[int | None]:
    result: list[int | None] = []
    for moves in reversed(came):
        result.append(last)
        last = moves.get(last, last)
    result.reverse()
    return result


def _middles(there: Sequence[Present], main: Sequence[int | None], crop: tuple[float, float]) -> Floats:
    """Of the main one and its company; NaN where the main one is not there."""
    found = np.full((len(there), 2), np.nan)
    company: set[int] = set()
    for k, (now, number) in enumerate(zip(there, main, strict=True)):
        if number is None:
            continue
        company, whole = _company(now, number, company, crop)
        found[k] = (whole[0] + whole[2]) / 2, (whole[1] + whole[3]) / 2
    return found


def _company(now: Present, main: int, before: set[int], crop: tuple[float, float]) -> tuple[set[int], Box]:
    """What is in the picture with the main one, those first that were before, then the larger ones."""
    whole, kept = now[main], {main}
    worth = [n for n in now if n != main and area(now[n]) >= MATTERS * area(now[main])]
    for number in sorted(worth, key=lambda n: (n not in before, -area(now[n]), n)):
        joined = union((whole, now[number]))
        share = STAYS if number in before else FITS
        if joined[2] - joined[0] <= share * crop[0] and joined[3] - joined[1] <= share * crop[1]:
            whole, kept = joined, kept | {number}
    return kept, whole


def union(boxes: Iterable[Box]) -> Box:
    """The smallest box that holds them."""
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def _held(found: Floats) -> Floats | None:
    """With the last known middle where there is none; before the first one, that."""
    known = np.flatnonzero(~np.isnan(found[:, 0]))
    if not len(known):
        return None
    last = np.searchsorted(known, np.arange(len(found)), "right") - 1
    return found[known[np.maximum(last, 0)]]
