"""Pictures of two roads, sample by sample."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from job_runner.gpu_check.found import Found, Outcome


@dataclass(frozen=True)
class Difference:
    """Of how many frames, in how many, and by how much at most."""

    frames: int = 0
    differing: int = 0
    most: int = 0

    def found(self, exact: bool = True) -> Found:
        """Equal pictures are good, others bad, unless nobody promises them to be equal."""
        figures: dict[str, float | int | str] = {"frames": self.frames, "differing": self.differing, "most": self.most}
        if not self.differing and self.frames:
            return Found(Outcome.OK, f"{self.frames} of {self.frames} frames equal", figures)
        words = f"{self.differing} of {self.frames} frames differ, by {self.most} at most"
        return Found(Outcome.FAILED if exact else Outcome.DIFFERS, words, figures)


def compared(pairs: Iterable[tuple[Sequence[Any], Sequence[Any]]]) -> Difference:
    """Of the planes of each pair of frames."""
    frames = differing = most = 0
    for one, other in pairs:
        far = max(map(_distance, one, other))
        frames, differing, most = frames + 1, differing + bool(far), max(most, far)
    return Difference(frames, differing, most)


def _distance(one: Any, other: Any) -> int:
    if one.shape != other.shape:
        raise ValueError(f"planes of {one.shape} and {other.shape} samples")
    return int(np.abs(one.astype(np.int32) - other.astype(np.int32)).max())
