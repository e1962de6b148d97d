"""A model read as a detector, from its signature to detections."""

from dataclasses import replace

import numpy as np
import pytest

from job_runner.detection.detector import Wish, detector
from job_runner.detection.fitting import Fitted
from job_runner.detection.picture_input import PictureInput, picture_input
from job_runner.detection.signature import Signature, Tensor
from job_runner.errors import InputInvalid
from tests.unit.runner.detection import answers
from tests.unit.runner.detection.answers import BOXES, SIZE, Array

PLACE = Fitted(SIZE, SIZE, 0, 0)


def signature(arrays: dict[str, Array], batch: int = 1, **metadata: str) -> Signature:
    images = Tensor("images", "float32", (batch, 3, SIZE[1], SIZE[0]))
    return Signature((images,), answers.known(arrays).outputs, metadata)


def picture(found: Signature) -> PictureInput:
    return picture_input(found, "m.onnx")


def test_names_of_metadata_name_the_detections() -> None:
    arrays = answers.yolo_v8()
    found = signature(arrays, names="{0: 'ball', 1: 'goal', 2: 'player'}")
    made = detector(found, picture(found), "m.onnx", Wish())
    (detections,) = made.detections(list(arrays.values()), [PLACE])
    assert [(made.name(each.label), each.score, each.box) for each in detections] == [
        ("player", 0.9, tuple(BOXES[0])),
        ("ball", 0.6, tuple(BOXES[1])),
    ]


def test_wishes_go_before_what_is_usual() -> None:
    found = signature(answers.yolo_v8())
    plain = detector(found, picture(found), "m.onnx", Wish())
    assert (plain.format.name, plain.fit, plain.order, plain.choice.iou) == ("YOLOv8", "Letterbox", "RGB", 0.5)
    wish = Wish(least=0.7, iou=0.3, labels=("b",), names={0: "a", 1: "b"}, fit="Stretch", values="0..255", order="BGR")
    made = detector(found, picture(found), "m.onnx", wish)
    assert (made.fit, made.order, float(made.lines[0].factor)) == ("Stretch", "BGR", 1.0)
    assert (made.choice.least, made.choice.iou, made.choice.labels) == (0.7, 0.3, frozenset({1}))


def test_a_model_that_chooses_itself_is_left_alone() -> None:
    found = signature(answers.end_to_end())
    assert detector(found, picture(found), "m.onnx", Wish()).choice.iou is None
    assert detector(found, picture(found), "m.onnx", Wish(iou=0.4)).choice.iou == 0.4


def test_each_picture_of_a_batch_has_its_own_and_padding_none() -> None:
    (one,) = answers.end_to_end().values()
    arrays = {"output0": np.concatenate([one, np.zeros_like(one), one])}
    found = signature(arrays, batch=3)
    made = detector(found, picture(found), "m.onnx", Wish())
    assert [len(each) for each in made.detections(list(arrays.values()), [PLACE, PLACE])] == [2, 0]


def test_a_batch_without_its_axis_in_the_outputs_is_refused() -> None:
    found = signature(answers.torchvision(), batch=2)
    with pytest.raises(InputInvalid, match="takes 2 pictures at once but does not say which box is of which"):
        detector(found, picture(found), "m.onnx", Wish())


@pytest.mark.parametrize("spoilt", [0, 1, 2])
def test_no_numbers_are_an_error_and_not_nothing(spoilt: int) -> None:
    arrays = list(answers.ssd().values())
    found = signature(answers.ssd())
    made = detector(found, picture(found), "m.onnx", Wish())
    arrays[spoilt] = np.full_like(arrays[spoilt], np.nan)
    with pytest.raises(InputInvalid, match=r"its output detection_\w+:0 has values that are no numbers \(NaN\)"):
        made.detections(arrays, [PLACE])


@pytest.mark.parametrize("task", ["classify", "obb"])
def test_other_tasks_are_refused(task: str) -> None:
    found = signature(answers.yolo_v8(), task=task)
    with pytest.raises(InputInvalid, match=f"one for the task '{task}', which gives no upright boxes"):
        detector(found, picture(found), "m.onnx", Wish())


def test_what_is_no_detector_is_shown() -> None:
    found = replace(signature(answers.yolo_v8()), outputs=(Tensor("features", "float32", (1, 512)),))
    with pytest.raises(InputInvalid, match=r"inputs: images float32 \(1, 3, 96, 64\); outputs: features float32"):
        detector(found, picture(found), "m.onnx", Wish())
