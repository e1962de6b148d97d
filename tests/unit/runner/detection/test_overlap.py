"""Intersection over union."""

import numpy as np
import pytest

from job_runner.detection.overlap import Boxes, overlaps


@pytest.mark.parametrize("kind", [np.float64, np.int64])
def test_each_with_each(kind: type) -> None:
    boxes: Boxes = np.array([[0, 0, 10, 10], [5, 0, 15, 10], [20, 20, 20, 20]], kind)
    assert np.allclose(overlaps(boxes, boxes), np.array([[1, 1 / 3, 0], [1 / 3, 1, 0], [0, 0, 0]]))
    assert overlaps(boxes[0, None], boxes[1:]).shape == (1, 2) and overlaps(boxes[:0], boxes).shape == (0, 3)
