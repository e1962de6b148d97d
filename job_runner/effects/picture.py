"""A picture as three planes, how it codes colour, and rectangles in it. Without NumPy: every job needs it."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from job_runner.effects.arrays import Array

Color = tuple[int, int, int]
"""Y, Cb, Cr as code values of a picture."""


@dataclass(frozen=True)
class Coding:
    """How a picture codes colour: code points of ITU-T H.273, bits, full or limited range."""

    matrix: int = 1
    transfer: int = 1
    depth: int = 8
    full: bool = False


@dataclass(frozen=True)
class Edges:
    """Borders of a rectangle in pixels; a border may lie inside a pixel."""

    left: float
    top: float
    right: float
    bottom: float

    def grown(self, by: float) -> Edges:
        """Moved outwards by `by` pixels, inwards if negative."""
        return Edges(self.left - by, self.top - by, self.right + by, self.bottom + by)

    @property
    def empty(self) -> bool:
        """Whether nothing lies inside."""
        return self.right <= self.left or self.bottom <= self.top


@dataclass(frozen=True)
class Area:
    """Whole pixels of a picture; all four numbers are even, so that chroma has an area too."""

    left: int
    top: int
    width: int
    height: int

    @property
    def halved(self) -> Area:
        """The same in a plane of chroma, where numbers may be odd."""
        return Area(self.left // 2, self.top // 2, self.width // 2, self.height // 2)


@dataclass(frozen=True)
class Picture:
    """4:2:0 planes: y is (H, W), u and v are (H/2, W/2), writable; uint8, or uint16 with 10 bits in use."""

    y: Array
    u: Array
    v: Array
    depth: int = 8
    full: bool = False

    @property
    def planes(self) -> tuple[Array, Array, Array]:
        """Y, Cb, Cr."""
        return self.y, self.u, self.v

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the luma plane."""
        return int(self.y.shape[1]), int(self.y.shape[0])

    @property
    def black(self) -> Color:
        """The code values of black."""
        scale = 1 << (self.depth - 8)
        return (0 if self.full else 16 * scale), 128 * scale, 128 * scale

    def around(self, edges: Edges) -> Area | None:
        """The smallest area that holds `edges`, None if they lie outside."""
        width, height = self.size
        left, top = max(0, int(edges.left // 2) * 2), max(0, int(edges.top // 2) * 2)
        right = min(width, -(-ceil(edges.right) // 2) * 2)
        bottom = min(height, -(-ceil(edges.bottom) // 2) * 2)
        return Area(left, top, right - left, bottom - top) if right > left and bottom > top else None

    def view(self, area: Area) -> Picture:
        """A part, sharing the memory."""
        half = _rows_and_columns(area.halved)
        luma = self.y[_rows_and_columns(area)]
        return Picture(luma, self.u[half], self.v[half], self.depth, self.full)


def _rows_and_columns(area: Area) -> tuple[slice, slice]:
    return slice(area.top, area.top + area.height), slice(area.left, area.left + area.width)
