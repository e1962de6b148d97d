"""A result beside the workspace: the same rows give the same file, whoever comes so far, and however often."""

import sys
from pathlib import Path

import pytest

from job_runner.errors import Disrupted
from job_runner.results.detections import DetectionRow
from job_runner.results.ndjson import read_rows
from tests.unit.runner.lamps import lamps, walk
from tests.unit.runner.looked import FOLLOWED, MOVING, SEEN, Desk, run
from tests.unit.runner.models import bright_model
from videojob_api.exit_codes import ExitCode


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path, lamps(tmp_path / "v.mp4", walk(20)), bright_model((192, 128)))


def result(desk: Desk, analysis: str, file: str, **more: str) -> dict[str, str]:
    return {"analysis": analysis, "uri": (desk.folder / file).as_uri(), **more}


def test_files_of_every_format(desk: Desk) -> None:
    results = [
        result(desk, "followed", "a.ndjson.gz"), result(desk, "followed", "a.json"), result(desk, "followed", "a.txt"),
        result(desk, "followed", "a.parquet"), result(desk, "moving", "m.ndjson.gz"),
    ]  # fmt: skip
    word = desk.look("job", FOLLOWED, MOVING, results=results)
    assert word.exit_code == 0, word.message
    assert [(made.uri, made.rows) for made in word.results[:4]] == [(r["uri"], 10) for r in results[:4]]
    assert all(made.size_bytes == (desk.folder / Path(made.uri or "").name).stat().st_size for made in word.results)
    rows = list(read_rows(desk.folder / "a.ndjson.gz", DetectionRow))
    assert rows == desk.detections("job", "followed") and {row.track for row in rows} == {1}


def test_what_was_handed_on_before_a_kill_is_no_obstacle(desk: Desk) -> None:
    order = desk.order("job", SEEN, results=[result(desk, "seen", "s.ndjson.gz")])
    first = run(order)
    (desk.folder / "job" / "work" / "result.json").unlink()
    assert run(order).results == first.results


def test_what_cannot_be_written_here_is_told_before_anything_is_looked_at(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    word = desk.look("job", SEEN, results=[result(desk, "seen", "s.parquet")])
    assert word.exit_code == ExitCode.CONFIG_INVALID and "duckdb is not installed" in (word.message or "")
    assert not (desk.folder / "job" / "work").exists()


def test_what_stands_there_stays(desk: Desk) -> None:
    (desk.folder / "s.ndjson.gz").write_text("mine")
    word = desk.look("job", SEEN, results=[result(desk, "seen", "s.ndjson.gz")])
    assert word.exit_code == ExitCode.OUTPUT_EXISTS and not (desk.folder / "job" / "work").exists()
    assert (desk.folder / "s.ndjson.gz").read_text() == "mine"
    replaced = desk.look("job", SEEN, results=[result(desk, "seen", "s.ndjson.gz", ifExists="Replace")])
    assert replaced.exit_code == 0 and (desk.folder / "s.ndjson.gz").read_bytes()[:2] == b"\x1f\x8b"


def test_what_appears_while_it_looks_stays_too(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def appears(self: object, found: object) -> None:
        (desk.folder / "s.ndjson.gz").write_text("mine")

    monkeypatch.setattr("job_runner.tracker.Tracker.analyzed", appears)
    word = desk.look("job", SEEN, results=[result(desk, "seen", "s.ndjson.gz")])
    assert word.exit_code == ExitCode.OUTPUT_EXISTS and "appeared while the job ran" in (word.message or "")
    assert (desk.folder / "s.ndjson.gz").read_text() == "mine"


def test_a_stop_is_heard_while_a_file_is_written(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*given: object) -> object:
        raise Disrupted("told to stop")
        yield b""

    monkeypatch.setattr("job_runner.targets.handed.file_bytes", stopped)
    word = desk.look("job", SEEN, results=[result(desk, "seen", "s.ndjson.gz")])
    assert word.exit_code == ExitCode.DISRUPTED and not (desk.folder / "s.ndjson.gz").exists()
