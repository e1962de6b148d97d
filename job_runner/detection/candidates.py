"""What a model proposes for one picture, before anything is chosen."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Candidates:
    """`boxes` (n, 4) xyxy in pixels of the model's input, `scores` (n,), `labels` (n,) counted from 0."""

    boxes: Floats
    scores: Floats
    labels: Numbers

    def __len__(self) -> int:
        return len(self.scores)


def candidates(boxes: npt.ArrayLike, scores: npt.ArrayLike, labels: npt.ArrayLike) -> Candidates:
    """Of whatever types a model gives."""
    return Candidates(np.asarray(boxes, np.float64), np.asarray(scores, np.float64), np.asarray(labels, np.int64))


def corners(centred: npt.ArrayLike) -> Floats:
    """Boxes (n, 4) as centre, width, height -> xyxy."""
    given = np.asarray(centred, np.float64)
    half = given[:, 2:] / 2
    return np.concatenate([given[:, :2] - half, given[:, :2] + half], 1)


def best_class(scores: npt.NDArray[np.floating], least: float) -> tuple[Numbers, npt.NDArray[np.floating], Numbers]:
    """Of scores (n, classes): rows whose best is at least `least`, those scores, and of which class (of equals
    the first)."""
    best = scores.max(1)
    rows = np.flatnonzero(best >= least)
    return rows, best[rows], scores[rows].argmax(1)
