"""What analyses have found, in all the places where it is wanted: fetched once, written in the order of the spec."""

import sqlite3
import tempfile
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest

from job_runner.results.database import VARIABLE
from job_runner.workspace import names
from job_runner.workspace.directory import DirectoryStore
from tests.unit.runner.lamps import lamps, walk
from tests.unit.runner.looked import FOLLOWED, MOVING, Desk
from tests.unit.runner.models import bright_model
from videojob_api.exit_codes import ExitCode


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path, lamps(tmp_path / "v.mp4", walk(20)), bright_model((192, 128)))


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files lie."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each object has been copied into a file."""
    counted, fetch = Counter[str](), DirectoryStore.fetch

    def counting(self: DirectoryStore, key: str, path: Path) -> Mapping[str, str]:
        counted[key] += 1
        return fetch(self, key, path)

    monkeypatch.setattr(DirectoryStore, "fetch", counting)
    return counted


def file(desk: Desk, analysis: str, name: str) -> dict[str, str]:
    return {"analysis": analysis, "uri": (desk.folder / name).as_uri()}


def test_rows_are_fetched_once_for_all_places(
    desk: Desk, scratch: Path, fetched: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, f"sqlite:///{desk.folder / 'rows.db'}")
    table = {"analysis": "followed", "sql": {"secretRef": {"name": "db"}}}
    places = [("followed", "a.ndjson.gz"), ("moving", "m.ndjson.gz"), ("followed", "a.txt")]
    results = [file(desk, *place) for place in places]
    word = desk.look("job", FOLLOWED, MOVING, results=[*results, table])
    assert word.exit_code == 0, word.message
    assert [made.uri for made in word.results] == [*(result["uri"] for result in results), None]
    assert fetched == {names.rows("followed"): 1, names.rows("moving"): 1}
    assert len((desk.folder / "a.txt").read_text().splitlines()) == 10
    with closing(sqlite3.connect(desk.folder / "rows.db")) as there:
        assert there.execute("select count(*) from detection").fetchall() == [(10,)]
    assert not list(scratch.iterdir()), "nothing of it stays on the disk"


def test_nothing_stays_on_the_disk_where_one_cannot_be_written(
    desk: Desk, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def appears(self: object, found: object) -> None:
        (desk.folder / "b.json").write_text("mine")

    monkeypatch.setattr("job_runner.tracker.Tracker.analyzed", appears)
    word = desk.look("job", FOLLOWED, results=[file(desk, "followed", "a.txt"), file(desk, "followed", "b.json")])
    assert word.exit_code == ExitCode.OUTPUT_EXISTS
    assert (desk.folder / "a.txt").exists(), "what stands first in the spec is written first"
    assert not list(scratch.iterdir())


def test_an_analysis_that_nobody_wants_is_not_fetched(desk: Desk, fetched: Counter[str]) -> None:
    assert desk.look("job", FOLLOWED, MOVING, results=[file(desk, "moving", "m.ndjson.gz")]).exit_code == 0
    assert fetched == {names.rows("moving"): 1}


def test_nothing_is_looked_at_where_one_place_is_taken(desk: Desk) -> None:
    (desk.folder / "b.json").write_text("mine")
    word = desk.look("job", FOLLOWED, results=[file(desk, "followed", "a.txt"), file(desk, "followed", "b.json")])
    assert word.exit_code == ExitCode.OUTPUT_EXISTS
    assert not (desk.folder / "job" / "work").exists() and not (desk.folder / "a.txt").exists()
