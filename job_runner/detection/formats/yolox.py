"""YOLOX: (N, cells, 5 + classes), centres counted in cells and sizes as logarithms.

Its shape is that of YOLOv6, whose numbers mean something else: it has to be named.
"""

from collections.abc import Sequence

import numpy as np

from job_runner.detection.candidates import Candidates, best_class, candidates, corners
from job_runner.detection.fitting import Size
from job_runner.detection.formats.grid import places
from job_runner.detection.known import Array, Format, Known

STRIDES = (8, 16, 32)
BEFORE = 5


def fits(known: Known) -> bool:
    """Whether there is a row for each cell."""
    shape = known.shapes[0]
    return len(shape) == 3 and (shape[2] or 0) > BEFORE and shape[1] == places(known.size, STRIDES)


def decode(arrays: Sequence[Array], known: Known, least: float) -> Candidates:
    """Scores are objectness times that of the class."""
    rows = np.asarray(arrays[0], np.float64)
    cells = _cells(known.size)
    kept, scores, labels = best_class(rows[:, 4:5] * rows[:, BEFORE:], least)
    rows, cells = rows[kept], cells[kept]
    centres = (rows[:, :2] + cells[:, :2]) * cells[:, 2:]
    return candidates(corners(np.concatenate([centres, np.exp(rows[:, 2:4]) * cells[:, 2:]], 1)), scores, labels)


def _cells(size: Size) -> np.typing.NDArray[np.float64]:
    """Column, row and stride of each, grid after grid, row after row."""
    grids = []
    for stride in STRIDES:
        down, across = np.mgrid[: -(-size[1] // stride), : -(-size[0] // stride)]
        grids.append(np.stack([across.ravel(), down.ravel(), np.full(down.size, stride)], 1))
    return np.concatenate(grids).astype(np.float64)


YOLOX = Format(
    "YOLOX", "(N, cells, 5 + classes), not yet decoded", fits, lambda known: False, decode, values="0..255", order="BGR"
)
