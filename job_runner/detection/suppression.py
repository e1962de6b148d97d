"""Non-maximum suppression in integers: the same boxes stay on every machine."""

import numpy as np
import numpy.typing as npt

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
            alive[later] &= (labels[later] != labels[index]) | (overlaps(boxes[index], boxes[later]) <= iou)
    return np.array(kept, np.int64)


def overlaps(box: Integers, others: Integers) -> npt.NDArray[np.float64]:
    """Intersection over union of one box with each of (n, 4); 0 where both are empty."""
    low, high = np.maximum(box[:2], others[:, :2]), np.minimum(box[2:], others[:, 2:])
    common = (high - low).clip(0).prod(1)
    union = _area(box[None]) + _area(others) - common
    shares: npt.NDArray[np.float64] = np.divide(common, union, out=np.zeros(len(others)), where=union > 0)
    return shares


def _area(boxes: Integers) -> Integers:
    areas: Integers = (boxes[:, 2:] - boxes[:, :2]).clip(0).prod(1)
    return areas
