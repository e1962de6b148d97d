"""Blending in integers, so that bytes are the same on every CPU.

Coverage is 0 to 256, not 255: then full coverage is exact and the division is a shift.
"""

from typing import Any

from job_runner.effects.arrays import Array, beside, namespace, wide
from job_runner.effects.picture import Color, Picture

FULL = 256


def blend(plane: Array, value: Array | int, coverage: Array | int) -> None:
    """Mixes `value`, a number or a plane, into `plane` in place: p += (value - p) * coverage / 256, rounded."""
    xp, kind = namespace(plane), wide(plane)
    share = coverage if isinstance(coverage, int) else xp.astype(coverage, kind)
    other = value if isinstance(value, int) else xp.astype(value, kind)
    # In place: each array more of a whole plane costs as much as the arithmetic, in memory that is new every time.
    mixed = xp.astype(plane, kind)
    mixed *= FULL - share
    mixed += other * share + 128
    mixed >>= 8
    plane[...] = xp.astype(mixed, plane.dtype)


def halve(coverage: Array) -> Array:
    """Coverage at chroma resolution: the mean of each 2 by 2 block."""
    total = coverage[0::2, 0::2] + coverage[0::2, 1::2] + coverage[1::2, 0::2] + coverage[1::2, 1::2]
    return (total + 2) >> 2


def blend_over(picture: Picture, other: Picture | Color, coverage: Array) -> None:
    """Mixes a colour or another picture of the same size in, by coverage at luma resolution."""
    share = beside(coverage, picture.y)
    chroma = halve(share)
    for plane, value, part in zip(picture.planes, _planes(other), (share, chroma, chroma), strict=True):
        blend(plane, value, part)


def _planes(other: Picture | Color) -> tuple[Any, Any, Any]:
    return other.planes if isinstance(other, Picture) else other


def mix(picture: Picture, other: Picture | Color, share: float) -> None:
    """Moves the whole picture to another one or to a colour, in place: 0 leaves it, 1 replaces it."""
    weight = round(share * FULL)
    for plane, value in zip(picture.planes, _planes(other), strict=True):
        blend(plane, value, weight)
