"""Rows as NDJSON in gzip members: members one after the other are one file, which DuckDB, pandas and zcat read."""

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
    """Of a file of members. Raises InputInvalid for what is cut off or no row, with the line's number."""
    for number, plain in _documents(path):
        try:
            row = row_of(kind, plain)
        except ValueError as error:
            raise _no_row(path, number, f"{NAMES[kind]} ({error})") from error
        yield row


def kind_in(path: Path) -> Kind:
    """Of a file's first row; detections where it has none. Raises InputInvalid, NotFound, AccessDenied."""
    for _, plain in _documents(path):
        return kind_of(plain)
    return DetectionRow


def _no_row(path: Path, number: int, why: str) -> InputInvalid:
    return InputInvalid(f"{path}, line {number}: no row of {'an' if why[0] in 'aeio' else 'a'} {why}")


def _documents(path: Path) -> Iterator[tuple[int, Any]]:
    """Lines with their numbers, from 1."""
    number = 0
    with _opened(path) as file:
        try:
            with gzip.open(file) as text:
                for each in _lines(text):
                    number += 1
                    yield number, json.loads(each)
        except (OSError, EOFError, zlib.error) as error:
            raise InputInvalid(f"{path} is damaged behind line {number} ({error}); make it again") from error
        except (ValueError, RecursionError) as error:
            raise _no_row(path, number, f"detection or event ({error})") from error


def _opened(path: Path) -> BinaryIO:
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
