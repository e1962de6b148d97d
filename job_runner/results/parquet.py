"""Rows as Parquet, written by DuckDB from lines of JSON on the disk: the memory it takes has a limit."""

import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from job_runner.errors import ConfigInvalid
from job_runner.results.ndjson import line
from job_runner.results.row import Kind, Row

MEMORY = "256MB"
ROW_GROUP = 24_576
PIECE = 1 << 20

_TYPES: Mapping[Any, str] = {int: "INTEGER", int | None: "INTEGER", float: "DOUBLE", str: "VARCHAR"}


def parquet(rows: Iterable[Row], kind: Kind) -> Iterator[bytes]:
    """The file, piece by piece; the same rows are the same bytes by one version of DuckDB. Raises ConfigInvalid."""
    module = _duckdb()
    with tempfile.TemporaryDirectory() as scratch:
        source, target = Path(scratch) / "rows.ndjson", Path(scratch) / "rows.parquet"
        with source.open("wb") as file:
            for row in rows:
                file.write(line(row))
        _convert(module, kind, source, target)
        with target.open("rb") as file:
            while piece := file.read(PIECE):
                yield piece


def _convert(module: Any, kind: Kind, source: Path, target: Path) -> None:
    columns = ", ".join(f"{field.name}: '{_TYPES[field.type]}'" for field in fields(kind))
    read = f"read_json('{_pattern(source)}', format = 'newline_delimited', columns = {{{columns}}})"
    into = f"{_literal(target)} (format parquet, compression zstd, row_group_size {ROW_GROUP})"
    settings = {
        "threads": 1,
        "memory_limit": MEMORY,
        "temp_directory": str(source.parent),
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    with module.connect(":memory:", config=settings) as connection:
        # Else one is drawn on standard output.
        connection.execute("set enable_progress_bar = false")
        connection.execute(f"copy (select * from {read}) to {into}")


def _literal(path: Path) -> str:
    text = str(path).replace("'", "''")
    return f"'{text}'"


def _pattern(path: Path) -> str:
    """One that only this path has."""
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in os.fspath(path)).replace("'", "''")


def check_installed() -> None:
    """Raises ConfigInvalid if DuckDB is not there."""
    _duckdb()


def _duckdb() -> Any:
    try:
        import duckdb
    except ImportError:
        raise ConfigInvalid("duckdb is not installed, which writes Parquet: pip install 'spotreel[parquet]'") from None
    return duckdb
