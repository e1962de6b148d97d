"""Suppression against ONNX's own operator, as onnxruntime runs it."""

import numpy as np
import onnxruntime
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import parser

from job_runner.detection.suppression import Integers, suppressed

JUDGE = """
<ir_version: 8, opset_import: ["" : 17]>
judge (float[1, n, 4] boxes, float[1, c, n] scores, int64 most, float iou) => (int64[k, 3] kept) {
  kept = NonMaxSuppression <center_point_box = 0> (boxes, scores, most, iou)
}
"""
SESSION = onnxruntime.InferenceSession(parser.parse_model(JUDGE).SerializeToString())


def judged(boxes: Integers, labels: Integers, iou: float) -> list[int]:
    """Which boxes ONNX's NonMaxSuppression keeps, if the first are the best."""
    scores = np.zeros((1, 3, len(boxes)), np.float32)
    scores[0, labels, np.arange(len(boxes))] = 1 - np.arange(len(boxes)) / 1000
    feeds = {
        "boxes": boxes[None].astype(np.float32),
        "scores": scores,
        "most": np.array(len(boxes)),
        "iou": np.array(iou, np.float32),
    }
    (kept,) = SESSION.run(None, feeds)
    return sorted(int(row[2]) for row in kept if scores[0, row[1], row[2]] > 0)


def boxes_of(seed: int, count: int) -> tuple[Integers, Integers]:
    """Crowded ones, with sides of 1 to 60."""
    random = np.random.default_rng(seed)
    corner, sides = random.integers(0, 100, (count, 2)), random.integers(1, 60, (count, 2))
    return np.concatenate([corner, corner + sides], 1), random.integers(0, 3, count)


@given(st.integers(0, 10**6), st.integers(1, 60), st.sampled_from([0.25, 0.45, 0.5, 0.7]))
def test_the_same_boxes_stay_as_in_onnx(seed: int, count: int, iou: float) -> None:
    boxes, labels = boxes_of(seed, count)
    assert suppressed(boxes, labels, iou, count).tolist() == judged(boxes, labels, iou)


def test_the_first_is_preferred_and_others_labels_stay() -> None:
    boxes = np.array([[0, 0, 100, 100], [5, 0, 105, 100], [5, 0, 105, 100]])
    assert suppressed(boxes, np.array([0, 0, 1]), 0.5, 9).tolist() == [0, 2]


def test_exactly_the_threshold_stays() -> None:
    boxes = np.array([[0, 0, 10, 10], [0, 0, 10, 20]])
    assert suppressed(boxes, np.zeros(2, np.int64), 0.5, 9).tolist() == [0, 1]
    assert suppressed(boxes, np.zeros(2, np.int64), 0.49, 9).tolist() == [0]


def test_at_most_so_many() -> None:
    boxes, labels = np.array([[n * 100, 0, n * 100 + 9, 9] for n in range(9)]), np.zeros(9, np.int64)
    assert suppressed(boxes, labels, 0.5, 4).tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize("boxes", [np.zeros((0, 4), np.int64), np.zeros((3, 4), np.int64)])
def test_none_and_empty_ones_are_no_error(boxes: Integers) -> None:
    assert len(suppressed(boxes, np.zeros(len(boxes), np.int64), 0.5, 9)) == len(boxes)
