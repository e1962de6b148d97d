"""Each format: its boxes are read, it is recognised, and its batch is taken apart."""

import re
from collections.abc import Callable

import numpy as np
import pytest

from job_runner.detection.formats import FORMATS
from job_runner.detection.formats.grid import is_grid, places
from job_runner.detection.recognise import recognise
from tests.unit.runner.detection import answers
from tests.unit.runner.detection.answers import BOXES, CLASSES, LABELS, SCORES, SIZE, Array, known

Made = Callable[[], dict[str, Array]]
GIVEN: dict[str, Made] = {
    "YOLOv5": answers.yolo_v5,
    "YOLOv8": answers.yolo_v8,
    "YOLOX": answers.yolox,
    "EndToEnd": answers.end_to_end,
    "YOLOv7EndToEnd": answers.flat,
    "DETR": answers.detr,
    "RTDETR": answers.rt_detr,
    "Torchvision": answers.torchvision,
    "BoxesLabelsScores": answers.batched,
    "SSD": answers.ssd,
    "Faces": answers.faces,
    "UltraFace": answers.ultraface,
}
ONE_KIND = ("Faces", "UltraFace")


def test_each_format_has_an_answer_here() -> None:
    assert set(GIVEN) == set(FORMATS)


@pytest.mark.parametrize("name", FORMATS)
def test_boxes_scores_and_labels_are_read(name: str) -> None:
    format, arrays = FORMATS[name], GIVEN[name]()
    picture = [array[0] for array in arrays.values()] if format.batched else list(arrays.values())
    found = format.decode(picture, known(arrays), 0.3)
    assert np.allclose(found.boxes, BOXES, atol=1e-3)
    assert np.allclose(found.scores, SCORES, atol=1e-4)
    assert found.labels.tolist() == ([0, 0] if name in ONE_KIND else LABELS.tolist())


@pytest.mark.parametrize("name", FORMATS)
def test_what_is_below_the_least_is_left_out(name: str) -> None:
    format, arrays = FORMATS[name], GIVEN[name]()
    picture = [array[0] for array in arrays.values()] if format.batched else list(arrays.values())
    assert len(format.decode(picture, known(arrays), 0.7)) == 1
    assert len(format.decode(picture, known(arrays), 0.95)) == 0


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "YOLOX"])
def test_it_is_recognised_by_its_outputs_and_names(name: str) -> None:
    classes = None if name in ONE_KIND else CLASSES
    assert recognise(known(GIVEN[name](), classes), "m.onnx").name == name


@pytest.mark.parametrize("name", FORMATS)
def test_it_can_be_named(name: str) -> None:
    assert recognise(known(GIVEN[name]()), "m.onnx", name).name == name


@pytest.mark.parametrize("turned", [False, True])
def test_yolo_v8_tells_its_axes_by_the_grid(turned: bool) -> None:
    (whole,) = answers.yolo_v8().values()
    array = whole.transpose(0, 2, 1) if turned else whole
    found = recognise(known({"output0": array}, CLASSES), "m.onnx")
    assert found.name == "YOLOv8"
    assert np.allclose(found.decode([array[0]], known({"output0": array}, CLASSES), 0.3).boxes, BOXES, atol=1e-3)


def test_coco_at_640_as_everybody_has_it() -> None:
    size, floats = (640, 640), np.float32
    v8, v5 = np.zeros((1, 84, 8400), floats), np.zeros((1, 25200, 85), floats)
    assert recognise(known({"output0": v8}, None, size), "m.onnx").name == "YOLOv8"
    assert recognise(known({"output": v5}, None, size), "m.onnx").name == "YOLOv5"
    assert recognise(known({"output": v5[:, :, :6]}, None, size), "m.onnx").name == "YOLOv5"
    assert recognise(known({"output0": np.zeros((1, 300, 6), floats)}, None, size), "m.onnx").name == "EndToEnd"
    detr = {"logits": np.zeros((1, 100, 92), floats), "pred_boxes": np.zeros((1, 100, 4), floats)}
    assert recognise(known(detr, None, size), "m.onnx").name == "DETR"
    rt_detr = {"logits": np.zeros((1, 300, 80), floats), "pred_boxes": np.zeros((1, 300, 4), floats)}
    assert recognise(known(rt_detr, None, size), "m.onnx").name == "RTDETR"


def test_masks_and_key_points_are_no_classes() -> None:
    (whole,) = answers.yolo_v8().values()
    more = np.concatenate([whole, np.full((1, 32, whole.shape[2]), 9, np.float32)], 1)
    masks = {"output0": more, "output1": np.zeros((1, 32, 24, 16), np.float32)}
    assert FORMATS["YOLOv8"].decode([more[0], masks["output1"][0]], known(masks), 0.3).labels.tolist() == [2, 0]
    points = known({"output0": more}, CLASSES)
    assert FORMATS["YOLOv8"].decode([more[0]], points, 0.3).labels.tolist() == [2, 0]


def test_what_may_be_two_things_is_asked_for() -> None:
    rows = {"output": np.zeros((1, 8400, 85), np.float32)}
    with pytest.raises(match=re.escape("outputs could be YOLOv5, YOLOv8, YOLOX; say which (--format)")):
        recognise(known(rows, None, (640, 640)), "m.onnx", signature="output float32 (1, 8400, 85)")


def test_a_format_that_is_not_there_or_does_not_fit_is_said_so() -> None:
    boxes = known(answers.torchvision())
    with pytest.raises(match=r"there is no format YOLOv3. Formats: YOLOv5 "):
        recognise(boxes, "m.onnx", "YOLOv3")
    with pytest.raises(
        match=re.escape("its outputs are not SSD, detection_boxes, detection_classes, detection_scores")
    ):
        recognise(boxes, "m.onnx", "SSD")


@pytest.mark.parametrize(
    "outputs",
    [
        {},
        {"features": np.zeros((1, 512), np.float32)},
        {"mask": np.zeros((1, 1, 96, 64), np.float32)},
        {"boxes": np.zeros((2, 5), np.float32), "scores": np.zeros(2, np.float32)},
    ],
)
def test_what_is_no_detector_is_shown_with_the_choice(outputs: dict[str, Array]) -> None:
    with pytest.raises(
        match=r"those of no detector known here. It has inputs: x; outputs: y. Formats: YOLOv5"
    ) as caught:
        recognise(known(outputs), "m.onnx", signature="inputs: x; outputs: y")
    assert all(name in str(caught.value) for name in FORMATS)


def test_places_of_grids() -> None:
    assert places((640, 640), (8, 16, 32)) == 8400
    assert places(SIZE, (8, 16, 32)) == answers.places()
    assert is_grid(25200, (640, 640), (3,)) and not is_grid(25200, (640, 640), (1,))
    assert is_grid(102000, (1280, 1280), (3,)), "with a head for large things, as YOLOv5's P6"
    assert not is_grid(None, (640, 640), (1,))
