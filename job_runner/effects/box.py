"""A rectangle with anti-aliased edges, outlined or filled."""

from dataclasses import dataclass

import numpy as np

from job_runner.effects.blend import FULL, Coverage, blend_picture
from job_runner.effects.picture import Picture


@dataclass(frozen=True)
class Edges:
    """Borders of a rectangle in pixels; a border may lie inside a pixel."""

    left: float
    top: float
    right: float
    bottom: float

    def grown(self, by: float) -> "Edges":
        """Moved outwards by `by` pixels, inwards if negative."""
        return Edges(self.left - by, self.top - by, self.right + by, self.bottom + by)


def _axis(low: float, high: float, first: int, count: int) -> Coverage:
    """Share of each of `count` pixels from `first` on that lies in [low, high), 0 to 256."""
    start = np.arange(first, first + count)
    share = np.minimum(start + 1, high) - np.maximum(start, low)
    return np.asarray(np.rint(np.clip(share, 0, 1) * FULL), np.uint16)


def _cover(edges: Edges, area: tuple[int, int, int, int]) -> Coverage:
    left, top, width, height = area
    across = _axis(edges.left, edges.right, left, width).astype(np.uint32)
    down = _axis(edges.top, edges.bottom, top, height).astype(np.uint32)
    return np.asarray((down[:, None] * across[None, :] + 128) >> 8, np.uint16)


def _strip(picture: Picture, edges: Edges) -> tuple[int, int, int, int] | None:
    """The smallest even-sided area of the picture that holds `edges`."""
    height, width = picture.y.shape
    left, top = max(0, int(edges.left) // 2 * 2), max(0, int(edges.top) // 2 * 2)
    right, bottom = (
        min(width, -(-int(np.ceil(edges.right)) // 2) * 2),
        min(height, -(-int(np.ceil(edges.bottom)) // 2) * 2),
    )
    return (left, top, right - left, bottom - top) if right > left and bottom > top else None


def _view(picture: Picture, area: tuple[int, int, int, int]) -> Picture:
    left, top, width, height = area
    half = np.s_[top // 2 : (top + height) // 2, left // 2 : (left + width) // 2]
    return Picture(picture.y[top : top + height, left : left + width], picture.u[half], picture.v[half])


def fill(picture: Picture, edges: Edges, color: tuple[int, int, int], opacity: float) -> None:
    """Fills the rectangle with a YCbCr colour, in place. `opacity` is 0 to 1."""
    if area := _strip(picture, edges):
        coverage = (_cover(edges, area).astype(np.uint32) * round(opacity * FULL) + 128) >> 8
        blend_picture(_view(picture, area), color, coverage.astype(np.uint16))


def outline(picture: Picture, edges: Edges, thickness: float, color: tuple[int, int, int], opacity: float) -> None:
    """Draws the border, `thickness` pixels wide inside the rectangle, as four strips that do not overlap."""
    inner = edges.grown(-thickness)
    if inner.right <= inner.left or inner.bottom <= inner.top:
        fill(picture, edges, color, opacity)
        return
    for strip in (
        Edges(edges.left, edges.top, edges.right, inner.top),
        Edges(edges.left, inner.bottom, edges.right, edges.bottom),
        Edges(edges.left, inner.top, inner.left, inner.bottom),
        Edges(inner.right, inner.top, edges.right, inner.bottom),
    ):
        fill(picture, strip, color, opacity)
