"""How a box is expected to go on: a Kalman filter of constant velocity, the same for its middle and its size.

Noise is in shares of the box's height, so one covariance serves all four numbers and does not depend on their scale.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

SEEN = 0.05**2
"""Variance of what a detector says."""
STARTS = 1.0
"""Variance of the speed of what has just appeared, in heights a second."""
TURNS = 4.0
"""How fast the variance of speed grows, a second."""


@dataclass(frozen=True)
class Movement:
    """`place` is middle and size (x, y, width, height), `speed` its change a second.

    `own`, `both`, `change` are the covariance of place and speed.
    """

    place: Floats
    speed: Floats
    own: float = SEEN
    both: float = 0.0
    change: float = STARTS

    @property
    def box(self) -> Floats:
        """As xyxy; what has shrunk to nothing stays a point."""
        half = self.place[2:].clip(0) / 2
        return np.concatenate([self.place[:2] - half, self.place[:2] + half])

    def later(self, seconds: float) -> "Movement":
        """Where it should be by then, and how sure that is."""
        own = self.own + 2 * seconds * self.both + seconds**2 * self.change + TURNS * seconds**3 / 3
        both = self.both + seconds * self.change + TURNS * seconds**2 / 2
        place = self.place + self.speed * seconds
        return Movement(place, self.speed, own, both, self.change + TURNS * seconds)

    def corrected(self, box: Floats) -> "Movement":
        """By a detection, xyxy."""
        sure = self.own + SEEN
        gain, turn = self.own / sure, self.both / sure
        off = middle(box) - self.place
        return Movement(
            self.place + gain * off, self.speed + turn * off, (1 - gain) * self.own, (1 - gain) * self.both,
            self.change - turn * self.both,
        )  # fmt: skip


def appeared(box: Floats) -> Movement:
    """Of something that was not seen before."""
    return Movement(middle(box), np.zeros(4))


def middle(box: Floats) -> Floats:
    """xyxy as middle and size."""
    size = box[2:] - box[:2]
    return np.concatenate([(box[:2] + box[2:]) / 2, size])
