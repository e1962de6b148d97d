"""Models through onnxruntime: what they say of themselves, and their errors in one line."""

import numpy as np
import onnxruntime
import pytest
from onnx import TensorProto, helper

from job_runner.detection.signature import Tensor
from job_runner.engines import metadata, outputs
from job_runner.engines.device import CPU, CUDA
from job_runner.engines.onnx import OnnxModel, best_device, check_installed
from job_runner.errors import ConfigInvalid, InputInvalid
from tests.unit.runner.models import bright_model, constant_model, node_model


def picture(size: int = 64, batch: int = 1) -> dict[str, np.typing.NDArray[np.generic]]:
    images = np.zeros((batch, 3, size, size), np.float32)
    images[:, :, 8:24, 16:48] = 1
    return {"images": images}


def test_a_signature_has_names_types_shapes_and_metadata() -> None:
    found = OnnxModel(bright_model(batch="N"), "m.onnx", 1).signature
    assert found.inputs == (Tensor("images", "float32", (None, 3, 64, 64)),)
    assert found.outputs == (Tensor("found", "float32", (None, 1, 6)),)
    assert found.metadata == {"names": "{0: 'lamp'}"}


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("batch", [1, 3])
def test_it_is_run(threads: int, batch: int) -> None:
    (found,) = OnnxModel(bright_model(batch="N"), "m.onnx", threads).run(picture(batch=batch))
    assert found.tolist() == [[[16, 8, 48, 24, 1, 0]]] * batch


def test_without_cuda_it_is_the_cpu_and_that_is_said(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    if best_device() == CUDA:
        pytest.skip("this onnxruntime has CUDA")
    model = OnnxModel(bright_model(), "m.onnx", 1, best_device())
    assert model.device == CPU and not caplog.records
    model = OnnxModel(bright_model(), "m.onnx", 1, CUDA)
    assert model.device == CPU and model.run(picture())
    assert [record.getMessage() for record in caplog.records] == [
        "model m.onnx runs on the CPU: onnxruntime cannot use CUDA here"
    ]
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: ["CUDAExecutionProvider"])
    assert best_device() == CUDA


def test_what_onnxruntime_cannot_load_is_said_in_one_line() -> None:
    with pytest.raises(InputInvalid, match=r"model m.onnx cannot be loaded: .*NoSuchThing") as caught:
        OnnxModel(node_model([helper.make_node("NoSuchThing", ["images"], ["found"])]), "m.onnx", 1)
    assert "\n" not in str(caught.value)


def test_a_picture_of_another_size_is_an_error_of_the_model() -> None:
    with pytest.raises(InputInvalid, match=r"model m.onnx failed: .*[Dd]imension"):
        OnnxModel(bright_model(), "m.onnx", 1).run(picture(32))


def test_an_output_that_is_no_array_of_numbers_is_refused() -> None:
    words = constant_model({"a": np.array(["x"], object)})
    with pytest.raises(InputInvalid, match="its output a is no array of numbers"):
        OnnxModel(words, "m.onnx", 1).run(picture())


def test_an_enormous_output_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outputs, "MOST_VALUES", 10)
    with pytest.raises(InputInvalid, match="its output a has 12 values"):
        OnnxModel(constant_model({"a": np.zeros((1, 2, 6), np.float32)}), "m.onnx", 1).run(picture())


def test_metadata_beyond_all_measure_is_left_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metadata, "MOST_LETTERS", 100)
    data = constant_model({"a": np.zeros(1, np.float32)}, metadata={"a": "short", "b": "x" * 200})
    assert OnnxModel(data, "m.onnx", 1).signature.metadata == {"a": "short"}


def test_without_onnxruntime_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ConfigInvalid, match=r"pip install 'spotreel\[detect\]'"):
        check_installed()


def test_types_have_numpys_names() -> None:
    data = constant_model({"a": np.zeros(1, np.int64)}, kind=TensorProto.UINT8)
    found = OnnxModel(data, "m.onnx", 1).signature
    assert (found.inputs[0].kind, found.outputs[0].kind) == ("uint8", "int64")
