"""Moving crops, smooth below a pixel: Pillow's resize with a box of floats (integer arithmetic)."""

import numpy as np
from PIL import Image

from job_runner.effects.picture import Picture, Plane
from job_runner.plan.geometry import Placement, Rect


def _resize(plane: Plane, box: Rect, size: tuple[int, int]) -> Plane:
    height, width = plane.shape
    left, top = min(max(box.left, 0.0), width - 1.0), min(max(box.top, 0.0), height - 1.0)
    right, bottom = min(box.left + box.width, float(width)), min(box.top + box.height, float(height))
    image = Image.fromarray(plane)
    return np.asarray(
        image.resize(size, Image.Resampling.BICUBIC, (left, top, max(right, left + 1), max(bottom, top + 1)))
    )


def _half(rect: Rect) -> Rect:
    return Rect(rect.left / 2, rect.top / 2, rect.width / 2, rect.height / 2)


def resample(source: Picture, placement: Placement, target: Picture) -> None:
    """Scales `placement.crop` of `source` into its place in `target`, whose border is left as it is."""
    (width, height), left, top = placement.size, placement.left, placement.top
    target.y[top : top + height, left : left + width] = _resize(source.y, placement.crop, (width, height))
    half = np.s_[top // 2 : (top + height) // 2, left // 2 : (left + width) // 2]
    for plane, into in ((source.u, target.u), (source.v, target.v)):
        into[half] = _resize(plane, _half(placement.crop), (width // 2, height // 2))
