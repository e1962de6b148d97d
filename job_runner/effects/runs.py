"""A line in pieces of one font and one direction each, in the order in which they stand from left to right."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, groupby
from typing import Literal

from job_runner.effects.bidi import in_order, levels, without_controls
from job_runner.effects.fonts import Face, Fonts
from job_runner.effects.graphemes import Line, unseen

Direction = Literal["ltr", "rtl"]


@dataclass(frozen=True)
class Run:
    """Letters that are shaped together."""

    text: str
    face: Face
    level: int = 0

    @property
    def direction(self) -> Direction:
        """Of its letters; there is only one."""
        return "rtl" if self.level % 2 else "ltr"


def runs(line: Line, fonts: Fonts) -> list[Run]:
    """In the order of reading. A blank stays with what stands before it, unless that is a font of pictures."""
    chosen: list[Face] = []
    for cluster in line:
        chosen.append(_blank(cluster, chosen, fonts) if unseen(cluster) else fonts.of(cluster))
    found = levels("".join(line))
    starts = accumulate(map(len, line[:-1]), initial=0)
    parts = [(cluster, face, found[at]) for cluster, face, at in zip(line, chosen, starts, strict=False)]
    alike = (list(part) for _, part in groupby(parts, lambda part: (id(part[1]), part[2])))
    made = (Run(without_controls("".join(p[0] for p in part)), *part[0][1:]) for part in alike)
    return [run for run in made if run.text]


def _blank(cluster: str, before: Sequence[Face], fonts: Fonts) -> Face:
    if before and before[-1].strike is None and before[-1].has(cluster):
        return before[-1]
    return fonts.find(cluster) or fonts.first


@lru_cache(maxsize=1024)
def visual(line: Line, fonts: Fonts) -> tuple[Run, ...]:
    """From left to right."""
    found = runs(line, fonts)
    return tuple(in_order(found, [run.level for run in found]))
