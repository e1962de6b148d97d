"""Arrays as the protocol carries them, and what a server says of its model. Pure: nothing here is sent.

What comes from a server is not trusted: names are shown, shapes are allocated, bytes become numbers.
"""

from collections.abc import Iterable, Mapping, Sequence
from math import prod

import numpy as np

from job_runner.detection.signature import Shape, Signature, Tensor
from job_runner.engines.model import Array
from job_runner.engines.outputs import MOST_VALUES
from job_runner.engines.remote.protocol_pb2 import (
    InferTensorContents,
    ModelInferRequest,
    ModelInferResponse,
    ModelMetadataResponse,
)
from job_runner.errors import InputInvalid
from videojob_api.clean import clean

KINDS = {
    "BOOL": "bool", "UINT8": "uint8", "UINT16": "uint16", "UINT32": "uint32", "UINT64": "uint64", "INT8": "int8",
    "INT16": "int16", "INT32": "int32", "INT64": "int64", "FP16": "float16", "FP32": "float32", "FP64": "float64",
}  # fmt: skip
"""NumPy's names of the protocol's types; BYTES and BF16 have none."""
DATATYPES = {kind: datatype for datatype, kind in KINDS.items()}
_CONTENTS = {
    "BOOL": "bool_contents", "UINT8": "uint_contents", "UINT16": "uint_contents", "UINT32": "uint_contents",
    "UINT64": "uint64_contents", "INT8": "int_contents", "INT16": "int_contents", "INT32": "int_contents",
    "INT64": "int64_contents", "FP32": "fp32_contents", "FP64": "fp64_contents",
}  # fmt: skip

MOST_TENSORS, MOST_AXES, NAME_BYTES = 256, 16, 200

Described = ModelMetadataResponse.TensorMetadata
Given = ModelInferResponse.InferOutputTensor


def signature_of(found: ModelMetadataResponse, model: str) -> Signature:
    """Outputs that are text, or numbers that NumPy does not know, are left aside.

    Raises InputInvalid for a model that tells no inputs, or no outputs that are numbers.
    """
    outputs = _tensors(found.outputs, model)
    if not found.inputs:
        raise InputInvalid(f"model {model}: its server does not tell what it takes; give the model metadata there")
    numbers = tuple(tensor for tensor in outputs if tensor.kind in DATATYPES)
    if not numbers:
        listed = ", ".join(tensor.words() for tensor in outputs[:MOST_AXES]) or "none"
        raise InputInvalid(f"model {model}: none of its outputs is numbers ({listed}); a detector's are needed")
    return Signature(_tensors(found.inputs, model), numbers)


def _tensors(found: Sequence[Described], model: str) -> tuple[Tensor, ...]:
    if len(found) > MOST_TENSORS or any(len(each.shape) > MOST_AXES for each in found):
        raise InputInvalid(f"model {model} has more than {MOST_TENSORS} inputs or outputs, or {MOST_AXES} axes")
    if odd := [each.name for each in found if not each.name or clean(each.name, NAME_BYTES) != each.name]:
        raise InputInvalid(f"model {model}: {clean(odd[0], NAME_BYTES)!r} is no name of an input or output")
    return tuple(Tensor(each.name, _kind(each.datatype), _shape(each.shape)) for each in found)


def _kind(datatype: str) -> str:
    return KINDS.get(datatype, clean(datatype, 16))


def _shape(shape: Iterable[int]) -> Shape:
    return tuple(n if n > 0 else None for n in shape)


def request_of(feeds: Mapping[str, Array], outputs: Sequence[Tensor], model: str, version: str) -> ModelInferRequest:
    """A call, its arrays copied."""
    wanted = [ModelInferRequest.InferRequestedOutputTensor(name=output.name) for output in outputs]
    request = ModelInferRequest(model_name=model, model_version=version, outputs=wanted)
    for name, array in feeds.items():
        request.inputs.add(name=name, datatype=DATATYPES[array.dtype.name], shape=array.shape)
        request.raw_input_contents.append(array.astype(_little(array.dtype.name), copy=False).tobytes())
    return request


def arrays_of(answer: ModelInferResponse, outputs: Sequence[Tensor], model: str) -> list[Array]:
    """In the order of `outputs`. Raises InputInvalid for an answer that lacks one, or is not as it was told."""
    if len(answer.outputs) > MOST_TENSORS:
        raise InputInvalid(f"model {model} answers with {len(answer.outputs)} outputs; at most {MOST_TENSORS} are read")
    raw = answer.raw_output_contents
    if raw and len(raw) != len(answer.outputs):
        raise InputInvalid(f"model {model} answers with {len(answer.outputs)} outputs and {len(raw)} pieces of data")
    given = {each.name: (each, raw[place] if raw else None) for place, each in enumerate(answer.outputs)}
    if missing := [output.name for output in outputs if output.name not in given]:
        raise InputInvalid(f"model {model}: its answer lacks the output {missing[0]}")
    return [_array(*given[output.name], output, f"model {model}: its output {output.name}") for output in outputs]


def _array(given: Given, raw: bytes | None, output: Tensor, where: str) -> Array:
    shape = tuple(given.shape)
    if _kind(given.datatype) != output.kind or not _fits(shape, output.shape):
        came = Tensor(output.name, _kind(given.datatype), shape[: MOST_AXES + 1])
        raise InputInvalid(f"{where} came as {came.words()}, but its server tells of {output.words()}")
    if prod(shape) > MOST_VALUES:
        raise InputInvalid(f"{where} has {prod(shape):,} values; at most {MOST_VALUES:,} are read")
    flat = _from_raw(raw, output.kind) if raw is not None else _from_contents(given.contents, given.datatype, where)
    if flat is None or flat.size != prod(shape):
        came_bytes = f"{len(raw)} bytes" if raw is not None else f"{0 if flat is None else flat.size} values"
        raise InputInvalid(f"{where} came with {came_bytes}, which are not {prod(shape)} of {given.datatype}")
    return flat.reshape(shape)


def _fits(shape: Shape, told: Shape) -> bool:
    """Whether these are numbers that a shape with open axes allows."""
    if len(shape) != len(told):
        return False
    return all(n is not None and n >= 0 and wanted in (None, n) for n, wanted in zip(shape, told, strict=True))


def _from_raw(raw: bytes, kind: str) -> Array | None:
    """None for bytes that are no whole number of values."""
    dtype = _little(kind)
    return None if len(raw) % dtype.itemsize else np.frombuffer(raw, dtype).astype(kind, copy=False)


def _from_contents(contents: InferTensorContents, datatype: str, where: str) -> Array:
    if datatype not in _CONTENTS:
        raise InputInvalid(f"{where} came without its bytes, which {datatype} must have")
    found = np.array(getattr(contents, _CONTENTS[datatype]))
    kind = np.dtype(KINDS[datatype])
    if (
        kind.kind in "iu"
        and found.size
        and not (np.iinfo(kind).min <= found.min() and found.max() <= np.iinfo(kind).max)
    ):
        raise InputInvalid(f"{where} has values that are no {datatype}")
    return found.astype(kind)


def _little(kind: str) -> np.dtype[np.generic]:
    return np.dtype(kind).newbyteorder("<")
