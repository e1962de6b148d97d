"""One detection as a row: the same fields in every file and table."""

from dataclasses import dataclass


@dataclass(frozen=True)
class DetectionRow:
    """`frame` counts from 0, `time` is in seconds from the first frame, rounded to a microsecond.

    The box is x1, y1 (left, top) to x2, y2 in pixels of the picture as it is shown, to a tenth; the score has four
    digits. `track` is the number of the thing that is followed, if it is.
    """

    frame: int
    time: float
    label: str
    score: float
    x1: float
    y1: float
    x2: float
    y2: float
    track: int | None = None
