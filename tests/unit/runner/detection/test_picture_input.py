"""Which input takes the picture, and what models that cannot be fed are told."""

import re

import pytest

from job_runner.detection.picture_input import picture_input
from job_runner.detection.signature import Shape, Signature, Tensor
from job_runner.errors import InputInvalid


def of(shape: Shape, kind: str = "float32", *more: Tensor) -> Signature:
    return Signature((Tensor("images", kind, shape), *more), ())


@pytest.mark.parametrize(
    ("shape", "kind", "planar", "size", "batch"),
    [
        ((1, 3, 480, 640), "float32", True, (640, 480), 1),
        ((4, 480, 640, 3), "uint8", False, (640, 480), 4),
        ((None, 3, 480, 640), "float16", True, (640, 480), 2),
        ((3, 480, 640), "float32", True, (640, 480), 1),
        ((480, 640, 3), "uint8", False, (640, 480), 1),
        ((None, None, 480, 640), "float32", True, (640, 480), 2),
    ],
)
def test_layouts(shape: Shape, kind: str, planar: bool, size: tuple[int, int], batch: int) -> None:
    found = picture_input(of(shape, kind), "m.onnx", batch=2)
    assert (found.name, found.kind, found.planar, found.size, found.batch) == ("images", kind, planar, size, batch)


def test_a_size_that_is_open_is_asked_for_and_taken() -> None:
    signature = of((None, 3, None, None))
    with pytest.raises(
        InputInvalid, match=re.escape("any size (images float32 (?, 3, ?, ?)); say which it was trained")
    ):
        picture_input(signature, "m.onnx")
    assert picture_input(signature, "m.onnx", (640, 384)).shape == (1, 3, 384, 640)
    assert picture_input(of((1, None, None, 3), "uint8"), "m.onnx", (640, 384)).shape == (1, 384, 640, 3)


def test_another_size_than_the_models_is_refused() -> None:
    with pytest.raises(InputInvalid, match="takes pictures of 640x480, not 640x640"):
        picture_input(of((1, 3, 480, 640)), "m.onnx", (640, 640))
    assert picture_input(of((1, 3, 480, None)), "m.onnx", (640, 480)).size == (640, 480)


@pytest.mark.parametrize(
    ("shape", "kind"), [((1, 80), "float32"), ((1, 1, 32, 32), "float32"), ((1, 3, 32, 32), "int64"), ((), "float32")]
)
def test_a_model_without_a_picture(shape: Shape, kind: str) -> None:
    with pytest.raises(InputInvalid, match=r"none of its inputs is a picture.*It has inputs: images"):
        picture_input(of(shape, kind), "m.onnx")


def test_a_model_with_two_pictures() -> None:
    with pytest.raises(InputInvalid, match="more than one of its inputs may be a picture"):
        picture_input(of((1, 3, 8, 8), "float32", Tensor("depth", "float32", (1, 3, 8, 8))), "m.onnx")


def test_size_and_mask_are_filled_and_nothing_else() -> None:
    sizes, mask = Tensor("orig_target_sizes", "int64", (None, 2)), Tensor("pixel_mask", "int64", (None, None, None))
    found = picture_input(of((1, 3, 8, 8), "float32", mask, sizes), "m.onnx")
    assert (found.sizes, found.masks) == (sizes, mask)
    with pytest.raises(
        InputInvalid, match=re.escape("its input text int64 (1, 77) is neither the picture nor its size")
    ):
        picture_input(of((1, 3, 8, 8), "float32", Tensor("text", "int64", (1, 77))), "m.onnx")


@pytest.mark.parametrize("shape", [(1, 3, 8, 9000), (1, 3, 9000, 8)])
def test_enormous_pictures_are_refused(shape: Shape) -> None:
    with pytest.raises(InputInvalid, match="at most 4096 a side"):
        picture_input(of(shape), "m.onnx")


@pytest.mark.parametrize("batch", [0, 65, 10**9])
def test_enormous_batches_are_refused(batch: int) -> None:
    with pytest.raises(InputInvalid, match=f"takes {batch} pictures at once; 1 to 64"):
        picture_input(of((None, 3, 8, 8)), "m.onnx", batch=batch)
