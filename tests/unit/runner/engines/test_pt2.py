"""Models of torch.export through torch: what they say of themselves, the same numbers as ONNX, and their errors."""

from typing import Any

import numpy as np
import onnx
import pytest
from onnx import helper, numpy_helper

from job_runner.detection.batch import Feeds
from job_runner.detection.signature import Tensor
from job_runner.engines.device import CPU, CUDA
from job_runner.engines.file_engine import PT2
from job_runner.engines.inspection import Form, inspected
from job_runner.engines.onnx import OnnxModel
from job_runner.engines.pt2 import Pt2Model, best_device, tried, version
from job_runner.errors import InputInvalid
from job_runner.stop import Stop
from tests.unit.runner.models import bright_model, node_model
from tests.unit.runner.programs import archive, bright_program, exported, module, needs_torch, sealed

pytestmark = needs_torch


def pictures(*places: tuple[int, int, int, int], size: int = 64) -> Feeds:
    """One picture for each place (left, top, right, bottom) that is lit in it."""
    images = np.zeros((len(places), 3, size, size), np.float32)
    for image, (left, top, right, bottom) in zip(images, places, strict=True):
        image[:, top:bottom, left:right] = 1
    return {"images": images}


def test_a_signature_has_names_types_shapes_and_metadata() -> None:
    found = Pt2Model(bright_program(batch=None), "m.pt2", 1).signature
    assert found.inputs == (Tensor("images", "float32", (None, 3, 64, 64)),)
    assert [(each.kind, each.shape) for each in found.outputs] == [("float32", (None, 1, 6))]
    assert found.metadata == {"names": '{"0": "lamp"}'}


@pytest.mark.parametrize("threads", [1, 2])
def test_it_gives_what_the_same_model_gives_as_onnx(threads: int) -> None:
    feeds = pictures((16, 8, 48, 24), (0, 0, 64, 64), (5, 60, 6, 61), (0, 0, 0, 0))
    (found,) = Pt2Model(bright_program(batch=None), "m.pt2", threads).run(feeds)
    (other,) = OnnxModel(bright_model(batch="N"), "m.onnx", threads).run(feeds)
    assert found[:3].tolist() == other[:3].tolist() == [
        [[16, 8, 48, 24, 1, 0]], [[0, 0, 64, 64, 1, 0]], [[5, 60, 6, 61, 1, 0]]
    ]  # fmt: skip
    assert found[3, 0, 4] == other[3, 0, 4] == 0


@pytest.mark.parametrize("threads", [1, 2])
def test_weights_give_what_they_give_as_onnx(threads: int) -> None:
    """A layer such as detectors have, whose sums are of 192 products; both libraries add in an order of their own."""
    import torch

    layer = torch.nn.Conv2d(3, 9, 8, stride=8)
    random = np.random.default_rng(7)
    weights = {
        name: random.normal(size=tuple(each.shape)).astype(np.float32) for name, each in layer.named_parameters()
    }
    layer.load_state_dict({name: torch.from_numpy(array) for name, array in weights.items()})
    network = torch.nn.Sequential(layer, torch.nn.Sigmoid(), torch.nn.Flatten(2)).eval()
    model = onnx.load_from_string(node_model([
        helper.make_node("Conv", ["images", "weight", "bias"], ["grid"], strides=[8, 8]),
        helper.make_node("Sigmoid", ["grid"], ["scores"]),
        helper.make_node("Reshape", ["scores", "shape"], ["found"]),
    ]))  # fmt: skip
    kept = weights | {"shape": np.array([1, 9, 64])}
    model.graph.initializer.extend(numpy_helper.from_array(array, name) for name, array in kept.items())
    feeds: Feeds = {"images": random.random((1, 3, 64, 64), np.float32)}
    (found,) = Pt2Model(exported(network, torch.zeros(1, 3, 64, 64)), "m.pt2", threads).run({"input": feeds["images"]})
    (other,) = OnnxModel(model.SerializeToString(), "m.onnx", threads).run(feeds)
    assert found.shape == other.shape == (1, 9, 64)
    assert np.allclose(found, other, rtol=0, atol=1e-5)


def test_it_is_tried_apart() -> None:
    signature, picture = inspected(bright_program(batch=None), "m.pt2", Form("m.pt2", batch=2), Stop(0), PT2)
    assert signature.outputs[0].shape == (2, 1, 6) and picture.shape == (2, 3, 64, 64)


