"""The real face detector as one graph: what it takes and gives, in any size, and that it finds nothing in nothing."""

import numpy as np
import onnxruntime
import pytest

from tests.testbed.detector import face_model
from tests.unit.runner.faces import face_detector


@pytest.mark.parametrize(("width", "height"), [(176, 144), (97, 61)])
def test_an_empty_picture_has_no_face(width: int, height: int) -> None:
    session = onnxruntime.InferenceSession(face_detector(width, height))
    assert session.get_inputs()[0].shape == [1, 3, height, width]
    boxes, scores = session.run(None, {"images": np.full((1, 3, height, width), 0.4, np.float32)})
    assert boxes.shape == (0, 4) and scores.shape == (0,)


def test_the_same_graph_each_time() -> None:
    assert face_detector(64, 64) == face_model(64, 64)
