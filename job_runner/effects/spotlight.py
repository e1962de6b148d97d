"""Dims everything outside a shape, with a soft edge."""

from functools import lru_cache

import numpy as np

from job_runner.effects.blend import FULL, Coverage, blend_picture
from job_runner.effects.box import Edges
from job_runner.effects.picture import BLACK, Picture


@lru_cache(maxsize=4)
def shade(size: tuple[int, int], edges: Edges, ellipse: bool, feather: float, dim: int) -> Coverage:
    """How dark each pixel becomes: (H, W), 0 inside the shape to `dim` (of 256) outside.

    Distance is 1 on the shape's border, measured from its centre in halves of its size; the edge
    goes from 1 - feather to 1.
    """
    width, height = size
    x = (np.arange(width) + 0.5 - (edges.left + edges.right) / 2) / max(1e-6, (edges.right - edges.left) / 2)
    y = (np.arange(height) + 0.5 - (edges.top + edges.bottom) / 2) / max(1e-6, (edges.bottom - edges.top) / 2)
    if ellipse:
        distance = np.sqrt(x[None, :] ** 2 + y[:, None] ** 2)
    else:
        distance = np.maximum(np.abs(x)[None, :], np.abs(y)[:, None])
    outside = np.clip((distance - (1 - feather)) / max(feather, 1e-6), 0, 1)
    return np.asarray(np.rint(outside * dim), np.uint16)


def spotlight(picture: Picture, edges: Edges, ellipse: bool, dim: float, feather: float, opacity: float) -> None:
    """Darkens the picture around the shape, in place. `dim` and `opacity` are 0 to 1."""
    height, width = picture.y.shape
    coverage = shade((width, height), edges, ellipse, feather, round(dim * opacity * FULL))
    blend_picture(picture, BLACK, coverage)
