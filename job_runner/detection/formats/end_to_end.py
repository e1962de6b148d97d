"""Rows that a model has chosen itself: (N, boxes, 6) of YOLOv10 and of exports with suppression inside, (boxes, 7) of
YOLOv7's."""

from collections.abc import Sequence

import numpy as np

from job_runner.detection.candidates import Candidates, candidates
from job_runner.detection.formats.grid import is_grid
from job_runner.detection.known import Array, Format, Known

MOST = 1000
"""Rows that a model which chooses may give."""


def fits(known: Known) -> bool:
    """Whether rows are x1 y1 x2 y2 score class."""
    shape = known.shapes[0]
    return len(shape) == 3 and shape[2] == 6


def tells(known: Known) -> bool:
    """Whether the rows are few, and no grid's: YOLOv5 with one class has six columns too."""
    rows = known.shapes[0][1] or 0
    return rows <= MOST and not is_grid(rows, known.size, (1, 3))


def decode(arrays: Sequence[Array], known: Known, least: float) -> Candidates:
    """Rows that were not needed have a score of 0."""
    return _rows(np.asarray(arrays[0], np.float64), least)


def fits_flat(known: Known) -> bool:
    """Whether rows are picture x1 y1 x2 y2 class score."""
    shape = known.shapes[0]
    return len(shape) == 2 and shape[1] == 7


def decode_flat(arrays: Sequence[Array], known: Known, least: float) -> Candidates:
    """Of the first picture, the only one of its batch."""
    rows = np.asarray(arrays[0], np.float64)
    rows = rows[rows[:, 0] == 0]
    return _rows(rows[:, [1, 2, 3, 4, 6, 5]], least)


def _rows(rows: np.typing.NDArray[np.float64], least: float) -> Candidates:
    rows = rows[rows[:, 4] >= least]
    return candidates(rows[:, :4], rows[:, 4], rows[:, 5])


END_TO_END = Format(
    "EndToEnd", "(N, boxes, 6): YOLOv10, exports with suppression inside", fits, tells, decode, suppresses=False
)
FLAT = Format(
    "YOLOv7EndToEnd", "(boxes, 7): YOLOv7 with suppression inside", fits_flat, lambda known: True, decode_flat,
    suppresses=False, batched=False,
)  # fmt: skip
