"""A line in pieces of one font each, in the order in which they stand from left to right.

Within a piece the order of letters is FriBiDi's.
"""

from collections.abc import Sequence
from itertools import groupby
from typing import Literal
from unicodedata import bidirectional

from job_runner.effects.fonts import Face, Fonts
from job_runner.effects.graphemes import Line, unseen

Direction = Literal["ltr", "rtl"]
Run = tuple[str, Face]


def runs(line: Line, fonts: Fonts) -> list[Run]:
    """In the order of reading. A blank stays with what stands before it, unless that is a font of pictures."""
    chosen: list[Face] = []
    for cluster in line:
        chosen.append(_blank(cluster, chosen, fonts) if unseen(cluster) else fonts.of(cluster))
    alike = (list(run) for _, run in groupby(zip(line, chosen, strict=True), lambda pair: id(pair[1])))
    return [("".join(cluster for cluster, _ in run), run[0][1]) for run in alike]


def _blank(cluster: str, before: Sequence[Face], fonts: Fonts) -> Face:
    if before and before[-1].strike is None and before[-1].has(cluster):
        return before[-1]
    return fonts.find(cluster) or fonts.first


def direction(text: str) -> Direction | None:
    """Of the first letter that has one."""
    strong = next((kind for c in text if (kind := bidirectional(c)) in ("L", "R", "AL")), None)
    return None if strong is None else "ltr" if strong == "L" else "rtl"


def visual(found: Sequence[Run], base: Direction) -> list[Run]:
    """Runs as they stand from left to right in a line of that direction.

    A run without a direction of its own goes with its neighbours, if they agree, else with the line.
    """
    ways = _resolved([direction(text) for text, _ in found], base)
    stretches = [list(group) for _, group in groupby(zip(ways, found, strict=True), lambda pair: pair[0])]
    ordered = stretches if base == "ltr" else stretches[::-1]
    return [run for stretch in ordered for _, run in (stretch if stretch[0][0] == "ltr" else stretch[::-1])]


def _resolved(ways: Sequence[Direction | None], base: Direction) -> list[Direction]:
    before = [next((way for way in ways[i::-1] if way), base) for i in range(len(ways))]
    after = [next((way for way in ways[i:] if way), base) for i in range(len(ways))]
    return [b if b == a else base for b, a in zip(before, after, strict=True)]
