"""Non-maximum suppression in integers: the same boxes stay on every machine."""

import numpy as np
import numpy.typing as npt

from job_runner.detection.overlap import overlaps

Integers = npt.NDArray[np.int64]


def suppressed(boxes: Integers, labels: Integers, iou: float, most: int) -> Integers:
    """Which boxes stay, at `most` so many, in their order: the first ones are preferred.

    A box goes if it overlaps one of its label that stays by more than `iou` (intersection over union). Boxes (n, 4)
    are xyxy.
    """
    alive, kept = np.ones(len(boxes), bool), list[int]()
    for index in range(len(boxes)):
        if alive[index] and len(kept) < most:
            kept.append(index)
            later = slice(index + 1, None)
            alive[later] &= (labels[later] != labels[index]) | (overlaps(boxes[index, None], boxes[later])[0] <= iou)
    return np.array(kept, np.int64)
