"""Units of coded video in a packet: NAL units of H.264 and H.265, start codes of MPEG-1 and 2, AV1's OBUs."""

from collections.abc import Callable, Iterator

START_CODE = b"\0\0\1"
HEAD = 1 << 16
"""Bytes of a packet that are searched for start codes: what describes a picture comes before it."""

Units = Callable[[memoryview], Iterator[memoryview]]


def nal_units(extradata: bytes | None, length_at: int) -> Units:
    """How packets are cut into NAL units: by lengths, of as many bytes as byte `length_at` of an avcC or hvcC box says,
    or by start codes where `extradata` is no such box."""
    if not extradata or extradata[0] != 1 or len(extradata) <= length_at:
        return by_start_codes
    size = (extradata[length_at] & 3) + 1
    return lambda data: by_lengths(data, size)


def by_lengths(data: memoryview, size: int) -> Iterator[memoryview]:
    """Units with their length before them, in `size` bytes. What is cut off is left out."""
    at = 0
    while at + size < len(data):
        length = int.from_bytes(data[at : at + size])
        at += size
        if not 0 < length <= len(data) - at:
            return
        yield data[at : at + length]
        at += length


def by_start_codes(data: memoryview) -> Iterator[memoryview]:
    """Units after 00 00 01, those that begin in the first HEAD bytes."""
    head = bytes(data[:HEAD])
    at = head.find(START_CODE)
    while at >= 0:
        after = head.find(START_CODE, at + 3)
        unit = data[at + 3 : after if after >= 0 else len(data)]
        if unit:
            yield unit
        at = after


def obus(data: memoryview) -> Iterator[tuple[int, memoryview]]:
    """Type and content of the open bitstream units of a packet (AV1, section 5.3)."""
    at = 0
    while at < len(data):
        header = data[at]
        at += 2 if header & 4 else 1
        length = len(data) - at
        if header & 2:
            length, at = _leb128(data, at)
        yield header >> 3 & 15, data[at : at + length]
        at += length


def _leb128(data: memoryview, at: int) -> tuple[int, int]:
    """A number of seven bits a byte, and where it ends."""
    value = 0
    for index, byte in enumerate(data[at : at + 8]):
        value |= (byte & 0x7F) << (7 * index)
        if not byte & 0x80:
            return value, at + index + 1
    return len(data), len(data)


def set_units(extradata: bytes | None, kind: int) -> Iterator[memoryview]:
    """Parameter sets of a kind in an hvcC box (ISO/IEC 14496-15, 8.3.3), or between start codes."""
    data = memoryview(extradata or b"")
    if not data or data[0] != 1:
        yield from (unit for unit in by_start_codes(data) if unit[0] >> 1 & 63 == kind)
        return
    at = 23
    while at + 3 <= len(data):
        own, count, at = data[at] & 63, int.from_bytes(data[at + 1 : at + 3]), at + 3
        for _ in range(count):
            length = int.from_bytes(data[at : at + 2])
            if own == kind and length:
                yield data[at + 2 : at + 2 + length]
            at += 2 + length
