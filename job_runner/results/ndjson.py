"""Rows as NDJSON in gzip members: members one after the other are one file, which DuckDB, pandas and zcat read.

What is written is packed; what is read may be unpacked, as it comes from zcat, jq or DuckDB.
"""

import gzip
import json
import zlib
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from job_runner.errors import AccessDenied, InputInvalid, NotFound
from job_runner.results.detections import DetectionRow
from job_runner.results.row import NAMES, Kind, R, Row, kind_of, row_of

LEVEL = 6
LONGEST_LINE = 100_000
"""Bytes; what is longer was not written here."""
MEMBER_ROWS = 5_000
"""Of a file that is written in one piece."""
_GZIP = b"\x1f"
"""With which no JSON begins."""


def member(rows: Iterable[Row]) -> bytes:
    """One gzip member, without a time or a name in its header; of no rows, an empty one."""
    return gzip.compress(b"".join(line(row) for row in rows), LEVEL, mtime=0)


def members(rows: Iterable[Row]) -> Iterator[bytes]:
    """A whole file, piece by piece; of no rows, an empty member."""
    left = iter(rows)
    yield member(islice(left, MEMBER_ROWS))
    while some := list(islice(left, MEMBER_ROWS)):
        yield member(some)


def line(row: Row) -> bytes:
    """A row in UTF-8; half a surrogate pair, which that cannot hold, becomes a question mark."""
    return (json.dumps(vars(row), ensure_ascii=False, separators=(",", ":")) + "\n").encode(errors="replace")


def read_rows(path: Path, kind: type[R] = DetectionRow) -> Iterator[R]:  # type: ignore[assignment]
    """Of a file. Raises InputInvalid for what is cut off or no row, with the line's number."""
    with opened(path) as file:
        yield from rows_in(file, str(path), kind)


def rows_in(file: BinaryIO, name: str, kind: type[R]) -> Iterator[R]:
    """The same of one that is open, from its start on; errors tell its `name`."""
    for number, plain in _documents(file, name):
        try:
            row = row_of(kind, plain)
        except ValueError as error:
            raise _no_row(name, number, f"{NAMES[kind]} ({error})") from error
        yield row


def kind_in(file: BinaryIO, name: str) -> Kind | None:
    """Of the first row; None where there is none. Raises InputInvalid."""
    for _, plain in _documents(file, name):
        return kind_of(plain)
    return None


def _no_row(name: str, number: int, why: str) -> InputInvalid:
    return InputInvalid(f"{name}, line {number}: no row of {'an' if why[0] in 'aeio' else 'a'} {why}")


def _documents(file: BinaryIO, name: str) -> Iterator[tuple[int, Any]]:
    """Of lines that are not blank, with their numbers, from 1."""
    number = 0
    try:
        for each in _lines(_unpacked(file, name)):
            number += 1
            if each.strip():
                yield number, json.loads(each)
    except (OSError, EOFError, zlib.error) as error:
        raise InputInvalid(f"{name} is damaged behind line {number} ({error}); make it again") from error
    except (ValueError, RecursionError) as error:
        why = f"detection or event ({error}); each is one line of JSON, as jq -c writes it"
        raise _no_row(name, number, why) from error


def _unpacked(file: BinaryIO, name: str) -> "BinaryIO | gzip.GzipFile":
    """From its start on. Raises InputInvalid for text with nothing in it: what should have written it has failed."""
    file.seek(0)
    begin = file.read(LONGEST_LINE)
    file.seek(0)
    if begin.startswith(_GZIP):
        return gzip.open(file)
    if not begin.strip():
        raise InputInvalid(f"{name} is empty: a file of no rows has a gzip header at least; make it again")
    return file


def opened(path: Path) -> BinaryIO:
    """To be read. Raises NotFound, AccessDenied or InputInvalid."""
    try:
        return path.open("rb")
    except FileNotFoundError as error:
        raise NotFound(f"there is no {path}") from error
    except PermissionError as error:
        raise AccessDenied(f"this user may not read {path}") from error
    except OSError as error:
        raise InputInvalid(f"{path} cannot be read ({error.strerror})") from error


def _lines(text: "BinaryIO | gzip.GzipFile") -> Iterator[bytes]:
    while each := text.readline(LONGEST_LINE):
        yield each
