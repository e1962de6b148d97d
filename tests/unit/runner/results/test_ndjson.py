"""NDJSON in gzip members, read by DuckDB, gzip and ourselves."""

import gzip
import json
from pathlib import Path

import duckdb
import pytest

from job_runner.errors import InputInvalid, NotFound
from job_runner.results.detections import DetectionRow
from job_runner.results.events import EventRow
from job_runner.results.ndjson import kind_in, member, members, opened, read_rows
from job_runner.results.row import Kind

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


def test_events_are_rows_too(tmp_path: Path) -> None:
    path, events = tmp_path / "events.ndjson.gz", [EventRow(1, 0.0, 2.52, 3.1416, "%"), EventRow(2, 4.1, 7.0, 1.0, "%")]
    path.write_bytes(b"".join(members(events)))
    assert gzip.decompress(path.read_bytes()).splitlines()[0] == (
        b'{"number":1,"start":0.0,"stop":2.52,"strength":3.1416,"unit":"%"}'
    )
    assert list(read_rows(path, EventRow)) == events
    with pytest.raises(InputInvalid, match="line 1: no row of a detection"):
        list(read_rows(path))


def test_which_rows_a_file_has(file: Path, tmp_path: Path) -> None:
    (tmp_path / "events.gz").write_bytes(member([EventRow(1, 0.0, 2.5, 3.1, "%")]))
    (tmp_path / "none.gz").write_bytes(b"".join(members([])))
    assert [kind_of(path) for path in (file, tmp_path / "events.gz", tmp_path / "none.gz")] == [
        DetectionRow,
        EventRow,
        None,
    ]


def kind_of(path: Path) -> Kind | None:
    with opened(path) as file:
        return kind_in(file, path.name)


def test_rows_that_are_not_packed(file: Path, tmp_path: Path) -> None:
    plain = tmp_path / "plain.ndjson"
    plain.write_bytes(gzip.decompress(file.read_bytes()))
    assert kind_of(plain) is DetectionRow and list(read_rows(plain)) == ROWS


def test_a_file_that_is_not_there_or_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"there is no .*none.gz"):
        kind_of(tmp_path / "none.gz")
    with pytest.raises(InputInvalid, match="cannot be read"):
        kind_of(tmp_path)
    for content in ("time,label\n", "\x00\x01", "{\n"):
        (tmp_path / "other").write_text(content)
        with pytest.raises(InputInvalid, match="other, line 1: no row of a detection or event"):
            kind_of(tmp_path / "other")


def test_a_file_of_no_bytes_is_no_file_of_no_rows(tmp_path: Path) -> None:
    for content in (b"", b"\n", b"\r\n \n"):
        (tmp_path / "empty").write_bytes(content)
        for read in (kind_of, lambda path: list(read_rows(path))):
            with pytest.raises(InputInvalid, match="empty is empty: a file of no rows has a gzip header at least"):
                read(tmp_path / "empty")


def test_blank_lines_are_no_rows(file: Path) -> None:
    """As editors and other writers leave them, on each system with its own line ends and its own beginning."""
    plain = gzip.decompress(file.read_bytes())
    file.write_bytes(b"\xef\xbb\xbf" + plain.replace(b"\n", b"\r\n\r\n") + b"\n \n")
    assert list(read_rows(file)) == ROWS


def test_json_over_several_lines_is_told_what_to_do(file: Path) -> None:
    file.write_text(json.dumps(json.loads(gzip.decompress(file.read_bytes()).splitlines()[0]), indent=2))
    with pytest.raises(
        InputInvalid, match=r"line 1: no row of a detection or event .*; each is one line of JSON, as jq"
    ):
        list(read_rows(file))


def test_half_a_surrogate_pair_is_a_question_mark() -> None:
    row = DetectionRow(0, 0.0, "half \ud83c", 0.5, 1.0, 2.0, 3.0, 4.0)
    assert b'"half ?"' in gzip.decompress(member([row]))
