"""Which share of each pixel lies inside a shape: anti-aliased, or with a soft edge."""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from job_runner.effects.blend import FULL
from job_runner.effects.picture import Area, Edges

Coverage = npt.NDArray[np.uint16]
Floats = npt.NDArray[np.float64]
_ROWS = 16


@lru_cache(maxsize=8)
def coverage(edges: Edges, area: Area, ellipse: bool, feather: float = 0.0) -> Coverage:
    """(height, width) of the area, 0 outside the shape to 256 inside.

    `feather` is the width of the soft edge in halves of the shape's size; it lies inside the shape.
    """
    if feather > 0:
        return _rounded(1 - _ramp(distance(edges, area, ellipse), feather))
    return _ellipse(edges, area) if ellipse else _rectangle(edges, area)


@lru_cache(maxsize=32)
def ring(edges: Edges, area: Area, ellipse: bool, thickness: float) -> Coverage:
    """The border of a shape, `thickness` pixels wide inside it."""
    outer, inner = coverage(edges, area, ellipse), edges.grown(-thickness)
    return outer if inner.empty else outer - np.minimum(outer, coverage(inner, area, ellipse))


def distance(edges: Edges, area: Area, ellipse: bool) -> Floats:
    """Of each pixel's centre from the shape's centre: 1 on the border, in halves of its size."""
    x = _from_centre(area.left, area.width, edges.left, edges.right)
    y = _from_centre(area.top, area.height, edges.top, edges.bottom)
    if ellipse:
        return np.asarray(np.sqrt(x[None, :] * x[None, :] + (y * y)[:, None]))
    return np.asarray(np.maximum(np.abs(x)[None, :], np.abs(y)[:, None]))


def _from_centre(first: int, count: int, low: float, high: float) -> Floats:
    return np.asarray((np.arange(first, first + count) + 0.5 - (low + high) / 2) / max(1e-6, (high - low) / 2))


def _ramp(far: Floats, feather: float) -> Floats:
    """0 up to 1 - feather, 1 from the border on."""
    return np.asarray(np.clip((far - (1 - feather)) / feather, 0, 1))


def _rounded(share: Floats) -> Coverage:
    return np.asarray(np.rint(share * FULL), np.uint16)


def _axis(low: float, high: float, first: int, count: int) -> Floats:
    """Share of each of `count` pixels from `first` on that lies in [low, high)."""
    start = np.arange(first, first + count)
    return np.asarray(np.clip(np.minimum(start + 1, high) - np.maximum(start, low), 0, 1))


def _rectangle(edges: Edges, area: Area) -> Coverage:
    across = _axis(edges.left, edges.right, area.left, area.width)
    down = _axis(edges.top, edges.bottom, area.top, area.height)
    return _rounded(down[:, None] * across[None, :])


def _ellipse(edges: Edges, area: Area) -> Coverage:
    """Row by row in sixteenths of a pixel: exact across, sampled down."""
    a, b = (edges.right - edges.left) / 2, (edges.bottom - edges.top) / 2
    centre_x, centre_y = (edges.left + edges.right) / 2, (edges.top + edges.bottom) / 2
    total = np.zeros((area.height, area.width))
    start = np.arange(area.left, area.left + area.width)[None, :]
    for step in range(_ROWS):
        y = (np.arange(area.top, area.top + area.height) + (step + 0.5) / _ROWS - centre_y) / max(b, 1e-6)
        half = (a * np.sqrt(np.maximum(0, 1 - y * y)))[:, None]
        total += np.clip(np.minimum(start + 1, centre_x + half) - np.maximum(start, centre_x - half), 0, 1)
    return _rounded(total / _ROWS)
