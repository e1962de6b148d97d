"""sRGB colours in the terms of a picture: its matrix, range, depth and light.

Graphics in HDR have their white at 203 cd/m2 (ITU-R BT.2408), else they would glare or vanish.
"""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from job_runner.effects.picture import Coding, Color
from job_runner.plan.facts import HLG, PQ

Floats = npt.NDArray[np.float64]
GRAPHICS_WHITE = 203.0

# Kr and Kb of ITU-T H.273 by matrix code point; others are treated as BT.709.
LUMA_WEIGHTS = {4: (0.3, 0.11), 5: (0.299, 0.114), 6: (0.299, 0.114), 7: (0.212, 0.087), 9: (0.2627, 0.0593)}
_BT709 = (0.2126, 0.0722)
# Linear BT.709 to BT.2020 primaries (ITU-R BT.2087, table 2).
_TO_2020 = np.array([[0.6274, 0.3293, 0.0433], [0.0691, 0.9195, 0.0114], [0.0164, 0.0880, 0.8956]])


def ycbcr(rgb: Floats, coding: Coding) -> tuple[Floats, Floats, Floats]:
    """Y, Cb, Cr code values, not rounded, of sRGB values 0 to 1 in the last axis (ITU-T H.273 eq. 20 to 28)."""
    kr, kb = LUMA_WEIGHTS.get(coding.matrix, _BT709)
    r, g, b = np.moveaxis(_graded(rgb, coding.transfer), -1, 0)
    y = kr * r + (1 - kr - kb) * g + kb * b
    unit, top = 1 << (coding.depth - 8), (1 << coding.depth) - 1
    low, luma, chroma = (0, top, top / 2) if coding.full else (16 * unit, 219 * unit, 112 * unit)
    return low + luma * y, 128 * unit + chroma * (b - y) / (1 - kb), 128 * unit + chroma * (r - y) / (1 - kr)


@lru_cache(maxsize=64)
def color_of(rgb: tuple[int, int, int], coding: Coding) -> Color:
    """The code values of one colour given as bytes."""
    top = (1 << coding.depth) - 1
    y, u, v = (min(top, max(0, round(float(c)))) for c in ycbcr(np.asarray(rgb) / 255, coding))
    return y, u, v


def _graded(rgb: Floats, transfer: int) -> Floats:
    """sRGB as it is for SDR; as BT.2020 light in PQ or HLG code values for HDR."""
    if transfer not in (PQ, HLG):
        return rgb
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4) @ _TO_2020.T
    return _pq(linear) if transfer == PQ else _hlg(linear)


def _pq(linear: Floats) -> Floats:
    """SMPTE ST 2084's inverse EOTF; 1 is graphics white."""
    power = (linear * GRAPHICS_WHITE / 10_000) ** 0.1593017578125
    result: Floats = ((0.8359375 + 18.8515625 * power) / (1 + 18.6875 * power)) ** 78.84375
    return result


def _hlg(linear: Floats) -> Floats:
    """ARIB STD-B67's OETF; graphics white is at 75 % (ITU-R BT.2408)."""
    scene = linear * 0.265
    bright = 0.17883277 * np.log(np.maximum(12 * scene - 0.28466892, 1e-9)) + 0.55991073
    return np.where(scene <= 1 / 12, np.sqrt(3 * scene), bright)
