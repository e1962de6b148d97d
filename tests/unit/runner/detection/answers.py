"""Arrays as models of each format would give them, for boxes that are known."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from job_runner.detection.fitting import Size
from job_runner.detection.known import Known
from job_runner.detection.signature import Tensor

Array = npt.NDArray[np.generic]

SIZE: Size = (64, 96)
BOXES = np.array([[8, 16, 24, 48], [30, 10, 60, 90]], np.float32)
SCORES = np.array([0.9, 0.6], np.float32)
LABELS = np.array([2, 0])
CLASSES = 3


def known(arrays: Mapping[str, Array], classes: int | None = None, size: Size = SIZE) -> Known:
    """As a trial finds it."""
    outputs = tuple(Tensor(name, str(array.dtype), array.shape) for name, array in arrays.items())
    return Known(outputs, size, classes)


def centred(boxes: npt.NDArray[np.float32] = BOXES) -> npt.NDArray[np.float32]:
    """Centre and size."""
    return np.concatenate([(boxes[:, :2] + boxes[:, 2:]) / 2, boxes[:, 2:] - boxes[:, :2]], 1)


def scale(size: Size = SIZE) -> npt.NDArray[np.float32]:
    """What a share of the input is multiplied by."""
    return np.array([*size, *size], np.float32)


def one_hot(score: float = 1.0, classes: int = CLASSES) -> npt.NDArray[np.float32]:
    """(2, classes): each row its own label's score."""
    rows = np.full((2, classes), 0.01, np.float32)
    rows[np.arange(2), LABELS] = SCORES * score
    return rows


def grid_rows(rows: npt.NDArray[np.float32], count: int) -> npt.NDArray[np.float32]:
    """(1, count, columns): these rows among others of nothing."""
    whole = np.zeros((1, count, rows.shape[1]), np.float32)
    whole[0, [5, count - 1]] = rows
    return whole


def places() -> int:
    """Cells of SIZE at strides 8, 16 and 32."""
    return 8 * 12 + 4 * 6 + 2 * 3


def logit(share: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The logistic function's inverse."""
    return np.asarray(np.log(share / (1 - share)), np.float32)


def yolo_v5(objectness: float = 0.95, count: int | None = None) -> dict[str, Array]:
    rows = np.concatenate([centred(), np.full((2, 1), objectness, np.float32), one_hot(1 / objectness)], 1)
    return {"output": grid_rows(rows, count or 3 * places())}


def yolo_v8() -> dict[str, Array]:
    rows = np.concatenate([centred(), one_hot()], 1)
    return {"output0": grid_rows(rows, places()).transpose(0, 2, 1).copy()}


def yolox() -> dict[str, Array]:
    """Each box in the cell of stride 8 that is the first of its grid, and the last of stride 32."""
    whole = np.zeros((1, places(), 5 + CLASSES), np.float32)
    for row, cell, (column, line, stride) in ((0, 0, (0, 0, 8)), (1, places() - 1, (1, 2, 32))):
        x, y, width, height = centred()[row]
        whole[0, cell, :5] = [
            x / stride - column,
            y / stride - line,
            np.log(width / stride),
            np.log(height / stride),
            1,
        ]
        whole[0, cell, 5:] = one_hot()[row]
    return {"output": whole}


def end_to_end() -> dict[str, Array]:
    rows = np.concatenate([BOXES, SCORES[:, None], LABELS[:, None].astype(np.float32)], 1)
    return {"output0": np.concatenate([rows[None], np.zeros((1, 8, 6), np.float32)], 1)}


def flat() -> dict[str, Array]:
    zero = np.zeros((2, 1), np.float32)
    return {"output": np.concatenate([zero, BOXES, LABELS[:, None].astype(np.float32), SCORES[:, None]], 1)}


def detr() -> dict[str, Array]:
    """Softmax over the classes and none."""
    shares = np.full((5, CLASSES + 1), 1e-6, np.float32)
    shares[:2, :CLASSES] = one_hot()
    shares[:, -1] = 1 - shares[:, :-1].sum(1)
    boxes = np.concatenate([centred() / scale(), np.full((3, 4), 0.5, np.float32)])
    return {"logits": np.log(shares)[None], "pred_boxes": boxes[None]}


def rt_detr() -> dict[str, Array]:
    shares = np.full((5, CLASSES), 1e-6, np.float32)
    shares[:2] = one_hot()
    boxes = np.concatenate([centred() / scale(), np.full((3, 4), 0.5, np.float32)])
    return {"logits": logit(shares)[None], "pred_boxes": boxes[None]}


def torchvision() -> dict[str, Array]:
    return {"boxes": BOXES, "labels": LABELS.astype(np.int64), "scores": SCORES}


def batched() -> dict[str, Array]:
    return {"labels": LABELS[None].astype(np.int64), "boxes": BOXES[None], "scores": SCORES[None]}


def ssd() -> dict[str, Array]:
    boxes = (BOXES / scale())[:, [1, 0, 3, 2]]
    return {
        "detection_boxes:0": boxes[None],
        "detection_classes:0": (LABELS + 1)[None].astype(np.float32),
        "detection_scores:0": SCORES[None],
        "num_detections:0": np.array([2], np.float32),
    }


def faces() -> dict[str, Array]:
    return {"boxes": BOXES, "probs": SCORES, "points": np.zeros((2, 5, 2), np.float32)}


def ultraface() -> dict[str, Array]:
    boxes, scores = np.zeros((1, 200, 4), np.float32), np.zeros((1, 200, 2), np.float32)
    scores[..., 0] = 1
    boxes[0, [3, 99]] = BOXES / scale()
    scores[0, [3, 99], 1] = SCORES
    return {"scores": scores, "boxes": boxes}
