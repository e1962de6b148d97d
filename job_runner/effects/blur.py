"""Making a region unrecognisable: softly, or in squares. In place."""

import numpy as np

from job_runner.effects.arrays import Array, beside, namespace
from job_runner.effects.blend import blend_over
from job_runner.effects.draw import scaled
from job_runner.effects.picture import Area, Edges, Picture
from job_runner.effects.resample import resize
from job_runner.effects.shapes import coverage

BOXES = 3
"""Box blurs in a row come close to a Gaussian: three within 3 % (Wells, 1986)."""
FINE = 4.0
"""Standard deviations above this many pixels are blurred at half the size, a quarter …: nobody sees it."""


def blur(picture: Picture, edges: Edges, ellipse: bool, sigma: float, feather: float, opacity: float) -> None:
    """Blurs what lies inside the shape; `sigma` is the standard deviation in luma pixels."""
    seen = picture.around(edges)
    if not seen:
        return
    margin = int(3 * sigma) + 2
    wide = picture.around(Edges(seen.left, seen.top, seen.left + seen.width, seen.top + seen.height).grown(margin))
    assert wide is not None
    around = picture.view(wide)
    top, sigmas = (1 << picture.depth) - 1, (sigma, sigma / 2, sigma / 2)
    inner = Area(seen.left - wide.left, seen.top - wide.top, seen.width, seen.height)
    areas = (inner, inner.halved, inner.halved)
    soft = [blurred(*each, top) for each in zip(around.planes, areas, sigmas, strict=True)]
    other = Picture(soft[0], soft[1], soft[2], picture.depth, picture.full)
    blend_over(picture.view(seen), other, scaled(coverage(edges, seen, ellipse, feather), opacity))


def blurred(plane: Array, inner: Area, sigma: float, top: int) -> Array:
    """A part of a plane, blurred by a Gaussian of `sigma` pixels; beyond its border the plane goes on as it ends."""
    height, width = int(plane.shape[0]), int(plane.shape[1])
    left, upper, right, lower = inner.left, inner.top, inner.left + inner.width, inner.top + inner.height
    factor = _shrinking(sigma, min(width, height))
    if factor == 1:
        return _gaussian(plane, sigma)[upper:lower, left:right]
    size = (-(-width // factor), -(-height // factor))
    soft = _gaussian(resize(plane, (0, 0, width, height), size, top), sigma / factor)
    x, y = size[0] / width, size[1] / height
    return resize(soft, (left * x, upper * y, right * x, lower * y), (inner.width, inner.height), top)


def _shrinking(sigma: float, side: int) -> int:
    """How many times smaller a plane is blurred."""
    factor = 1
    while sigma / factor > FINE and side / factor >= 8:
        factor *= 2
    return factor


def _gaussian(plane: Array, sigma: float) -> Array:
    xp = namespace(plane)
    radii = box_radii(sigma)
    soft = _across(_across(xp.astype(plane, xp.int32), radii).T, radii).T
    return xp.astype(soft, plane.dtype)


def box_radii(sigma: float) -> list[int]:
    """Of box blurs whose variances, (2r + 1)^2 - 1 over 12 each, add up to about that of the Gaussian."""
    width = (12 * sigma * sigma / BOXES + 1) ** 0.5
    small = max(0, int((width - 1) / 2))
    w = 2 * small + 1
    few = round((12 * sigma * sigma - BOXES * w * w - 4 * BOXES * w - 3 * BOXES) / (-4 * w - 4))
    return [small if k < few else small + 1 for k in range(BOXES)]


def _across(plane: Array, radii: list[int]) -> Array:
    """Sums of ever wider windows along each row, divided once at the end."""
    xp = namespace(plane)
    reach, whole = sum(radii), 1
    total = xp.concat([plane[:, :1]] * reach + [plane] + [plane[:, -1:]] * reach, axis=1) if reach else plane
    for radius in radii:
        size = 2 * radius + 1
        sums = xp.cumulative_sum(total, axis=1, dtype=xp.int64, include_initial=True)
        total, whole = sums[:, size:] - sums[:, :-size], whole * size
    return xp.astype((total + whole // 2) // whole, xp.int32)


def pixelate(picture: Picture, edges: Edges, ellipse: bool, block: float, feather: float, opacity: float) -> None:
    """Shows squares of `block` luma pixels, each in the mean of what it hides. They start at the shape's corner."""
    area = picture.around(edges)
    if not area:
        return
    side, seen = max(2, 2 * round(block / 2)), picture.view(area)
    planes = [_squares(plane, s) for plane, s in zip(seen.planes, (side, side // 2, side // 2), strict=True)]
    other = Picture(planes[0], planes[1], planes[2], picture.depth, picture.full)
    blend_over(seen, other, scaled(coverage(edges, area, ellipse, feather), opacity))


def _squares(plane: Array, side: int) -> Array:
    """Each square of `side` pixels in its mean; those at the right and bottom may be smaller."""
    xp = namespace(plane)
    means = _grouped(_grouped(xp.astype(plane, xp.int32), side).T, side).T
    rows, columns = (xp.arange(int(length)) // side for length in plane.shape)
    return xp.astype(xp.take(xp.take(means, beside(rows, plane), axis=0), beside(columns, plane), axis=1), plane.dtype)


def _grouped(plane: Array, side: int) -> Array:
    """Means of `side` neighbours in each row."""
    xp = namespace(plane)
    width = int(plane.shape[1])
    ends = beside(np.asarray([*range(0, width, side), width]), plane)
    sums = xp.take(xp.cumulative_sum(plane, axis=1, dtype=xp.int64, include_initial=True), ends, axis=1)
    counts = ends[1:] - ends[:-1]
    return xp.astype((sums[:, 1:] - sums[:, :-1] + counts // 2) // counts, xp.int32)
