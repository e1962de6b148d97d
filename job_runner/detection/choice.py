"""From candidates to the detections of one picture: threshold, suppression, order.

Scores are rounded to four digits and boxes to a tenth of a pixel first, and all that follows is done on these integers:
a difference in the last bit of a float, as other batches or threads may give, mostly vanishes there.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from job_runner.detection.candidates import Candidates
from job_runner.detection.fitting import Fitted
from job_runner.detection.most import MOST_DETECTIONS
from job_runner.detection.suppression import suppressed

SCORE_STEPS = 10_000
BOX_STEPS = 10
FARTHEST = 10**6
"""Pixels: no box lies beyond, so that integers hold the product of two sides."""
MOST_CANDIDATES = 3000

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Choice:
    """What stays: scores from `least` on, boxes that overlap by no more than `iou`, these `labels`, or all.

    Without an `iou` nothing is suppressed.
    """

    least: float = 0.4
    iou: float | None = 0.5
    labels: frozenset[int] | None = None


@dataclass(frozen=True)
class Detection:
    """One box, xyxy in pixels of the picture as it is shown."""

    label: int
    score: float
    box: tuple[float, float, float, float]


def chosen(found: Candidates, place: Fitted, choice: Choice) -> list[Detection]:
    """Best first; equals by label, then from the top and from the left."""
    boxes, scores, labels = _rounded(found, place)
    kept = _wanted(boxes, scores, labels, place, choice)
    boxes, scores, labels = boxes[kept], scores[kept], labels[kept]
    order = np.lexsort((boxes[:, 2], boxes[:, 3], boxes[:, 0], boxes[:, 1], labels, -scores))[:MOST_CANDIDATES]
    boxes, scores, labels = boxes[order], scores[order], labels[order]
    if choice.iou is not None:
        stay = suppressed(boxes, labels, choice.iou, MOST_DETECTIONS)
        boxes, scores, labels = boxes[stay], scores[stay], labels[stay]
    rows = zip(labels, scores, _inside(boxes, place), strict=True)
    return [_detection(label, score, box) for label, score, box in rows][:MOST_DETECTIONS]


def _rounded(found: Candidates, place: Fitted) -> tuple[Integers, Integers, Integers]:
    boxes = np.rint(place.back(found.boxes).clip(-FARTHEST, FARTHEST) * BOX_STEPS).astype(np.int64)
    return boxes, np.rint(found.scores * SCORE_STEPS).astype(np.int64), found.labels


def _wanted(
    boxes: Integers, scores: Integers, labels: Integers, place: Fitted, choice: Choice
) -> npt.NDArray[np.bool_]:
    """Of boxes with an area inside the picture."""
    seen = _inside(boxes, place)
    kept = (scores >= round(choice.least * SCORE_STEPS)) & (seen[:, 2:] > seen[:, :2]).all(1)
    if choice.labels is not None:
        kept &= np.isin(labels, sorted(choice.labels))
    return kept


def _inside(boxes: Integers, place: Fitted) -> Integers:
    """Cut at the picture's edges."""
    return boxes.clip(0, np.array([*place.shown, *place.shown]) * BOX_STEPS)


def _detection(label: np.int64, score: np.int64, box: Integers) -> Detection:
    left, top, right, bottom = (int(each) / BOX_STEPS for each in box)
    return Detection(int(label), int(score) / SCORE_STEPS, (left, top, right, bottom))
