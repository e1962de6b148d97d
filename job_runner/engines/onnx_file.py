"""An ONNX file, looked into before any library loads it. Pure.

It may name other files whose bytes are to be taken for weights, and operators that only a library of somebody's has.
Field numbers are those of onnx.proto (messages ModelProto, GraphProto, NodeProto, AttributeProto, TensorProto).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from job_runner.engines.protobuf import NoProtobufError, fields
from job_runner.errors import InputInvalid

MAX_BYTES = 1 << 30
"""Of a model: larger ones belong on an engine of their own."""

ARCHIVES = (b"PK\x03\x04", b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")
"""How zip files and pickles begin. Whoever loads a pickle runs it."""

DOMAINS = ("", "ai.onnx", "ai.onnx.ml", "com.microsoft")
"""Whose operators onnxruntime has built in; the last one's are made by its own optimizer and by quantizers."""

OUTSIDE = ("EPContext", "PythonOp", "PythonOpGrad", "ATen", "ExternalOp")
"""Operators that load or call what is not in the file."""

DEEPEST = 16
"""Graphs within graphs."""


@dataclass
class Found:
    """What a walk through the file has come across."""

    nodes: int = 0
    domains: set[str] = field(default_factory=set)
    operators: set[str] = field(default_factory=set)
    own: set[str] = field(default_factory=set)
    external: list[str] = field(default_factory=list)


def check_model(data: bytes, model: str) -> None:
    """Raises InputInvalid for a file that is no ONNX, is too large, or wants more than itself."""
    check_size(len(data), model)
    if data.startswith(ARCHIVES):
        raise InputInvalid(
            f"model {model} is an archive of PyTorch's (.pt, .pth, TorchScript, a part of a .pt2) or the like: to load "
            "one is to run what is in it; export it as ONNX"
        )
    found = _walked(data, model)
    if not found.nodes:
        raise InputInvalid(f"model {model} is no ONNX file, or one without operators; export it anew")
    if found.external:
        raise InputInvalid(
            f"model {model} keeps weights in another file ({found.external[0][:100]}); save it as one file: "
            "onnx.save_model(onnx.load(PATH), PATH, save_as_external_data=False)"
        )
    if others := sorted(found.domains - found.own - set(DOMAINS)):
        raise InputInvalid(f"model {model} needs operators of {', '.join(others)[:200]}, which onnxruntime has not")
    if outside := sorted(found.operators.intersection(OUTSIDE)):
        raise InputInvalid(f"model {model} uses {', '.join(outside)}, which loads what is not in the file")


def check_size(size: int, model: str) -> None:
    """Raises InputInvalid for more bytes than a model should have."""
    if size > MAX_BYTES:
        raise InputInvalid(f"model {model} has {size:,} bytes; at most {MAX_BYTES:,} are possible")


def _walked(data: bytes, model: str) -> Found:
    found = Found()
    try:
        for number, value in fields(memoryview(data)):
            _model_field(number, value, found)
    except (NoProtobufError, UnicodeDecodeError) as error:
        raise InputInvalid(f"model {model} is no ONNX file, or only a part of one ({error}); copy it again") from error
    return found


def _model_field(number: int, value: int | memoryview, found: Found) -> None:
    if isinstance(value, int):
        return
    if number == 7:
        _graph(value, found, 0)
    elif number == 25:
        _function(value, found)


def _function(data: memoryview, found: Found) -> None:
    """Made of the model's own nodes, under a domain of its own."""
    for number, value in _parts(data):
        if number == 7:
            _node(value, found, 0)
        elif number == 10:
            found.own.add(_text(value))


def _graph(data: memoryview, found: Found, depth: int) -> None:
    if depth > DEEPEST:
        raise NoProtobufError("graphs within graphs without an end")
    for number, value in _parts(data):
        if number == 1:
            _node(value, found, depth)
        elif number == 5:
            _tensor(value, found)
        elif number == 15:
            _sparse(value, found)


def _node(data: memoryview, found: Found, depth: int) -> None:
    found.nodes += 1
    for number, value in _parts(data):
        if number == 4:
            found.operators.add(_text(value))
        elif number == 7:
            found.domains.add(_text(value))
        elif number == 5:
            _attribute(value, found, depth)


def _attribute(data: memoryview, found: Found, depth: int) -> None:
    for number, value in _parts(data):
        if number in (5, 10):
            _tensor(value, found)
        elif number in (6, 11):
            _graph(value, found, depth + 1)
        elif number in (22, 23):
            _sparse(value, found)


def _sparse(data: memoryview, found: Found) -> None:
    for number, value in _parts(data):
        if number in (1, 2):
            _tensor(value, found)


def _tensor(data: memoryview, found: Found) -> None:
    for number, value in fields(data):
        if number == 13 and not isinstance(value, int):
            found.external.append(_location(value))
        elif number == 14 and value:
            found.external.append("?")


def _location(data: memoryview) -> str:
    """The value of an entry of external_data."""
    return next((_text(value) for number, value in _parts(data) if number == 2), "?")


def _parts(data: memoryview) -> Iterator[tuple[int, memoryview]]:
    """Fields that have bytes."""
    return ((number, value) for number, value in fields(data) if not isinstance(value, int))


def _text(data: memoryview) -> str:
    return bytes(data).decode()
