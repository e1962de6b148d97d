"""Protobuf's wire format, read field by field without a schema: enough to look into a file before a library does."""

from collections.abc import Iterator

VARINT, FIXED64, LENGTH, FIXED32 = 0, 1, 2, 5
_WIDTHS = {FIXED64: 8, FIXED32: 4}
_LONGEST_VARINT = 10
_FIELDS = 1 << 29

Field = tuple[int, int | memoryview]
"""Number and value: an integer, or bytes."""


class NoProtobufError(ValueError):
    """These bytes are no protobuf message."""


def fields(data: memoryview) -> Iterator[Field]:
    """Of one message, in the file's order. Raises NoProtobufError for what is cut off or no message."""
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        number, kind = key >> 3, key & 7
        if not 0 < number < _FIELDS:
            raise NoProtobufError(f"field {number} at byte {at}")
        if kind == VARINT:
            value, at = _varint(data, at)
            yield number, value
            continue
        length = _WIDTHS.get(kind)
        if kind == LENGTH:
            length, at = _varint(data, at)
        if length is None or at + length > len(data):
            raise NoProtobufError(f"field {number} of kind {kind} at byte {at}")
        yield number, data[at : at + length]
        at += length


def _varint(data: memoryview, at: int) -> tuple[int, int]:
    """The number, and where it ends."""
    value = 0
    for place, byte in enumerate(data[at : at + _LONGEST_VARINT]):
        value |= (byte & 0x7F) << (7 * place)
        if byte < 0x80:
            return value, at + place + 1
    raise NoProtobufError(f"a number without an end at byte {at}")
