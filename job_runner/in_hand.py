"""What is being worked on, noted where it outlives a crash: a page that the supervisor's children share."""

import mmap
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

_SEGMENTS = 2**20
_FILES, _WINDOWS = _SEGMENTS, 2 * _SEGMENTS
_MARKS = mmap.mmap(-1, 3 * _SEGMENTS)
_LOOKS = memoryview(mmap.mmap(-1, 4 * _SEGMENTS)).cast("I")
"""A byte an item: of a timeline, then files at a desk, then windows of analyses, which also have a number each; memory
is only taken where it is written to."""

SOUND = _SEGMENTS - 1
"""The item that stands for a timeline's sound; all others are numbers of segments."""


@contextmanager
def working_on(item: int) -> Iterator[None]:
    """Marks it meanwhile. Safe for threads that work on different items."""
    with _marked(item) if 0 <= item < _SEGMENTS else nullcontext():
        yield


@contextmanager
def looking_at(file: int) -> Iterator[None]:
    """The same for one of the files that a command was given, by number."""
    with _marked(_FILES + file) if 0 <= file < _SEGMENTS else nullcontext():
        yield


@contextmanager
def measuring(window: int) -> Iterator[None]:
    """The same for a window of an analysis, by its number among all; none of its looks is done yet."""
    if 0 <= window < _SEGMENTS:
        _LOOKS[window] = 0
    with _marked(_WINDOWS + window) if 0 <= window < _SEGMENTS else nullcontext():
        yield


def look_done(window: int) -> None:
    """One more of a window that is being measured."""
    if 0 <= window < _SEGMENTS:
        _LOOKS[window] += 1


def looks_done(window: int) -> int:
    """Of a window that a crash left unfinished."""
    return _LOOKS[window] if 0 <= window < _SEGMENTS else 0


@contextmanager
def _marked(place: int) -> Iterator[None]:
    _MARKS[place] = 1
    try:
        yield
    finally:
        _MARKS[place] = 0


def is_in_hand(item: int) -> bool:
    """Whether a crash left it unfinished."""
    return 0 <= item < _SEGMENTS and _MARKS[item] == 1


def in_hand(end: int) -> list[int]:
    """Those of the segments below `end` that a crash left unfinished."""
    return [item for item in range(min(end, SOUND)) if _MARKS[item]]


def windows_in_hand(end: int) -> list[int]:
    """Those of the windows below `end` that a crash left unfinished."""
    return [item for item in range(min(end, _SEGMENTS)) if _MARKS[_WINDOWS + item]]


def anything_in_hand() -> bool:
    """Whether a crash left any of a timeline unfinished."""
    return _MARKS.find(b"\1", 0, _SEGMENTS) >= 0


def any_window_in_hand() -> bool:
    """Whether a crash left a window of an analysis unfinished."""
    return _MARKS.find(b"\1", _WINDOWS) >= 0


def file_in_hand() -> int:
    """The file that was looked at when a crash came; the first if there was none."""
    return max(0, _MARKS.find(b"\1", _FILES, _WINDOWS) - _FILES)
