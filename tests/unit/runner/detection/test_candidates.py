"""Boxes as corners, and each row's best class."""

import numpy as np

from job_runner.detection.candidates import best_class, candidates, corners


def test_centre_and_size_as_corners() -> None:
    assert corners([[10, 20, 4, 6]]).tolist() == [[8, 17, 12, 23]]
    assert corners(np.zeros((0, 4))).shape == (0, 4)


def test_the_best_class_and_of_equals_the_first() -> None:
    rows, scores, labels = best_class(np.array([[0.1, 0.2], [0.7, 0.7], [0.5, 0.9]]), 0.5)
    assert (rows.tolist(), scores.tolist(), labels.tolist()) == ([1, 2], [0.7, 0.9], [0, 1])


def test_of_any_type() -> None:
    found = candidates(np.zeros((1, 4), np.float16), np.ones(1, np.float16), np.ones(1, np.float32))
    assert [each.dtype.name for each in (found.boxes, found.scores, found.labels)] == ["float64", "float64", "int64"]
    assert len(found) == 1
