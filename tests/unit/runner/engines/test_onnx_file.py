"""ONNX files that want more than themselves are refused before anything loads them."""

import pickle
import zipfile
from pathlib import Path

import numpy as np
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper

from job_runner.engines import onnx_file
from job_runner.engines.onnx_file import check_model
from job_runner.errors import InputInvalid
from tests.unit.runner.models import bright_model, constant_model, node_model

GOOD = bright_model()


def relu(domain: str = "", kind: str = "Relu") -> onnx.NodeProto:
    return helper.make_node(kind, ["images"], ["found"], domain=domain)


def outside() -> onnx.TensorProto:
    tensor = numpy_helper.from_array(np.zeros(4, np.float32), "weights")
    onnx.external_data_helper.set_external_data(tensor, "/etc/passwd")
    tensor.ClearField("raw_data")
    return tensor


def test_a_plain_model_passes() -> None:
    check_model(GOOD, "m.onnx")
    check_model(constant_model({"a": np.zeros((1, 2, 6), np.float32)}), "m.onnx")


@pytest.mark.parametrize("place", ["initializer", "attribute", "subgraph", "sparse"])
def test_weights_in_other_files_are_refused_wherever_they_are_named(place: str) -> None:
    model = onnx.load_from_string(node_model([relu()]))
    if place == "initializer":
        model.graph.initializer.append(outside())
    elif place == "attribute":
        model.graph.node.append(helper.make_node("Constant", [], ["w"], value=outside()))
    elif place == "subgraph":
        inner = helper.make_graph([relu()], "inner", [], [], [outside()])
        model.graph.node.append(helper.make_node("If", ["c"], ["w"], then_branch=inner, else_branch=inner))
    else:
        model.graph.sparse_initializer.append(onnx.SparseTensorProto(values=outside(), dims=[4]))
    with pytest.raises(InputInvalid, match=r"m.onnx keeps weights in another file \(/etc/passwd\); save it as one"):
        check_model(model.SerializeToString(), "m.onnx")


def test_a_place_alone_is_enough() -> None:
    tensor = TensorProto(name="w", dims=[1], data_type=1, data_location=TensorProto.EXTERNAL)
    model = onnx.load_from_string(node_model([relu()]))
    model.graph.initializer.append(tensor)
    with pytest.raises(InputInvalid, match="another file"):
        check_model(model.SerializeToString(), "m.onnx")


def test_operators_of_a_library_of_somebody_are_refused() -> None:
    with pytest.raises(InputInvalid, match=r"needs operators of ai.onnx.contrib, which onnxruntime has not"):
        check_model(node_model([relu("ai.onnx.contrib")]), "m.onnx")
    check_model(node_model([relu("com.microsoft", "FusedConv")]), "m.onnx")


def test_operators_of_functions_in_the_file_are_its_own() -> None:
    body = [helper.make_node("Relu", ["x"], ["y"])]
    own = helper.make_function("mine", "Twice", ["x"], ["y"], body, [helper.make_opsetid("", 17)])
    check_model(node_model([relu("mine", "Twice")], functions=[own]), "m.onnx")
    bad = helper.make_function("mine", "Twice", ["x"], ["y"], [relu("theirs")], [helper.make_opsetid("", 17)])
    with pytest.raises(InputInvalid, match="operators of theirs"):
        check_model(node_model([relu("mine", "Twice")], functions=[bad]), "m.onnx")


@pytest.mark.parametrize("kind", onnx_file.OUTSIDE)
def test_operators_that_load_something_are_refused(kind: str) -> None:
    with pytest.raises(InputInvalid, match=f"uses {kind}, which loads what is not in the file"):
        check_model(node_model([relu("com.microsoft", kind)]), "m.onnx")


@pytest.mark.parametrize("data", [b"", b"GIF89a....", b"\x08\x08", GOOD[: len(GOOD) // 2], b"\xff" * 100])
def test_what_is_no_onnx_is_said_to_be_none(data: bytes) -> None:
    with pytest.raises(InputInvalid, match=r"m.onnx is no ONNX file"):
        check_model(data, "m.onnx")


def test_a_large_one_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onnx_file, "MAX_BYTES", 100)
    with pytest.raises(InputInvalid, match=r"m.onnx has [\d,]+ bytes; at most 100 are possible"):
        check_model(GOOD, "m.onnx")


def test_graphs_within_graphs_end() -> None:
    inner = helper.make_graph([relu()], "inner", [], [])
    for _ in range(onnx_file.DEEPEST + 2):
        node = helper.make_node("If", ["c"], ["w"], then_branch=inner)
        inner = helper.make_graph([node], "outer", [], [])
    with pytest.raises(InputInvalid, match="graphs within graphs"):
        check_model(helper.make_model(inner).SerializeToString(), "m.onnx")


@given(st.integers(0, len(GOOD) - 1), st.integers(0, 255))
def test_a_spoilt_byte_gives_an_answer_or_one_error(at: int, value: int) -> None:
    spoilt = GOOD[:at] + bytes([value]) + GOOD[at + 1 :]
    try:
        check_model(spoilt, "m.onnx")
    except InputInvalid as error:
        assert str(error).startswith("model m.onnx ")


def test_what_runs_code_when_it_is_loaded_is_refused_by_its_name(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "m.pt2", "w") as archive:
        archive.writestr("archive_format", "pt2")
    for data in ((tmp_path / "m.pt2").read_bytes(), pickle.dumps([1]), pickle.dumps([1], 2)):
        with pytest.raises(InputInvalid, match=r"model m.pt2 is an archive of PyTorch's .*; export it as ONNX"):
            check_model(data, "m.pt2")
