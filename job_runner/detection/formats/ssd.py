"""SSD and EfficientDet as TensorFlow's object detection API exports them: boxes are y1 x1 y2 x2, from 0 to 1."""

from collections.abc import Sequence

import numpy as np

from job_runner.detection.candidates import Candidates, candidates
from job_runner.detection.known import Array, Format, Known

NAMES = ("detection_boxes", "detection_classes", "detection_scores")
FIRST = 1
"""The number of the first class there."""


def fits(known: Known) -> bool:
    """Whether outputs have these names."""
    found = known.named(*NAMES)
    return found is not None and [len(known.shapes[index]) for index in found] == [3, 2, 2]


def decode(arrays: Sequence[Array], known: Known, least: float) -> Candidates:
    """Classes are counted from 0 here."""
    found = known.named(*NAMES)
    assert found is not None
    boxes, classes, scores = (np.asarray(arrays[index], np.float64) for index in found)
    kept = np.flatnonzero(scores >= least)
    scaled = boxes[kept][:, [1, 0, 3, 2]] * np.array([*known.size, *known.size])
    return candidates(scaled, scores[kept], classes[kept] - FIRST)


SSD = Format(
    "SSD", "detection_boxes, detection_classes, detection_scores: TensorFlow", fits, lambda known: True, decode,
    suppresses=False, fit="Stretch",
)  # fmt: skip
