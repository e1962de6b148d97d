"""Which pixels make up each pixel of a resized axis, and with what weights: the same numbers as Pillow's.

The kernel is Keys' cubic (a = -0.5), stretched where pixels get fewer. Pillow takes the box in single precision, works
out the weights in double precision, adds them up in order, and rounds them to integers for bytes: so does this.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
WHOLE_BITS = 22
"""Of the fraction of an integer weight: a sum of bytes, its overshoot and its sign fit 32 bits."""
REACH = 2.0
"""Pixels to either side that the kernel takes in."""


@dataclass(frozen=True, eq=False)
class Taps:
    """For each pixel of the target a row: `places` of source pixels, and their weights, which add up to 1.

    Rows are equally long: those that need fewer end in weights of 0, at places that are there.
    """

    places: Ints
    weights: Floats

    @property
    def whole(self) -> Ints:
        """The weights in integers of `WHOLE_BITS` bits of fraction, rounded away from 0 at the half."""
        scaled = self.weights * (1 << WHOLE_BITS)
        return np.trunc(scaled + np.where(self.weights < 0, -0.5, 0.5)).astype(np.int64)


@lru_cache(maxsize=32)
def taps(low: float, high: float, count: int, length: int) -> Taps:
    """Of an axis of `length` pixels whose part from `low` to `high` becomes `count` pixels."""
    begin, end = np.float32(low), np.float32(high)
    scale = float(end - begin) / count
    stretch = max(scale, 1.0)
    centres = float(begin) + (np.arange(count) + 0.5) * scale
    first = np.maximum(np.trunc(centres - REACH * stretch + 0.5).astype(np.int64), 0)
    last = np.minimum(np.trunc(centres + REACH * stretch + 0.5).astype(np.int64), length)
    places = first[:, None] + np.arange(int((last - first).max()))
    kernel = _cubic((places - centres[:, None] + 0.5) * (1.0 / stretch))
    weights = np.where(places < last[:, None], kernel, 0.0)
    # A running sum adds in order; `sum` adds pairs, and its last bit differs.
    return Taps(np.minimum(places, length - 1), weights / weights.cumsum(axis=1)[:, -1:])


def _cubic(x: Floats) -> Floats:
    """Keys, 1981, with a = -0.5. Each product and sum stands where Pillow has it: their last bits count."""
    x = np.abs(x)
    near, far = (1.5 * x - 2.5) * x * x + 1, (((x - 5) * x + 8) * x - 4) * -0.5
    return np.where(x < 1, near, np.where(x < REACH, far, 0.0))
