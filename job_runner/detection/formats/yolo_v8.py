"""YOLOv8, v9, v11, v12: (N, 4 + classes, boxes), or with the last two axes exchanged; more outputs may follow."""

from collections.abc import Sequence

import numpy as np

from job_runner.detection.candidates import Candidates, best_class, candidates, corners
from job_runner.detection.formats.grid import is_grid
from job_runner.detection.known import Array, Format, Known

BEFORE = 4


def fits(known: Known) -> bool:
    """Whether the first output has four numbers and a class for each box."""
    shape = known.shapes[0]
    return len(shape) == 3 and min(shape[1] or 0, shape[2] or 0) > BEFORE


def tells(known: Known) -> bool:
    """Whether one axis is a grid with one box a cell, and the other is the first one or as long as the names say."""
    first, second = known.shapes[0][1:]
    if is_grid(second, known.size, (1,)) and not is_grid(first, known.size, (1, 3)):
        return known.classes is None or (first or 0) >= BEFORE + known.classes
    return is_grid(first, known.size, (1,)) and known.classes is not None and second == BEFORE + known.classes


def decode(arrays: Sequence[Array], known: Known, least: float) -> Candidates:
    """Numbers behind the classes (masks, key points) are left aside."""
    columns = _columns(np.asarray(arrays[0], np.float32), known)
    kept, scores, labels = best_class(columns[BEFORE : BEFORE + _classes(columns, known)].T, least)
    return candidates(corners(columns[:BEFORE, kept].T), scores, labels)


def _columns(given: np.typing.NDArray[np.float32], known: Known) -> np.typing.NDArray[np.float32]:
    """(4 + classes, boxes). Where no grid tells which axis is which, there are more boxes than classes."""
    if is_grid(given.shape[1], known.size, (1,)):
        return given
    return given.T if is_grid(given.shape[0], known.size, (1,)) or given.shape[0] > given.shape[1] else given


def _classes(columns: np.typing.NDArray[np.float32], known: Known) -> int:
    if known.classes is not None:
        return min(known.classes, len(columns) - BEFORE)
    masks = known.shapes[1][1] if len(known.shapes) > 1 and len(known.shapes[1]) == 4 else 0
    return max(1, len(columns) - BEFORE - (masks or 0))


YOLO_V8 = Format("YOLOv8", "(N, 4 + classes, boxes): YOLOv8, v9, v11, v12", fits, tells, decode)
