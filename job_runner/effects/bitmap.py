"""Pictures with alpha, drawn at any size and place: logos, and text once it is drawn."""

from dataclasses import dataclass
from functools import lru_cache
from math import ceil

import numpy as np
import numpy.typing as npt

from job_runner.effects.arrays import beside, namespace
from job_runner.effects.blend import FULL, halve
from job_runner.effects.color import ycbcr
from job_runner.effects.picture import Area, Coding, Edges, Picture
from job_runner.effects.resample import resize

Ints = npt.NDArray[np.uint16]
Wide = npt.NDArray[np.int32]
RGBA = npt.NDArray[np.uint8]
"""(height, width, 4), alpha not multiplied in."""
SMALLEST = 0.5
"""Pixels: less is not seen."""

_FRACTION = 64
"""Planes carry six more bits while they are resized."""


@dataclass(frozen=True, eq=False)
class Bitmap:
    """Y, Cb, Cr times alpha, and alpha 0 to 256; each (height, width), in 1/64."""

    planes: tuple[Ints, Ints, Ints, Ints]

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        height, width = self.planes[0].shape
        return width, height


def bitmap(rgba: RGBA, coding: Coding) -> Bitmap:
    """In the terms of a picture. 10 bit go without the extra ones, which would not fit."""
    alpha = rgba[..., 3] / 255
    colors = ycbcr(rgba[..., :3] / 255, coding)
    unit = _unit(coding.depth)
    planes = [np.rint(plane * alpha * unit).clip(0, 65535).astype(np.uint16) for plane in colors]
    return Bitmap((planes[0], planes[1], planes[2], np.rint(alpha * FULL * _FRACTION).astype(np.uint16)))


def _unit(depth: int) -> int:
    return _FRACTION if depth == 8 else _FRACTION // 4


def inside(size: tuple[int, int], edges: Edges) -> Edges:
    """The largest rectangle of a bitmap's aspect in the middle of `edges`."""
    width, height = edges.right - edges.left, edges.bottom - edges.top
    scale = min(width / size[0], height / size[1])
    x, y = (width - size[0] * scale) / 2, (height - size[1] * scale) / 2
    return Edges(edges.left + x, edges.top + y, edges.right - x, edges.bottom - y)


def draw_bitmap(picture: Picture, image: Bitmap, edges: Edges, opacity: float) -> None:
    """Draws the whole bitmap into the rectangle, in place."""
    area = picture.around(edges)
    if area is None or min(edges.right - edges.left, edges.bottom - edges.top) < SMALLEST:
        return
    stamp, factor = _stamp(image, edges, area, _unit(picture.depth)), round(opacity * FULL)
    for plane, (value, share) in zip(picture.view(stamp.area).planes, stamp.planes, strict=True):
        xp = namespace(plane)
        keep = FULL - ((beside(share, plane) * factor + 128) >> 8)
        add = (beside(value, plane) * factor + 128) >> 8
        mixed = (xp.astype(plane, xp.int32) * keep + 128 >> 8) + add
        plane[...] = xp.astype(xp.clip(mixed, 0, (1 << picture.depth) - 1), plane.dtype)


def _near(image: Bitmap, scale: float) -> Bitmap:
    """The bitmap halved until it is at most twice as large as it is shown."""
    while scale > 2 and min(image.size) >= 4:
        image, scale = _halved(image), scale / 2
    return image


@lru_cache(maxsize=16)
def _halved(image: Bitmap) -> Bitmap:
    width, height = image.size
    y, u, v, alpha = (resize(plane, (0, 0, width, height), (width // 2, height // 2), 65535) for plane in image.planes)
    return Bitmap((y, u, v, alpha))


@dataclass(frozen=True, eq=False)
class _Stamp:
    """A bitmap in its place: for each plane of that area, colour times alpha, and alpha."""

    area: Area
    planes: tuple[tuple[Wide, Wide], ...]


@lru_cache(maxsize=16)
def _stamp(image: Bitmap, edges: Edges, area: Area, unit: int) -> _Stamp:
    """Made once for a bitmap that stands still; words fill little of their box, and only that is drawn."""
    y, u, v, alpha = _placed(image, edges, area, unit)
    top, height = _extent(np.flatnonzero(alpha.any(axis=1)))
    left, width = _extent(np.flatnonzero(alpha.any(axis=0)))
    y, u, v, alpha = (plane[top : top + height, left : left + width] for plane in (y, u, v, alpha))
    half = halve(alpha)
    inner = Area(area.left + left, area.top + top, width, height)
    return _Stamp(inner, ((y, alpha), (halve(u), half), (halve(v), half)))


def _extent(covered: npt.NDArray[np.intp]) -> tuple[int, int]:
    """First and length of what is covered, in whole samples of chroma."""
    first, end = (int(covered[0]) // 2 * 2, int(covered[-1]) // 2 * 2 + 2) if len(covered) else (0, 0)
    return first, end - first


def _placed(image: Bitmap, edges: Edges, area: Area, unit: int) -> tuple[Wide, ...]:
    """The bitmap as it lies in the area: each (height, width), transparent around it."""
    image = _near(image, max(image.size[0] / (edges.right - edges.left), image.size[1] / (edges.bottom - edges.top)))
    scale_x = image.size[0] / (edges.right - edges.left)
    scale_y = image.size[1] / (edges.bottom - edges.top)
    pad_x, pad_y = 2 + ceil(4 * max(1, scale_x)), 2 + ceil(4 * max(1, scale_y))
    box = (
        pad_x + (area.left - edges.left) * scale_x,
        pad_y + (area.top - edges.top) * scale_y,
        pad_x + (area.left + area.width - edges.left) * scale_x,
        pad_y + (area.top + area.height - edges.top) * scale_y,
    )
    size, pads = (area.width, area.height), ((pad_y, pad_y), (pad_x, pad_x))
    fine = [resize(np.pad(plane, pads), box, size, 65535).astype(np.int32) for plane in image.planes]
    return tuple((plane + u // 2) // u for plane, u in zip(fine, (unit, unit, unit, _FRACTION), strict=True))
