"""Rows as NDJSON in gzip members: members one after the other are one file, which DuckDB, pandas and zcat read."""

import gzip
import json
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import BinaryIO

from job_runner.errors import InputInvalid
from job_runner.results.detections import DetectionRow

LEVEL = 6
LONGEST_LINE = 100_000
"""Bytes; what is longer was not written here."""


def member(rows: Iterable[DetectionRow]) -> bytes:
    """One gzip member, without a time or a name in its header; of no rows, an empty one."""
    return gzip.compress("".join(_line(row) for row in rows).encode(), LEVEL, mtime=0)


def _line(row: DetectionRow) -> str:
    return json.dumps(asdict(row), ensure_ascii=False, separators=(",", ":")) + "\n"


def read_rows(path: Path) -> Iterator[DetectionRow]:
    """Of a file of members. Raises InputInvalid for what is cut off or no row, with the line's number."""
    with path.open("rb") as file:
        number = 0
        try:
            with gzip.open(file) as text:
                for line in _lines(text):
                    number += 1
                    yield DetectionRow(**json.loads(line))
        except (OSError, EOFError, zlib.error) as error:
            raise InputInvalid(f"{path} is damaged behind line {number} ({error}); make it again") from error
        except (ValueError, TypeError) as error:
            raise InputInvalid(f"{path}, line {number}: no row of a detection ({error})") from error


def _lines(text: "BinaryIO | gzip.GzipFile") -> Iterator[bytes]:
    while line := text.readline(LONGEST_LINE):
        yield line
