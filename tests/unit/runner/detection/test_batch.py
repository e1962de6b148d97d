"""Pictures in the arrays that a model is given."""

import numpy as np
import pytest

from job_runner.detection.batch import BORDER, Batch
from job_runner.detection.fitting import fitted
from job_runner.detection.picture_input import PictureInput
from job_runner.detection.signature import Tensor
from job_runner.detection.values import VALUES, lines

LINES = lines(VALUES["0..1"])
PLACE = fitted((8, 4), (8, 8), "Letterbox")


def planes(red: int, green: int, blue: int) -> list[np.typing.NDArray[np.uint8]]:
    return [np.full((4, 8), value, np.uint8) for value in (red, green, blue)]


@pytest.mark.parametrize("order", ["RGB", "BGR"])
@pytest.mark.parametrize("planar", [True, False])
def test_colours_lie_where_the_model_has_them(order: str, planar: bool) -> None:
    shape = (2, 3, 8, 8) if planar else (2, 8, 8, 3)
    batch = Batch(PictureInput("images", "uint8", shape, planar), LINES, order)
    batch.put(1, planes(10, 20, 30), PLACE)
    whole = batch.feeds()["images"]
    pixels = np.moveaxis(whole, 1, -1) if planar else whole
    assert pixels.shape == (2, 8, 8, 3)
    assert (pixels[1, 2:6] == ([10, 20, 30] if order == "RGB" else [30, 20, 10])).all()
    assert (pixels[1, :2] == BORDER).all() and (pixels[1, 6:] == BORDER).all()
    assert (pixels[0] == BORDER).all(), "what is not filled is grey"


def test_without_the_batchs_axis_as_floats() -> None:
    batch = Batch(PictureInput("images", "float32", (3, 8, 8), True), LINES)
    batch.put(0, planes(0, 51, 255), PLACE)
    whole = batch.feeds()["images"]
    assert whole.dtype == np.float32 and whole.shape == (3, 8, 8)
    assert np.allclose(whole[:, 3, 3], [0, 0.2, 1]) and np.allclose(whole[:, 0, 0], BORDER / 255)


def test_further_inputs() -> None:
    sizes, masks = Tensor("sizes", "int64", (None, 2)), Tensor("pixel_mask", "int64", (None, None, 8))
    feeds = Batch(PictureInput("images", "float32", (2, 3, 4, 8), True, sizes, masks), LINES).feeds()
    assert feeds["sizes"].tolist() == [[8, 4], [8, 4]] and feeds["sizes"].dtype == np.int64
    assert feeds["pixel_mask"].shape == (2, 4, 8) and feeds["pixel_mask"].all()