def test_outputs_have_the_names_of_a_dict_and_inputs_of_arguments() -> None:
    import torch

    def named(self: Any, picture: Any, *, orig_target_sizes: Any) -> Any:
        rows = picture.to(torch.float32).mean((1, 2, 3))[:, None]
        found = {"labels": rows.to(torch.int64), "scores": rows.to(torch.bfloat16)}
        return [found | {"boxes": rows[:, :, None] * orig_target_sizes[:, None, :]}, rows > 0]

    pixels = torch.zeros(1, 8, 8, 3, dtype=torch.uint8)
    model = Pt2Model(exported(module(named), pixels, orig_target_sizes=torch.ones(1, 2)), "m.pt2", 1)
    assert [(each.name, each.kind, each.shape) for each in model.signature.inputs] == [
        ("picture", "uint8", (1, 8, 8, 3)), ("orig_target_sizes", "float32", (1, 2))
    ]  # fmt: skip
    assert [(each.name, each.kind) for each in model.signature.outputs[:3]] == [
        ("labels", "int64"), ("scores", "bfloat16"), ("boxes", "float32")
    ]  # fmt: skip
    feeds: Feeds = {
        "orig_target_sizes": np.array([[2, 3]], np.float32), "picture": np.full((1, 8, 8, 3), 7, np.uint8)
    }  # fmt: skip
    assert [array.tolist() for array in model.run(feeds)] == [[[7]], [[7.0]], [[[14.0, 21.0]]], [[True]]]


def test_a_program_that_gives_another_answer_each_time_is_refused() -> None:
    import torch

    def count(self: Any, images: Any) -> Any:
        self.calls += 1
        return images + self.calls

    counting = module(count)
    counting.register_buffer("calls", torch.zeros(1))
    layers = torch.nn.Sequential(torch.nn.Conv2d(3, 3, 1), torch.nn.Dropout(0.5))
    example = torch.zeros(1, 3, 8, 8)
    tried(exported(layers.eval(), example), "m.pt2", 1)
    with pytest.raises(InputInvalid, match=r"m.pt2 draws random numbers \(aten.*dropout.*: .*; export model.eval\(\)"):
        tried(exported(layers.train(), example), "m.pt2", 1)
    with pytest.raises(InputInvalid, match=r"m.pt2 changes itself with each call \(calls\)"):
        tried(exported(counting, example), "m.pt2", 1)


def test_what_torch_cannot_load_or_run_is_said_in_one_line() -> None:
    with pytest.raises(InputInvalid, match=rf"model m.pt2 cannot be loaded by torch {version()[:3]}.*: .*; export it"):
        Pt2Model(sealed(), "m.pt2", 1)
    with pytest.raises(InputInvalid, match="without a program"):
        Pt2Model(archive({"archive_format": "pt2"}), "m.pt2", 1)
    with pytest.raises(InputInvalid, match=r"model m.pt2 failed: Guard failed: .*64") as caught:
        Pt2Model(bright_program(), "m.pt2", 1).run(pictures((0, 0, 1, 1), size=32))
    assert "\n" not in str(caught.value)


def test_an_input_or_output_that_is_no_tensor_is_named() -> None:
    import torch

    def scaled(self: Any, images: Any, factor: int) -> Any:
        return images * factor

    def counted(self: Any, images: Any) -> Any:
        return {"found": images, "count": 3}

    with pytest.raises(InputInvalid, match="its input factor is no tensor; export it with the picture as the only"):
        Pt2Model(exported(module(scaled), torch.zeros(1, 3, 8, 8), 2), "m.pt2", 1)
    with pytest.raises(InputInvalid, match="its output count is no tensor; export a detector"):
        Pt2Model(exported(module(counted), torch.zeros(1, 3, 8, 8)), "m.pt2", 1)


def test_without_cuda_it_is_the_cpu_and_that_is_said(caplog: pytest.LogCaptureFixture) -> None:
    if best_device() == CUDA:
        pytest.skip("this machine has CUDA")
    data = bright_program()
    model = Pt2Model(data, "m.pt2", 1, CUDA)
    assert model.device == CPU and model.run(pictures((0, 0, 1, 1)))
    assert "model m.pt2 runs on the CPU: torch cannot use CUDA here" in caplog.messages


def test_algorithms_are_those_that_give_the_same() -> None:
    import torch

    Pt2Model(bright_program(), "m.pt2", 3)
    assert torch.are_deterministic_algorithms_enabled() and torch.get_num_threads() == 3
    assert torch.get_float32_matmul_precision() == "highest"
    assert not torch.backends.cudnn.allow_tf32 and not torch.backends.cudnn.benchmark
