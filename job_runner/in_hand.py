"""What is being worked on, noted where it outlives a crash: a page that the supervisor's children share."""

import mmap
from collections.abc import Iterator
from contextlib import contextmanager

_MARKS = mmap.mmap(-1, 2**20)
"""A byte an item; memory is only taken where it is written to."""

SOUND = len(_MARKS) - 1
"""The item that stands for a timeline's sound; all others are numbers of segments, or of files at a desk."""


@contextmanager
def working_on(item: int) -> Iterator[None]:
    """Marks it meanwhile. Safe for threads that work on different items."""
    if not 0 <= item < len(_MARKS):
        yield
        return
    _MARKS[item] = 1
    try:
        yield
    finally:
        _MARKS[item] = 0


def is_in_hand(item: int) -> bool:
    """Whether a crash left it unfinished."""
    return 0 <= item < len(_MARKS) and _MARKS[item] == 1


def in_hand(end: int) -> list[int]:
    """Those of the items below `end` that a crash left unfinished."""
    return [item for item in range(min(end, SOUND)) if _MARKS[item]]


def anything_in_hand() -> bool:
    """Whether a crash left anything unfinished."""
    return _MARKS.find(b"\1") >= 0
