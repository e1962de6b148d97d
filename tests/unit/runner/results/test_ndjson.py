"""NDJSON in gzip members, read by DuckDB, gzip and ourselves."""

import gzip
import json
from pathlib import Path

import duckdb
import pytest

from job_runner.errors import InputInvalid
from job_runner.results.detections import DetectionRow
from job_runner.results.ndjson import member, read_rows

ROWS = [
    DetectionRow(0, 0.0, "player", 0.9123, 1.0, 2.5, 30.1, 40.0),
    DetectionRow(0, 0.0, "ball 🏐", 0.5, 100.0, 2.5, 110.1, 40.0, 7),
    DetectionRow(25, 1.001001, "player", 0.8, 3.0, 2.5, 33.1, 41.0, 3),
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "detections.ndjson.gz"
    path.write_bytes(member(ROWS[:2]) + member([]) + member(ROWS[2:]))
    return path


def test_a_line_a_row() -> None:
    first = gzip.decompress(member(ROWS)).decode().splitlines()[0]
    assert first == (
        '{"frame":0,"time":0.0,"label":"player","score":0.9123,"x1":1.0,"y1":2.5,"x2":30.1,"y2":40.0,"track":null}'
    )


def test_members_are_the_same_bytes_each_time_and_name_no_file() -> None:
    assert member(ROWS) == member(ROWS)
    assert member(ROWS)[3:8] == bytes(5), "no name, no time"


def test_joined_members_are_read_again(file: Path) -> None:
    assert list(read_rows(file)) == ROWS


def test_by_duckdb(file: Path) -> None:
    query = f"select label, count(*), max(score), max(track) from '{file}' group by label order by label"
    assert duckdb.sql(query).fetchall() == [("ball 🏐", 1, 0.5, 7), ("player", 2, 0.9123, 3)]


def test_by_the_standard_library(file: Path) -> None:
    with gzip.open(file, "rt") as lines:
        assert [json.loads(line)["frame"] for line in lines] == [0, 0, 25]


def test_a_file_of_nothing_has_no_rows(tmp_path: Path) -> None:
    (tmp_path / "none.gz").write_bytes(member([]))
    assert list(read_rows(tmp_path / "none.gz")) == []


@pytest.mark.parametrize("end", [5, 40, -3])
def test_what_is_cut_off_is_said(file: Path, end: int) -> None:
    file.write_bytes(file.read_bytes()[:end])
    with pytest.raises(InputInvalid, match=r"is damaged behind line \d+ .*; make it again"):
        list(read_rows(file))


@pytest.mark.parametrize("line", ["{", '{"frame": 1}', "[]", "1", '{"other": 2}'])
def test_what_is_no_row_is_named_with_its_line(tmp_path: Path, line: str) -> None:
    path = tmp_path / "other.gz"
    path.write_bytes(member(ROWS) + gzip.compress(line.encode()))
    with pytest.raises(InputInvalid, match="line 4: no row of a detection"):
        list(read_rows(path))
