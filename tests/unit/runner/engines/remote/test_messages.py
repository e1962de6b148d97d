"""Arrays there and back, and everything that may be wrong with an answer."""

from typing import Any

import numpy as np
import pytest

from job_runner.detection.signature import Signature, Tensor
from job_runner.engines.remote.messages import DATATYPES, KINDS, arrays_of, request_of, signature_of
from job_runner.engines.remote.protocol_pb2 import ModelInferRequest, ModelInferResponse, ModelMetadataResponse
from job_runner.errors import InputInvalid

FOUND = Tensor("found", "float32", (None, 6))
ROWS = np.arange(12, dtype=np.float32).reshape(2, 6)
DATA = ROWS.tobytes()


def answer(raw: Any = (DATA,), **more: Any) -> ModelInferResponse:
    output = {"name": "found", "datatype": "FP32", "shape": [2, 6], **more}
    return ModelInferResponse(outputs=[output], raw_output_contents=raw)


@pytest.mark.parametrize("kind", DATATYPES)
def test_every_type_there_and_back(kind: str) -> None:
    array = (np.arange(24).reshape(2, 3, 4) % 2 * 100).astype(kind)
    request = request_of({"images": array}, [FOUND], "detector", "3")
    assert (request.model_name, request.model_version) == ("detector", "3")
    sent = request.inputs[0]
    assert (sent.name, sent.datatype, tuple(sent.shape)) == ("images", DATATYPES[kind], (2, 3, 4))
    assert [wanted.name for wanted in request.outputs] == ["found"]
    back = ModelInferResponse(
        outputs=[{"name": "a", "datatype": sent.datatype, "shape": sent.shape}],
        raw_output_contents=request.raw_input_contents,
    )
    (found,) = arrays_of(back, [Tensor("a", kind, (2, None, 4))], "m")
    assert found.dtype == array.dtype and np.array_equal(found, array)


def test_what_is_sent_is_little_endian_and_row_by_row() -> None:
    array = np.arange(6, dtype=">i4").reshape(2, 3).T
    request = request_of({"a": array}, [], "m", "")
    assert request.raw_input_contents[0] == np.array([0, 3, 1, 4, 2, 5], "<i4").tobytes()


@pytest.mark.parametrize(
    ("datatype", "contents"),
    [
        ("BOOL", {"bool_contents": [True, False]}), ("INT8", {"int_contents": [-128, 127]}),
        ("UINT8", {"uint_contents": [0, 255]}), ("INT64", {"int64_contents": [-(2**63), 2**63 - 1]}),
        ("UINT64", {"uint64_contents": [0, 2**64 - 1]}), ("FP32", {"fp32_contents": [0.5, float("inf")]}),
        ("FP64", {"fp64_contents": [1e300, -0.0]}), ("UINT32", {"uint_contents": [0, 2**32 - 1]}),
        ("INT32", {"int_contents": [-(2**31), 2**31 - 1]}),
    ],
)  # fmt: skip
def test_values_by_their_type(datatype: str, contents: dict[str, Any]) -> None:
    given = answer((), datatype=datatype, shape=[2], contents=contents)
    (found,) = arrays_of(given, [Tensor("found", KINDS[datatype], (2,))], "m")
    assert found.dtype.name == KINDS[datatype] and found.tolist() == next(iter(contents.values()))


def test_in_the_order_that_is_asked_for() -> None:
    given = ModelInferResponse(
        outputs=[{"name": name, "datatype": "INT8", "shape": [1]} for name in ("b", "more", "a")],
        raw_output_contents=[b"\1", b"\2", b"\3"],
    )
    found = arrays_of(given, [Tensor("a", "int8", (1,)), Tensor("b", "int8", (None,))], "m")
    assert [array.item() for array in found] == [3, 1]


