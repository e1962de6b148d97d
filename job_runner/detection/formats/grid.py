"""How many places of a grid detectors of the YOLO family look at."""

from itertools import product
from math import ceil

from job_runner.detection.fitting import Size

_STRIDES = ((8, 16, 32), (8, 16, 32, 64), (4, 8, 16, 32))
"""Usual heads, and those for large and for small things."""


def places(size: Size, strides: tuple[int, ...]) -> int:
    """Cells of all grids together."""
    return sum(ceil(size[0] / stride) * ceil(size[1] / stride) for stride in strides)


def is_grid(count: int | None, size: Size, anchors: tuple[int, ...]) -> bool:
    """Whether `count` boxes are a grid's, with one of these numbers of boxes a cell."""
    return any(count == each * places(size, strides) for each, strides in product(anchors, _STRIDES))
