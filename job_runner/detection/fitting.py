"""A picture of any size in the fixed size that a model takes, and boxes back."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Size = tuple[int, int]
"""Width and height in pixels."""

LETTERBOX, STRETCH = "Letterbox", "Stretch"
FITS = (LETTERBOX, STRETCH)


@dataclass(frozen=True)
class Fitted:
    """A picture shown in `shown` pixels, scaled to `size` and put at `left`, `top` of the model's input."""

    shown: Size
    size: Size
    left: int
    top: int

    def back(self, boxes: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Boxes (n, 4), xyxy in pixels of the model's input, in those of the picture shown, and not yet cut there."""
        across, down = self.shown[0] / self.size[0], self.shown[1] / self.size[1]
        moved: npt.NDArray[np.float64] = boxes - np.array([self.left, self.top] * 2, np.float64)
        scaled: npt.NDArray[np.float64] = moved * np.array([across, down] * 2)
        return scaled


def fitted(shown: Size, target: Size, fit: str) -> Fitted:
    """Letterbox keeps the aspect, in the middle, with borders; Stretch fills the target."""
    if fit == STRETCH:
        return Fitted(shown, target, 0, 0)
    scale = min(target[0] / shown[0], target[1] / shown[1])
    width = min(target[0], max(1, round(shown[0] * scale)))
    height = min(target[1], max(1, round(shown[1] * scale)))
    return Fitted(shown, (width, height), (target[0] - width) // 2, (target[1] - height) // 2)
