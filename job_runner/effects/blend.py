"""Blending in integers, so that bytes are the same on every CPU.

Coverage is 0 to 256, not 255: then full coverage is exact and the division is a shift.
"""

import numpy as np
import numpy.typing as npt

from job_runner.effects.picture import Picture, Plane

Coverage = npt.NDArray[np.uint16]
FULL = 256


def blend(plane: Plane, value: int, coverage: Coverage | int) -> None:
    """Mixes `value` into `plane` in place: p += (value - p) * coverage / 256, rounded."""
    if isinstance(coverage, int) and coverage >= FULL:
        plane[...] = value
        return
    keep = np.asarray(FULL - np.asarray(coverage, np.uint16), np.uint16)
    add = np.asarray(np.asarray(coverage, np.uint16) * np.uint16(value) + np.uint16(128), np.uint16)
    np.right_shift(plane * keep + add, 8, out=plane, casting="unsafe")


def halve(coverage: Coverage) -> Coverage:
    """Coverage at chroma resolution: the mean of each 2 by 2 block."""
    total = coverage[0::2, 0::2] + coverage[0::2, 1::2] + coverage[1::2, 0::2] + coverage[1::2, 1::2]
    return np.asarray((total + 2) >> 2, np.uint16)


def blend_picture(picture: Picture, color: tuple[int, int, int], coverage: Coverage) -> None:
    """Mixes a YCbCr colour into the whole picture, by coverage at luma resolution."""
    chroma = halve(coverage)
    for plane, value, share in zip(picture.planes, color, (coverage, chroma, chroma), strict=True):
        blend(plane, value, share)
