"""Parquet, read back by DuckDB."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from job_runner.errors import ConfigInvalid
from job_runner.results.detections import DetectionRow
from job_runner.results.events import EventRow
from job_runner.results.parquet import parquet
from job_runner.results.row import Kind, Row
from tests.testbed.cache import ROOT

ROWS: list[Row] = [
    DetectionRow(0, 0.0, "player", 0.9123, 1.0, 2.5, 30.1, 40.0),
    DetectionRow(25, 1.001001, "ball 🏐 'x\"", 0.5, 100.0, 2.5, 110.1, 40.0, 7),
]
EVENTS: list[Row] = [EventRow(1, 0.0, 2.52, 3.1416, "%")]


def many(number: int) -> Iterator[Row]:
    for n in range(number):
        yield DetectionRow(
            n // 3, n / 75, ("a", "b", "c")[n % 3], n % 10_000 / 10_000, n % 977 / 10, 2.5, 3.5, 4.5, n % 7 or None
        )


@pytest.mark.parametrize(
    ("rows", "kind", "types"),
    [
        (ROWS, DetectionRow, ["INTEGER", "DOUBLE", "VARCHAR", *["DOUBLE"] * 5, "INTEGER"]),
        (EVENTS, EventRow, ["INTEGER", *["DOUBLE"] * 3, "VARCHAR"]),
        ([], EventRow, ["INTEGER", *["DOUBLE"] * 3, "VARCHAR"]),
    ],
)
def test_rows_come_back(tmp_path: Path, rows: list[Row], kind: Kind, types: list[str]) -> None:
    path = tmp_path / "rows.parquet"
    path.write_bytes(b"".join(parquet(rows, kind)))
    found = duckdb.sql(f"select * from '{path}'")
    assert [str(each) for each in found.types] == types
    assert [kind(*row) for row in found.fetchall()] == rows


def test_the_same_rows_are_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    """In several groups."""
    monkeypatch.setattr("job_runner.results.parquet.ROW_GROUP", 4096)
    first, second = (b"".join(parquet(many(20_000), DetectionRow)) for _ in range(2))
    assert first == second


def test_a_folder_for_scratch_of_any_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    odd = tmp_path / "a*b [c] 'd'?"
    odd.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(odd))
    assert b"".join(parquet(ROWS, DetectionRow))[:4] == b"PAR1"
    assert not list(odd.iterdir())


MEASURED = """
import resource
from job_runner.results.detections import DetectionRow
from job_runner.results.parquet import parquet
rows = (DetectionRow(n // 3, n / 75, "x", n % 9999 / 10000, n % 977 / 10, 2.5, 3.5, 4.5, n % 7) for n in range({rows}))
list(map(len, parquet(rows, DetectionRow)))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def peak(rows: int) -> int:
    """Kilobytes of a process that writes so many rows."""
    command = [sys.executable, "-c", MEASURED.format(rows=rows)]
    return int(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout)


def test_memory_does_not_grow_with_the_rows() -> None:
    assert peak(150_000) < peak(50_000) + 20_000, "kB; the rows between are 29,000 as objects"


def test_without_duckdb_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(ConfigInvalid, match=r"pip install 'spotreel\[parquet\]'"):
        list(parquet(ROWS, DetectionRow))
