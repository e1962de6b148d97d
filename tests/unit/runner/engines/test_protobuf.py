"""Protobuf's wire format, against its own library's writer."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import AttributeProto

from job_runner.engines.protobuf import NoProtobufError, fields


def test_what_the_library_writes_is_read() -> None:
    message = AttributeProto(name="axis", i=300, f=1.5, s=b"text").SerializeToString()
    found = {number: value if isinstance(value, int) else bytes(value) for number, value in fields(memoryview(message))}
    assert found == {1: b"axis", 2: b"\x00\x00\xc0\x3f", 3: 300, 4: b"text"}


@pytest.mark.parametrize("data", [b"\x0a\x05abc", b"\x0b", b"\x80" * 11, b"\x00\x00", b"\x0a"])
def test_what_is_cut_off_or_none_is_refused(data: bytes) -> None:
    with pytest.raises(NoProtobufError):
        list(fields(memoryview(data)))


@given(st.binary(max_size=60))
def test_any_bytes_come_to_an_end(data: bytes) -> None:
    with contextlib.suppress(NoProtobufError):
        assert len(list(fields(memoryview(data)))) <= len(data)
