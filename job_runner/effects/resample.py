"""Resizing with a box of floats, smooth below a pixel, and without aliasing when it gets smaller.

Arrays of NumPy go through Pillow, which does it without the GIL; all others through the same sums here, tap by tap, to
the same bytes. `taps.py` has the kernel.
"""

import numpy as np
from PIL import Image

from job_runner.effects.arrays import Array, beside, namespace
from job_runner.effects.picture import Picture
from job_runner.effects.taps import WHOLE_BITS, Taps, taps
from job_runner.plan.geometry import Placement, Rect

Box = tuple[float, float, float, float]
"""Left, top, right, bottom in pixels of the source."""
Size = tuple[int, int]
"""Width and height."""
MOST = 65535
"""What planes of 16 bit hold between the two axes."""


def resize(plane: Array, box: Box, size: Size, top: int = 255) -> Array:
    """The part of `plane` in `box` as a plane of `size`; values stay within 0 to `top`."""
    if isinstance(plane, np.ndarray):
        result = np.asarray(Image.fromarray(plane).resize(size, Image.Resampling.BICUBIC, box))
        return result if plane.dtype == np.uint8 else np.minimum(result, np.uint16(top))
    return resize_array(plane, box, size, top)


def resize_array(plane: Array, box: Box, size: Size, top: int = 255) -> Array:
    """The same on any array: for torch, and to check Pillow against."""
    xp = namespace(plane)
    height, width = int(plane.shape[0]), int(plane.shape[1])
    along = (taps(box[1], box[3], size[1], height), taps(box[0], box[2], size[0], width))
    axes = (0, 1) if is_rows_first((width, height), size) else (1, 0)
    is_bytes = plane.dtype == xp.uint8
    weighted = _weighted_bytes if is_bytes else _weighted_words
    result = xp.astype(plane, xp.int32)
    for axis in axes:
        result = weighted(result, along[axis], axis)
    return xp.astype(result if is_bytes else xp.clip(result, 0, top), plane.dtype)


def is_rows_first(size: Size, target: Size) -> bool:
    """Whether rows become fewer before columns change, as Pillow has it. Between the two values are rounded."""
    fewer = size[1] - target[1]
    return fewer > 0 and fewer > 2 * (size[0] - target[0])


def _weighted_bytes(plane: Array, by: Taps, axis: int) -> Array:
    """Sums in 32 bit, which they fit, whatever is added first."""
    xp = namespace(plane)
    total = _sum(plane, by.places, by.whole.astype(np.int32), axis)
    return xp.clip((total + (1 << WHOLE_BITS - 1)) >> WHOLE_BITS, 0, 255)


def _weighted_words(plane: Array, by: Taps, axis: int) -> Array:
    """Sums in double precision, added in order; each product is rounded before it is added."""
    xp = namespace(plane)
    total = _sum(xp.astype(plane, xp.float64), by.places, by.weights, axis)
    return xp.astype(xp.clip(xp.floor(total + 0.5), 0, MOST), xp.int32)


def _sum(plane: Array, places: Array, weights: Array, axis: int) -> Array:
    """Of the pixels of each row of `places` along an axis, times their weights."""
    xp = namespace(plane)
    shape = (-1, 1) if axis == 0 else (1, -1)
    where, shares = beside(places.T.copy(), plane), beside(weights.T.copy(), plane)
    total = xp.take(plane, where[0], axis=axis) * xp.reshape(shares[0], shape)
    for tap in range(1, places.shape[1]):
        total += xp.take(plane, where[tap], axis=axis) * xp.reshape(shares[tap], shape)
    return total


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
