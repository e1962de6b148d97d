"""Resizing with a box of floats, smooth below a pixel, and without aliasing when it gets smaller.

The kernel is Keys' cubic (a = -0.5), stretched where pixels get fewer. Bytes on the CPU go through Pillow, which
does just this in integers and without the GIL; everything else through the same sums on arrays.
"""

import math
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from PIL import Image

from job_runner.effects.arrays import Array, beside, namespace
from job_runner.effects.picture import Picture
from job_runner.plan.geometry import Placement, Rect

Box = tuple[float, float, float, float]
"""Left, top, right, bottom in pixels of the source."""
Floats = npt.NDArray[np.float64]


def resize(plane: Array, box: Box, size: tuple[int, int], top: int = 255) -> Array:
    """The part of `plane` in `box` as a plane of `size` (width, height); values stay within 0 to `top`."""
    if isinstance(plane, np.ndarray):
        result = np.asarray(Image.fromarray(plane).resize(size, Image.Resampling.BICUBIC, box))
        return result if plane.dtype == np.uint8 else np.minimum(result, np.uint16(top))
    return resize_array(plane, box, size, top)


def resize_array(plane: Array, box: Box, size: tuple[int, int], top: int = 255) -> Array:
    """The same by two products with weight matrices: for torch, and to check Pillow against."""
    xp = namespace(plane)
    across = beside(weights(box[0], box[2], size[0], int(plane.shape[1])), plane)
    down = beside(weights(box[1], box[3], size[1], int(plane.shape[0])), plane)
    rows = xp.clip(xp.round(xp.astype(plane, xp.float64) @ across.T), 0, top)
    return xp.astype(xp.clip(xp.round(down @ rows), 0, top), plane.dtype)


@lru_cache(maxsize=16)
def weights(low: float, high: float, count: int, length: int) -> Floats:
    """(count, length): how much each source pixel has of each target pixel; every row adds up to 1."""
    scale = (high - low) / count
    stretch = max(scale, 1.0)
    centres = low + (np.arange(count) + 0.5) * scale
    found = np.zeros((count, length))
    for row, centre in enumerate(centres):
        first = max(0, math.floor(centre - 2 * stretch + 0.5))
        last = min(length, math.floor(centre + 2 * stretch + 0.5))
        own = _cubic((np.arange(first, last) - centre + 0.5) / stretch)
        found[row, first:last] = own / own.sum()
    return found


def _cubic(x: Floats) -> Floats:
    """Keys, 1981, with a = -0.5."""
    x = np.abs(x)
    near, far = (1.5 * x - 2.5) * x * x + 1, ((-0.5 * x + 2.5) * x - 4) * x + 2
    return np.where(x < 1, near, np.where(x < 2, far, 0.0))


def _inside(left: float, top: float, width: float, height: float, plane: Array) -> Box:
    """Cut to the plane, at least one pixel each way."""
    high, wide = int(plane.shape[0]), int(plane.shape[1])
    left, top = min(max(left, 0.0), wide - 1.0), min(max(top, 0.0), high - 1.0)
    right, bottom = min(left + width, float(wide)), min(top + height, float(high))
    return left, top, max(right, left + 1), max(bottom, top + 1)


def _chroma(rect: Rect, width: int) -> tuple[float, float, float, float]:
    """The crop in chroma pixels, whose centres lie on the left of each pair of luma pixels (MPEG's siting)."""
    shift = 0.25 * (1 - rect.width / width)
    return rect.left / 2 + shift, rect.top / 2, rect.width / 2, rect.height / 2


def resample(source: Picture, placement: Placement, target: Picture) -> None:
    """Scales `placement.crop` of `source` into its place in `target`, whose border is left as it is."""
    (width, height), left, top = placement.size, placement.left, placement.top
    crop, limit = placement.crop, (1 << source.depth) - 1
    box = _inside(crop.left, crop.top, crop.width, crop.height, source.y)
    target.y[top : top + height, left : left + width] = resize(source.y, box, (width, height), limit)
    half = np.s_[top // 2 : (top + height) // 2, left // 2 : (left + width) // 2]
    for plane, into in ((source.u, target.u), (source.v, target.v)):
        box = _inside(*_chroma(crop, width), plane)
        into[half] = resize(plane, box, (width // 2, height // 2), limit)
