"""Where lines break, and how large the letters are: as the text says if they fit, else smaller, else cut.

Knows no fonts: how wide and high lines are is asked of a `Setting`, one for each size.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice, takewhile
from typing import Protocol

from job_runner.effects.bidi import lead
from job_runner.effects.graphemes import ELLIPSIS, Line, shown

SMALLEST = 2
"""Pixels: smaller letters are dots, and not drawn."""

Paragraphs = Sequence[Sequence[Line]]
"""Pieces between which a line may break."""


class Setting(Protocol):
    """A box and letters of one size."""

    @property
    def most(self) -> int:
        """No more lines than this can fit."""

    def wide(self, line: Line) -> bool:
        """Whether a line is too wide for the box."""

    def high(self, lines: Sequence[Line]) -> bool:
        """Whether the lines together are too high for the box."""


@dataclass(frozen=True)
class Layout:
    """Lines of letters of one size in pixels."""

    size: int
    lines: tuple[Line, ...]
    cut: bool = False


def lay_out(paragraphs: Paragraphs, full: int, least: int, at: Callable[[int], Setting]) -> Layout:
    """The largest letters, `full` to `least` pixels, with which all fits; best without breaking a word.

    Where nothing fits, as much as does with the smallest, and an ellipsis. A box too low or narrow for that has still
    smaller ones, and at last none.
    """
    for whole in (True, False):
        for size in sizes(full, least):
            if lines := _all(paragraphs, at(size), whole):
                return Layout(size, lines)
    for size in sizes(least, SMALLEST):
        if lines := _all(paragraphs, at(size), whole=False):
            return Layout(size, lines)
        if lines := _part(paragraphs, at(size)):
            return Layout(size, lines, cut=True)
    return Layout(SMALLEST, (), cut=True)


def sizes(full: int, least: int) -> Iterator[int]:
    """From `full` down to `least` in steps of 3 %, both among them. The same steps for every box."""
    size = full
    while size > least:
        yield size
        size = min(size - 1, size * 97 // 100)
    yield min(full, least)


def _all(paragraphs: Paragraphs, setting: Setting, whole: bool) -> tuple[Line, ...]:
    """The lines; none if they do not fit."""
    found = list(islice(wrap(paragraphs, setting, whole), setting.most + 1))
    lines = tuple(line for line in found if line is not None)
    return () if len(lines) < len(found) or len(lines) > setting.most or setting.high(lines) else lines


def _part(paragraphs: Paragraphs, setting: Setting) -> tuple[Line, ...]:
    """As many lines as fit, an ellipsis after the last; none if not even a letter has room."""
    found = islice(wrap(paragraphs, setting, whole=False), setting.most)
    lines = tuple(takewhile(lambda line: line is not None, found))
    for count in range(len(lines), 0, -1):
        if last := _shortened(lines[count - 1] or (), setting):
            kept = (*(line or () for line in lines[: count - 1]), last)
            if not setting.high(kept):
                return kept
    return ()


def _shortened(line: Line, setting: Setting) -> Line:
    """As much of it as leaves room for an ellipsis, a letter at least; an empty line has only that."""
    ends = range(len(line), 0, -1) if line else [0]
    tried = ((*_without_hyphen(shown(line[:end])), ELLIPSIS) for end in ends)
    return next((short for short in tried if not setting.wide(short)), ())


def _without_hyphen(line: Line) -> Line:
    return line[:-1] if line and line[-1] == "-" else line


def wrap(paragraphs: Paragraphs, setting: Setting, whole: bool) -> Iterator[Line | None]:
    """The lines, each as full as it can be. None, and the end, where a piece is too wide.

    If not `whole`, such a piece is broken between two clusters, and only a cluster that is too wide ends it. Lines
    from right to left begin with a mark that says so, as one of them may begin with a word that does not.
    """
    for paragraph in paragraphs:
        mark = lead("".join(chain.from_iterable(paragraph)))
        yield from _Wrapping(setting, (mark,) if mark else ()).lines(list(paragraph), whole) if paragraph else [()]


@dataclass(frozen=True)
class _Wrapping:
    setting: Setting
    lead: Line

    def lines(self, pieces: list[Line], whole: bool) -> Iterator[Line | None]:
        """Of one paragraph."""
        at = 0
        while at < len(pieces):
            if count := self._most(pieces, at):
                yield self._joined(pieces[at : at + count])
                at += count
                continue
            broken, left = self._broken(pieces[at]) if not whole else ([], None)
            yield from broken
            if left is None:
                yield None
                return
            pieces[at] = left

    def _broken(self, piece: Line) -> tuple[list[Line], Line | None]:
        """Full lines of a piece that is too wide, and what is left of it; None if a cluster alone is too wide."""
        letters, lines, at = [(cluster,) for cluster in piece], list[Line](), 0
        while len(lines) <= self.setting.most:
            count = self._most(letters, at)
            if not count:
                return lines, None
            if at + count == len(letters):
                break
            lines.append(self._joined(letters[at : at + count]))
            at += count
        return lines, piece[at:]

    def _most(self, units: Sequence[Line], at: int) -> int:
        """How many of the units from that one on go into one line."""

        def wide(count: int) -> bool:
            return self.setting.wide(self._joined(units[at : at + count]))

        high, left = 1, len(units) - at
        while high <= left and not wide(high):
            high *= 2
        low, high = high // 2, min(high, left + 1)
        return low + bisect_left(range(low + 1, high), True, key=wide)

    def _joined(self, units: Sequence[Line]) -> Line:
        line = shown(tuple(chain.from_iterable(units)))
        return (*self.lead, *line) if line else ()
