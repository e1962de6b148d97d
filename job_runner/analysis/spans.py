"""Stretches of a file, in moments of a grid. Pure."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Span(NamedTuple):
    """Moments from `first` to before `end`. `strength` is in the unit of what was measured."""

    first: int
    end: int
    strength: int

    @property
    def length(self) -> int:
        """How many moments it lasts."""
        return self.end - self.first


def total(spans: Iterable[Span]) -> int:
    """How long they are together, if none overlap."""
    return sum(span.length for span in spans)


def merged(spans: Iterable[Span], gap: int) -> list[Span]:
    """In order; those with at most `gap` moments between them are one, as strong as the strongest."""
    result: list[Span] = []
    for span in sorted(spans):
        if result and span.first - result[-1].end <= gap:
            last = result.pop()
            span = Span(last.first, max(last.end, span.end), max(last.strength, span.strength))
        result.append(span)
    return result


def strength(values: Sequence[int], first: int, end: int) -> int:
    """The mean of a stretch, rounded down."""
    return sum(values[first:end]) // max(1, end - first)
