"""Which parts of a file make the reel: events with some room around them, the strongest if there are too many. Pure."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from job_runner.analysis.grids import Grid
from job_runner.analysis.spans import Span, merged, strength, total

MOST_CUTS = 256
"""As many clips as a timeline takes."""
PIECE = Fraction(5)
"""Seconds: where not all fits, events of three times this length or more are cut into pieces of about this length."""
PIECES = 6
"""Of a short reel, pieces are a sixth: it too shows more than one moment."""
WHOLE = 3
"""Events of fewer pieces than this stay whole."""
TRIED = 500
"""When the next strongest does not fit, so many weaker ones are tried."""


@dataclass(frozen=True)
class Rule:
    """All in seconds. `before` and `after` are added to events; those closer than `merge_gap` become one cut.

    Cuts shorter than `min_duration` are left out, unless the file is; together they last `max_total` at most.
    """

    before: Fraction = Fraction(2)
    after: Fraction = Fraction(3)
    merge_gap: Fraction = Fraction(1)
    min_duration: Fraction = Fraction(1)
    max_total: Fraction = Fraction(120)


@dataclass(frozen=True)
class _Moments:
    """A rule in moments of a grid."""

    before: int
    after: int
    gap: int
    least: int
    most: int
    piece: int
    scenes: list[int]
    """First moments of all scenes, and the end of the file."""

    @property
    def end(self) -> int:
        return self.scenes[-1]


def cuts(
    found: Sequence[Span], values: Sequence[int], grid: Grid, rule: Rule, scenes: Sequence[int] = ()
) -> list[Span]:
    """In order, disjoint, inside the file. `values` is the curve that the events were found on.

    Room around an event is taken from its own scene only; `scenes` are the first moments of new ones, in order.
    """
    own = _moments(grid, rule, scenes)
    whole = _around(found, own)
    if total(whole) > own.most:
        whole = _strongest(found, values, own)
    kept = [cut for cut in whole if cut.length >= own.least]
    return sorted(sorted(kept, key=_rank)[:MOST_CUTS])


def _moments(grid: Grid, rule: Rule, scenes: Sequence[int]) -> _Moments:
    """What must not be exceeded is rounded down, what must be reached up."""
    return _Moments(
        before=grid.count(rule.before),
        after=grid.count(rule.after),
        gap=grid.count(rule.merge_gap),
        least=min(grid.total, -((-rule.min_duration * grid.rate) // 1)),
        most=max(1, (rule.max_total * grid.rate).__floor__()),
        piece=max(1, grid.count(max(rule.min_duration, min(PIECE, rule.max_total / PIECES)))),
        scenes=sorted({0, *scenes, grid.total}),
    )


def _around(found: Sequence[Span], own: _Moments) -> list[Span]:
    """With room before and after, as far as the scenes have it in which they begin and end."""
    return merged((_padded(event, own) for event in found), own.gap)


def _padded(event: Span, own: _Moments) -> Span:
    begins, ends = _scene(event, own)
    return Span(max(begins, event.first - own.before), min(ends, event.end + own.after), event.strength)


def _scene(event: Span, own: _Moments) -> tuple[int, int]:
    """From the first moment of the scene in which it begins to the end of the one in which it ends."""
    begins = own.scenes[bisect_right(own.scenes, event.first) - 1]
    return begins, own.scenes[bisect_left(own.scenes, event.end)]


def _strongest(found: Sequence[Span], values: Sequence[int], own: _Moments) -> list[Span]:
    """The strongest pieces that there is time for, and weaker ones in what is left; at least a part of the first."""
    pieces = [piece for event in found for piece in _pieces(event, values, own)]
    ranked = sorted((piece for piece in pieces if _padded(piece, own).length >= own.least), key=_rank)
    if not ranked:
        return []
    chosen = ranked[: (fits := _fitting(ranked, own))]
    for piece in ranked[fits : fits + TRIED]:
        if total(_around([*chosen, piece], own)) <= own.most:
            chosen.append(piece)
    return _around(chosen, own) or [_shortened(ranked[0], own)]


def _fitting(ranked: Sequence[Span], own: _Moments) -> int:
    """How many of the first fit."""
    fits, too_many = 0, len(ranked)
    while too_many - fits > 1:
        middle = (fits + too_many) // 2
        if total(_around(ranked[:middle], own)) <= own.most:
            fits = middle
        else:
            too_many = middle
    return fits


def _rank(span: Span) -> tuple[int, int]:
    """The strongest first, the earlier one of two that are equal."""
    return -span.strength, span.first


def _pieces(event: Span, values: Sequence[int], own: _Moments) -> list[Span]:
    """An event in pieces that lie in one scene each, with their own strengths."""
    inside = own.scenes[bisect_right(own.scenes, event.first) : bisect_left(own.scenes, event.end)]
    shots = pairwise([event.first, *inside, event.end])
    borders = sorted({border for first, end in shots for border in _equal(first, end, own.piece)})
    return [Span(a, b, strength(values, a, b)) for a, b in pairwise(borders)]


def _equal(first: int, end: int, length: int) -> list[int]:
    """The borders of equal parts of `length` moments or a little more; one part if there would be few."""
    count = (end - first) // length if end - first >= WHOLE * length else 1
    return [first + (end - first) * k // count for k in range(count + 1)]


def _shortened(piece: Span, own: _Moments) -> Span:
    """As much of it, and of what lies around it, as there is time for: in its own scene, if that is long enough."""
    low, high = _scene(piece, own)
    if high - low < own.most:
        low, high = 0, own.end
    first = max(low, min(piece.first + (piece.length - own.most) // 2, high - own.most))
    return Span(first, min(high, first + own.most), piece.strength)
