"""How a file is cut into parts for a store. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

SMALLEST = 16 * 2**20
MOST_PARTS = 9_000
"""Stores take 10,000."""
_MEBIBYTE = 2**20


@dataclass(frozen=True)
class Part:
    """Bytes of a file from `offset` on; numbers begin at 1."""

    number: int
    offset: int
    size: int


def part_size(size: int) -> int:
    """The same for the same file at any time, so that an upload that was interrupted fits the next."""
    least = -(-size // MOST_PARTS)
    return max(SMALLEST, -(-least // _MEBIBYTE) * _MEBIBYTE)


def parts(size: int) -> Iterator[Part]:
    """All parts of a file; one, of nothing, of an empty file."""
    each = part_size(size)
    for number, offset in enumerate(range(0, max(size, 1), each), 1):
        yield Part(number, offset, min(each, size - offset))
