"""Rows of every kind, and their check: what is read back may have been written by others."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any, TypeAlias, TypeVar

from job_runner.results.detections import DetectionRow
from job_runner.results.events import EventRow

Row: TypeAlias = DetectionRow | EventRow
Kind: TypeAlias = type[DetectionRow] | type[EventRow]
R = TypeVar("R", DetectionRow, EventRow)

NAMES: Mapping[Kind, str] = {DetectionRow: "detection", EventRow: "event"}
MOST = 2**31 - 1
"""What tables' whole numbers hold."""


def names(kind: Kind) -> list[str]:
    """Of its fields, in order."""
    return [field.name for field in fields(kind)]


def row_of(kind: type[R], plain: Any) -> R:
    """Of what JSON has. Raises ValueError for what is no such row, with the field's name."""
    if not isinstance(plain, dict):
        raise ValueError("not an object")
    if wrong := plain.keys() ^ set(names(kind)):
        raise ValueError(f"fields {', '.join(sorted(map(str, wrong)))}")
    for field in fields(kind):
        if not _CHECKS[field.type](plain[field.name]):
            raise ValueError(f"{field.name}: {_WORDS[field.type]}")
    return kind(**plain)


def kind_of(plain: Any) -> Kind:
    """That a row as JSON seems to be: the one with more of its fields."""
    there = set(plain) if isinstance(plain, dict) else set()
    return max(NAMES, key=lambda kind: len(there.intersection(names(kind))))


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= MOST


def _number(value: Any) -> bool:
    # As a whole number JSON may have one that no float can hold.
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= sys.float_info.max


_CHECKS: Mapping[Any, Callable[[Any], bool]] = {
    int: _whole,
    int | None: lambda value: value is None or _whole(value),
    float: _number,
    str: lambda value: isinstance(value, str),
}
_WORDS: Mapping[Any, str] = {
    int: "a whole number",
    int | None: "a whole number or null",
    float: "a number",
    str: "text",
}
