"""A picture as three planes, and colours in its terms."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Plane = npt.NDArray[np.uint8]

# Kr and Kb of ITU-T H.273 by matrix code point; others are treated as BT.709.
_LUMA_WEIGHTS = {5: (0.299, 0.114), 6: (0.299, 0.114), 9: (0.2627, 0.0593), 10: (0.2627, 0.0593)}
_BT709 = (0.2126, 0.0722)

BLACK = (16, 128, 128)
"""Y, Cb, Cr of black in limited range."""


@dataclass(frozen=True)
class Picture:
    """yuv420p in limited range: y is (H, W), u and v are (H/2, W/2), all writable uint8."""

    y: Plane
    u: Plane
    v: Plane

    @property
    def planes(self) -> tuple[Plane, Plane, Plane]:
        """Y, Cb, Cr."""
        return self.y, self.u, self.v


def yuv_of(rgb: tuple[int, int, int], matrix: int) -> tuple[int, int, int]:
    """Limited-range 8-bit Y, Cb, Cr of an sRGB colour (ITU-T H.273 eq. 20 to 28)."""
    kr, kb = _LUMA_WEIGHTS.get(matrix, _BT709)
    r, g, b = (c / 255 for c in rgb)
    y = kr * r + (1 - kr - kb) * g + kb * b
    return round(16 + 219 * y), round(128 + 112 * (b - y) / (1 - kb)), round(128 + 112 * (r - y) / (1 - kr))
