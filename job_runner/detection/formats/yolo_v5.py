"""YOLOv5, v6, v7: (N, boxes, 5 + classes), rows of centre, size, objectness and a score a class."""

from collections.abc import Sequence

import numpy as np

from job_runner.detection.candidates import Candidates, best_class, candidates, corners
from job_runner.detection.formats.grid import is_grid
from job_runner.detection.known import Array, Format, Known

BEFORE = 5


def fits(known: Known) -> bool:
    """Whether the first output has rows that are long enough."""
    shape = known.shapes[0]
    return len(shape) == 3 and (shape[2] or 0) > BEFORE


def tells(known: Known) -> bool:
    """Whether the number of rows is that of three boxes a cell, and of no other head."""
    rows, columns = known.shapes[0][1:]
    same = known.classes is None or columns == BEFORE + known.classes
    return same and is_grid(rows, known.size, (3,))


def decode(arrays: Sequence[Array], known: Known, least: float) -> Candidates:
    """Scores are objectness times that of the class."""
    rows = np.asarray(arrays[0], np.float32)
    rows = rows[rows[:, 4] >= least]
    kept, scores, labels = best_class(rows[:, 4:5] * rows[:, BEFORE:], least)
    return candidates(corners(rows[kept, :4]), scores, labels)


YOLO_V5 = Format("YOLOv5", "(N, boxes, 5 + classes): YOLOv5, v6, v7", fits, tells, decode)
