"""Formats of files of rows: their names, the endings of files, and which rows each can hold."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from job_runner.errors import SpecInvalid
from job_runner.results.about import About
from job_runner.results.coco import coco
from job_runner.results.detections import DetectionRow
from job_runner.results.events import EventRow
from job_runner.results.mot import mot
from job_runner.results.ndjson import members
from job_runner.results.parquet import check_installed, parquet
from job_runner.results.row import NAMES, Kind, Row


@dataclass(frozen=True)
class FileFormat:
    """`written` gives a file's bytes piece by piece, of rows of a kind that it `holds`."""

    name: str
    ending: str
    holds: tuple[Kind, ...]
    written: Callable[[Iterable[Any], Kind, About], Iterator[bytes]]


FORMATS = {
    each.name: each
    for each in (
        FileFormat("NDJSON", ".ndjson.gz", (DetectionRow, EventRow), lambda rows, kind, about: members(rows)),
        FileFormat("COCO", ".json", (DetectionRow,), lambda rows, kind, about: coco(rows, about)),
        FileFormat("MOT", ".txt", (DetectionRow,), lambda rows, kind, about: mot(rows, about)),
        FileFormat("Parquet", ".parquet", (DetectionRow, EventRow), lambda rows, kind, about: parquet(rows, kind)),
    )
}


def format_of(uri: str, named: str | None = None) -> FileFormat:
    """That is `named`, else that of the URI's ending. Raises SpecInvalid where neither tells, or they contradict."""
    if named is not None and named not in FORMATS:
        raise SpecInvalid(f"format {named}: there are {', '.join(FORMATS)}")
    by_ending = next((each for each in FORMATS.values() if uri.lower().endswith(each.ending)), None)
    if named is None:
        if by_ending is None:
            raise SpecInvalid(f"{uri}: its ending tells no format; use {_endings()}, or name a format")
        return by_ending
    if by_ending not in (None, FORMATS[named]):
        raise SpecInvalid(f"{uri}: {by_ending.ending} is {by_ending.name}, not {named}; change one of them")
    return FORMATS[named]


def file_bytes(form: FileFormat, kind: Kind, rows: Iterable[Row], about: About) -> Iterator[bytes]:
    """A file, piece by piece, as `rows` come. Raises SpecInvalid for a format that cannot hold such rows."""
    check_holds(form, kind)
    return form.written(rows, kind, about)


def check_writable(form: FileFormat) -> None:
    """Raises ConfigInvalid where what writes it is not installed."""
    if form.name == "Parquet":
        check_installed()


def check_holds(form: FileFormat, kind: Kind) -> None:
    """Raises SpecInvalid for rows that a format has no place for."""
    if kind not in form.holds:
        fit = ", ".join(each.name for each in FORMATS.values() if kind in each.holds)
        raise SpecInvalid(f"format {form.name} holds boxes, and an {NAMES[kind]} has none: use {fit} or SQL")


def _endings() -> str:
    return ", ".join(f"{each.ending} ({each.name})" for each in FORMATS.values())