def test_nothing_found_is_an_array_too() -> None:
    (found,) = arrays_of(answer((b"",), shape=[0, 6]), [FOUND], "m")
    assert found.shape == (0, 6)
    (found,) = arrays_of(answer((), shape=[0, 6]), [FOUND], "m")
    assert found.shape == (0, 6) and found.dtype == np.float32


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (answer((DATA[:-1],)), "its output found came with 47 bytes, which are not 12 of FP32"),
        (answer((DATA[:-4],)), "its output found came with 44 bytes"),
        (answer((DATA + b"\0\0\0\0",)), "its output found came with 52 bytes"),
        (answer((b"",)), "its output found came with 0 bytes"),
        (answer(()), "its output found came with 0 values, which are not 12 of FP32"),
        (answer((DATA, b"")), "answers with 1 outputs and 2 pieces of data"),
        (answer(name="other"), "its answer lacks the output found"),
        (ModelInferResponse(), "its answer lacks the output found"),
        (
            answer(datatype="FP64"),
            r"came as found float64 \(2, 6\), but its server tells of found float32 \(\?, 6\)",
        ),
        (answer(datatype="\x1b[1mBYTES"), r"came as found BYTES \(2, 6\)"),
        (answer(shape=[2, 7]), r"came as found float32 \(2, 7\)"),
        (answer(shape=[12]), r"came as found float32 \(12\)"),
        (answer(shape=[-1, 6]), r"came as found float32 \(-1, 6\)"),
        (answer(shape=[2**40, 6]), "has 6,597,069,766,656 values; at most"),
        (answer(shape=[1] * 1000), "came as found float32"),
        (answer((), datatype="FP32", contents={"fp32_contents": [1] * 11}), "came with 11 values"),
    ],
)
def test_what_may_be_wrong(given: ModelInferResponse, said: str) -> None:
    with pytest.raises(InputInvalid, match=said) as caught:
        arrays_of(given, [FOUND], "m")
    assert len(str(caught.value)) < 300


def test_values_that_their_type_cannot_have() -> None:
    given = answer((), datatype="UINT8", shape=[1], contents={"uint_contents": [256]})
    with pytest.raises(InputInvalid, match="has values that are no UINT8"):
        arrays_of(given, [Tensor("found", "uint8", (1,))], "m")
    with pytest.raises(InputInvalid, match="came without its bytes, which FP16 must have"):
        arrays_of(answer((), datatype="FP16", shape=[1]), [Tensor("found", "float16", (1,))], "m")


def test_a_crowd_of_outputs() -> None:
    given = ModelInferResponse(outputs=[{"name": str(n)} for n in range(1000)])
    with pytest.raises(InputInvalid, match="answers with 1000 outputs"):
        arrays_of(given, [FOUND], "m")


def told(inputs: Any = ({"name": "images", "datatype": "FP32", "shape": [-1, 3, 64, 64]},), **more: Any) -> Signature:
    output = {"name": "found", "datatype": "FP32", "shape": [-1, 6], **more}
    return signature_of(ModelMetadataResponse(inputs=inputs, outputs=[output]), "m")


def test_what_a_server_tells() -> None:
    assert told() == Signature((Tensor("images", "float32", (None, 3, 64, 64)),), (FOUND,))


def test_outputs_that_are_no_numbers_are_left_aside() -> None:
    outputs = [{"name": "text", "datatype": "BYTES", "shape": [1]}, {"name": "found", "datatype": "FP16", "shape": [1]}]
    inputs = [{"name": "images", "datatype": "BYTES", "shape": [1]}]
    found = signature_of(ModelMetadataResponse(inputs=inputs, outputs=outputs), "m")
    assert found.outputs == (Tensor("found", "float16", (1,)),) and found.inputs[0].kind == "BYTES"


def test_what_a_server_may_not_tell() -> None:
    with pytest.raises(InputInvalid, match="its server does not tell what it takes"):
        told(inputs=())
    with pytest.raises(InputInvalid, match=r"none of its outputs is numbers \(found BYTES \(\?, 6\)\)"):
        told(datatype="BYTES")
    with pytest.raises(InputInvalid, match="'gone' is no name of an input or output"):
        told(name="\x1b[2Jgone")
    with pytest.raises(InputInvalid, match="has more than 256 inputs or outputs, or 16 axes"):
        told(shape=[1] * 17)


def test_a_request_is_what_it_was_on_the_wire() -> None:
    request = request_of({"images": ROWS}, [FOUND], "detector", "")
    assert ModelInferRequest.FromString(request.SerializeToString()) == request
