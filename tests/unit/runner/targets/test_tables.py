"""Where the URL of a database comes from, and that it is asked for before anything is looked at."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from job_runner.errors import ConfigInvalid, StoreUnreachable
from job_runner.results.database import VARIABLE
from job_runner.results.events import EventRow
from job_runner.targets.tables import Tables
from tests.unit.runner.looked import MOVING, Desk
from tests.unit.runner.media import make_video
from videojob_api.exit_codes import ExitCode
from videojob_api.results import Result

ROWS = {"analysis": "moving", "sql": {"secretRef": {"name": "db"}}}
WANTED = Result.model_validate(ROWS)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path, make_video(tmp_path / "v.mp4", frames=3))


def check(tables: Tables) -> None:
    tables.check(WANTED, "main", EventRow)


def test_in_a_cluster_it_is_a_secret(desk: Desk) -> None:
    order, secrets = desk.order("job", MOVING), desk.folder / "secrets"
    with pytest.raises(ConfigInvalid, match="Secret db has no key url that can be read"):
        check(Tables(order, secrets))
    (secrets / "db").mkdir(parents=True)
    (secrets / "db" / "url").write_text(f"sqlite:///{desk.folder / 'moved.db'}\n")
    check(Tables(order, secrets))
    assert (desk.folder / "moved.db").exists(), "its table is made"


def test_what_the_platform_does_not_allow_is_refused_and_never_shown(desk: Desk) -> None:
    order = desk.order("job", MOVING).model_copy(update={"local_files": False, "allowed_endpoints": ["mysql://db"]})
    (desk.folder / "db").mkdir()
    for url in ("sqlite:////etc/passwd", "postgresql://me:secret@elsewhere/x"):
        (desk.folder / "db" / "url").write_text(url)
        with pytest.raises(ConfigInvalid) as error:
            check(Tables(order, desk.folder))
        assert "secret" not in str(error.value) and "passwd" not in str(error.value)


def test_a_database_that_is_away_now_may_be_there_later(desk: Desk) -> None:
    (desk.folder / "db").mkdir()
    (desk.folder / "db" / "url").write_text("postgresql://me:secret@127.0.0.1:1/x")
    tables = Tables(desk.order("job", MOVING).model_copy(update={"patience_seconds": 0.1}), desk.folder)
    check(tables)
    with pytest.raises(StoreUnreachable):
        tables.write(WANTED, "main", EventRow, [])


def test_rows_replace_those_of_the_same_job_and_analysis(desk: Desk) -> None:
    (desk.folder / "db").mkdir()
    (desk.folder / "db" / "url").write_text(f"sqlite:///{desk.folder / 'moved.db'}")
    tables = Tables(desk.order("job", MOVING), desk.folder)
    for rows in ([EventRow(1, 0.0, 1.0, 2.5, "%"), EventRow(2, 3.0, 4.0, 1.5, "%")], [EventRow(1, 0.5, 1.0, 2.0, "%")]):
        assert tables.write(WANTED, "main", EventRow, rows) == "event"
    with closing(sqlite3.connect(desk.folder / "moved.db")) as there:
        assert there.execute("select analysis, input, number, start from event").fetchall() == [
            ("moving", "main", 1, 0.5)
        ]


def test_at_a_desk_it_is_a_variable_and_missed_at_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    word = desk.look("job", MOVING, results=[ROWS])
    assert word.exit_code == ExitCode.CONFIG_INVALID
    assert f"set {VARIABLE} to the URL of the database that Secret db has" in (word.message or "")
    assert not (desk.folder / "job" / "work").exists()
