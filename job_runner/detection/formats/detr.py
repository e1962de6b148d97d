"""DETR and RT-DETR: logits (N, queries, classes) and pred_boxes (N, queries, 4), centres and sizes from 0 to 1."""

from collections.abc import Sequence

import numpy as np

from job_runner.detection.candidates import Candidates, Floats, best_class, candidates, corners
from job_runner.detection.known import Array, Format, Known

NO_OBJECT = 1
"""DETR's last class."""
COCO = 92
"""Classes of DETR as its authors trained it: numbers up to 90, and none."""


def fits(known: Known) -> bool:
    """Whether two outputs are named so and have a row a query."""
    found = known.named("logits", "boxes")
    if found is None:
        return False
    logits, boxes = known.shapes[found[0]], known.shapes[found[1]]
    return len(logits) == len(boxes) == 3 and boxes[2] == 4 and logits[1] == boxes[1]


def _count(known: Known) -> int:
    found = known.named("logits")
    return (known.shapes[found[0]][2] or 0) if found else 0


def tells_detr(known: Known) -> bool:
    """Whether there is one class more than names."""
    wanted = COCO if known.classes is None else known.classes + NO_OBJECT
    return _count(known) == wanted


def tells_rt_detr(known: Known) -> bool:
    """Whether there are as many classes as names, or the 80 of COCO."""
    return _count(known) == (80 if known.classes is None else known.classes)


def decode_detr(arrays: Sequence[Array], known: Known, least: float) -> Candidates:
    """Scores by softmax; queries of no object are left out by their low scores."""
    logits, boxes = _two(arrays, known)
    powers = np.exp(logits - logits.max(1, keepdims=True))
    return _chosen((powers / powers.sum(1, keepdims=True))[:, :-NO_OBJECT], boxes, known, least)


def decode_rt_detr(arrays: Sequence[Array], known: Known, least: float) -> Candidates:
    """Scores by the logistic function."""
    logits, boxes = _two(arrays, known)
    return _chosen(1 / (1 + np.exp(-logits.clip(-50, 50))), boxes, known, least)


def _two(arrays: Sequence[Array], known: Known) -> tuple[Floats, Floats]:
    found = known.named("logits", "boxes")
    assert found is not None
    return np.asarray(arrays[found[0]], np.float64), np.asarray(arrays[found[1]], np.float64)


def _chosen(scores: Floats, boxes: Floats, known: Known, least: float) -> Candidates:
    kept, best, labels = best_class(scores, least)
    return candidates(corners(boxes[kept]) * np.array([*known.size, *known.size]), best, labels)


DETR = Format(
    "DETR", "logits with a class of no object, pred_boxes: DETR", fits, tells_detr, decode_detr, suppresses=False,
    fit="Stretch", values="ImageNet",
)  # fmt: skip
RT_DETR = Format(
    "RTDETR", "logits, pred_boxes: RT-DETR, D-FINE, DETR's heirs with sigmoid", fits, tells_rt_detr, decode_rt_detr,
    suppresses=False, fit="Stretch",
)  # fmt: skip
