"""How much boxes overlap."""

from typing import Any

import numpy as np
import numpy.typing as npt

Boxes = npt.NDArray[Any]
"""(n, 4), xyxy, integers or floats."""


def overlaps(first: Boxes, second: Boxes) -> npt.NDArray[np.float64]:
    """Intersection over union of each of (n, 4) with each of (m, 4): (n, m); 0 where both are empty."""
    low = np.maximum(first[:, None, :2], second[None, :, :2])
    high = np.minimum(first[:, None, 2:], second[None, :, 2:])
    common = (high - low).clip(0).prod(2)
    union = _areas(first)[:, None] + _areas(second)[None] - common
    shares: npt.NDArray[np.float64] = np.divide(common, union, out=np.zeros(common.shape), where=union > 0)
    return shares


def _areas(boxes: Boxes) -> Boxes:
    areas: Boxes = (boxes[:, 2:] - boxes[:, :2]).clip(0).prod(1)
    return areas
