"""Made scenes of things that move, with their true numbers: crossings, gaps, a fast ball, a crowd."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from job_runner.detection.tracks import Seen

RATE = 25
Path = Callable[[float], tuple[float, float]]


@dataclass(frozen=True)
class Thing:
    """Its middle as a function of seconds, its size, when it is there and when a detector misses it."""

    label: str
    path: Path
    size: tuple[float, float] = (40.0, 80.0)
    there: tuple[float, float] = (0.0, 1e9)
    missed: tuple[float, float] = (0.0, 0.0)

    def box(self, seconds: float) -> tuple[float, float, float, float]:
        x, y = self.path(seconds)
        width, height = self.size
        return x - width / 2, y - height / 2, x + width / 2, y + height / 2

    def is_seen(self, seconds: float) -> bool:
        return self.there[0] <= seconds < self.there[1] and not self.missed[0] <= seconds < self.missed[1]


@dataclass(frozen=True)
class Scene:
    """Things for some seconds; detections jitter by `noise` pixels, and a share of them is `lost`."""

    things: tuple[Thing, ...]
    seconds: float = 6.0
    noise: float = 1.0
    lost: float = 0.0

    def frames(self, every: int = 1, seed: int = 1) -> list[tuple[float, list[tuple[int, Seen]]]]:
        """Seconds, and what is detected with its true number, in mixed order."""
        random = np.random.default_rng(seed)
        found = []
        for number in range(0, round(self.seconds * RATE), every):
            seconds = number / RATE
            seen = []
            for true, thing in enumerate(self.things):
                noise = random.normal(0, self.noise, 4)
                if thing.is_seen(seconds) and random.random() >= self.lost:
                    left, top, right, bottom = np.array(thing.box(seconds)) + noise
                    seen.append((true, Seen(thing.label, (left, top, right, bottom))))
            found.append((seconds, [seen[k] for k in random.permutation(len(seen))]))
        return found


def line(x: float, y: float, across: float, down: float) -> Path:
    """From a place, by so many pixels a second."""
    return lambda t: (x + across * t, y + down * t)


def wave(x: float, y: float, across: float, height: float) -> Path:
    return lambda t: (x + across * t, y + height * float(np.sin(2 * t)))


CROSSING = Scene((Thing("player", line(100, 200, 120, 0)), Thing("player", line(700, 230, -110, 0))))
BEHIND = Scene(
    (Thing("player", line(100, 200, 120, 0), missed=(2.4, 2.9)), Thing("player", line(700, 215, -110, 0))), noise=0.5
)
GAP = Scene((Thing("player", wave(100, 200, 60, 20), missed=(2.0, 2.7)), Thing("player", line(100, 500, 60, 0))))
BALL = Scene((Thing("ball", line(50, 100, 600, 60), (16, 16)), Thing("player", line(400, 130, 10, 0))), seconds=2.0)
CROWD = Scene(
    tuple(Thing("player", wave(60 + 90 * k, 150 + 40 * (k % 3), 15 * (-1) ** k, 30)) for k in range(8)), lost=0.1
)
LEAVING = Scene(
    (Thing("player", line(100, 200, 60, 0), there=(0, 2)), Thing("player", line(250, 200, 10, 0), there=(4, 6)))
)
SCENES = {
    "crossing": CROSSING, "one behind the other": BEHIND, "gap": GAP, "ball": BALL, "crowd": CROWD, "leaving": LEAVING,
}  # fmt: skip
