"""Rows in SQLite, PostgreSQL and MariaDB: all of them, once, or none."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect

from job_runner.errors import InputInvalid, SpecInvalid, StoreUnreachable
from job_runner.results import database, sql
from job_runner.results.database import url_of
from job_runner.results.detections import DetectionRow
from job_runner.results.events import EventRow
from job_runner.results.sql import Key, Written, kind_of_key, make_table, try_sql, write_sql
from tests.testbed.cache import ROOT
from tests.testbed.databases import Server
from tests.unit.runner.results.conftest import ask
from tests.unit.runner.results.written import EVENTS, KEY, ROWS, frames, row, write

pytestmark = pytest.mark.usefixtures("small_batches")


def test_twice_is_once_and_others_stay(url: str) -> None:
    write(url)
    others = [Key("other", "people", "match"), Key("3F0C-UID", "people", "match"), Key("3f0c-uid", "People", "match")]
    for other in others:
        assert write(url, [row(9)], other) == Written(1, 0)
    assert write(url, [row(1), row(2)]) == Written(2, 3)
    assert ask(url, "select count(*) from detection") == [(5,)]
    assert write(url, []) == Written(0, 2), "nothing found is a result too"


def test_of_which_kind_the_rows_of_a_key_are(url: str) -> None:
    assert kind_of_key(url, None, KEY) is None
    write(url, EVENTS, kind=EventRow)
    write(url, table="people")
    assert kind_of_key(url, None, KEY) is EventRow and kind_of_key(url, "people", KEY) is DetectionRow
    assert kind_of_key(url, None, Key("other", "people", "match")) is None


def test_more_than_a_batch_comes_from_an_iterator(url: str) -> None:
    assert write(url, (row(n) for n in range(2 * sql.BATCH + 1))).rows == 2 * sql.BATCH + 1
    assert ask(url, "select count(*), count(distinct frame) from detection") == [(201, 201)]


@pytest.mark.parametrize(
    ("label", "kept"),
    [
        ("long " * 2_000, "long " * 2_000),
        ("👩‍👩‍👧‍👦 'ß\"; drop table detection; --\\", "👩‍👩‍👧‍👦 'ß\"; drop table detection; --\\"),
        ("with\0nul", "with\ufffdnul"),
        ("half \ud83c", "half ?"),
        ("%(x)s :y ? $1 %", "%(x)s :y ? $1 %"),
    ],
)
def test_any_label_will_do(url: str, label: str, kept: str) -> None:
    write(url, [row(1, label)])
    assert ask(url, "select label from detection") == [(kept,)]


def at_once(*calls: Callable[[], object]) -> list[BaseException]:
    """What they raise, each in a thread of its own."""
    failed: list[BaseException] = []
    gate = threading.Barrier(len(calls))

    def run(call: Callable[[], object]) -> None:
        try:
            gate.wait()
            call()
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failed


def test_twins_that_make_the_table_and_write_the_same(url: str) -> None:
    for _ in range(3):
        assert not at_once(*(lambda: write(url, (row(n) for n in range(150))) for _ in range(3)))
        assert frames(url) == list(range(150))


def test_jobs_that_write_at_once_do_not_wait_for_each_other_for_ever(url: str) -> None:
    keys = [Key(f"job-{n}", "people", "match") for n in range(4)]
    for _ in range(2):
        assert not at_once(*(lambda key=key: write(url, (row(n) for n in range(120)), key) for key in keys))
    assert all(frames(url, key.job) == list(range(120)) for key in keys)


@pytest.mark.parametrize("raised", [InputInvalid("the file is damaged"), KeyboardInterrupt()], ids=["spoilt", "stop"])
def test_what_the_rows_raise_is_passed_on_and_the_old_rows_stay(url: str, raised: BaseException) -> None:
    write(url)

    def broken() -> Iterator[DetectionRow]:
        yield from (row(n) for n in range(150))
        raise raised

    with pytest.raises(type(raised)):
        write(url, broken())
    assert frames(url) == [0, 0, 25]
    assert write(url, [row(4)]) == Written(1, 3), "no lock is left"


def tables(url: str) -> list[str]:
    engine = create_engine(url_of(url))
    try:
        return inspect(engine).get_table_names()
    finally:
        engine.dispose()


def interrupted() -> Iterator[DetectionRow]:
    yield from (row(n) for n in range(150))
    raise KeyboardInterrupt


def test_a_new_table_comes_with_its_rows_or_not_at_all(url: str) -> None:
    with pytest.raises(KeyboardInterrupt):
        write(url, interrupted())
    assert tables(url) == []
    assert write(url, [row(4)]) == Written(1, 0), "no lock is left"


def test_a_new_file_comes_with_its_rows_or_not_at_all(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        write(f"sqlite:///{tmp_path}/new.db", interrupted())
    assert list(tmp_path.iterdir()) == []


def test_an_empty_file_of_another_stays(tmp_path: Path) -> None:
    (tmp_path / "theirs.db").touch()
    with pytest.raises(KeyboardInterrupt):
        write(f"sqlite:///{tmp_path}/theirs.db", interrupted())
    assert (tmp_path / "theirs.db").stat().st_size == 0


def test_who_waited_for_a_file_that_was_removed_says_so(tmp_path: Path) -> None:
    """Its rows would go into a file that nobody can open any more."""
    with (
        pytest.raises(StoreUnreachable, match="its file was removed meanwhile; try again"),
        sql._Database(f"sqlite:///{tmp_path}/new.db", 0) as late,
    ):
        table = sql._table(DetectionRow, None)
        late.replace(table, KEY, [row(1)])
        (tmp_path / "new.db").unlink()
        late.replace(table, KEY, [row(2)])


KILLED = """
import os, signal, sys
from job_runner.results.detections import DetectionRow
from job_runner.results import sql
from job_runner.results.sql import Key, write_sql
sql.BATCH = 100
def rows():
    yield from (DetectionRow(n, 0.0, "x", 0.5, 1.0, 2.0, 3.0, 4.0) for n in range(250))
    os.kill(os.getpid(), signal.SIGKILL)
write_sql(sys.argv[1], None, Key("3f0c-uid", "people", "match"), DetectionRow, rows())
"""


def test_a_kill_in_the_middle_leaves_the_old_rows(url: str) -> None:
    write(url)
    found = subprocess.run([sys.executable, "-c", KILLED, url], cwd=ROOT)
    assert found.returncode == -signal.SIGKILL
    assert frames(url) == [0, 0, 25]
    assert write(url, [row(4)]) == Written(1, 3), "no lock is left"


STOPPED = """
import os, signal, sys
from job_runner.results import sql
from job_runner.results.detections import DetectionRow
sql.BATCH, sql.IDLE_SECONDS = 100, 1
def rows():
    yield from (DetectionRow(n, 0.0, "x", 0.5, 1.0, 2.0, 3.0, 4.0) for n in range(250))
    os.kill(os.getpid(), signal.SIGSTOP)
    yield DetectionRow(9, 0.0, "x", 0.5, 1.0, 2.0, 3.0, 4.0)
try:
    sql.write_sql(sys.argv[1], None, sql.Key("3f0c-uid", "people", "match"), DetectionRow, rows())
except Exception as error:
    print(type(error).__name__, error)
"""


def test_a_node_that_vanishes_in_the_middle_holds_up_nobody(server: Server) -> None:
    """The connection of a process that stands still is as that of a machine without power: nobody closes it."""
    write(server.url())
    gone = subprocess.Popen([sys.executable, "-c", STOPPED, server.url()], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        os.waitid(os.P_PID, gone.pid, os.WSTOPPED)
        assert write(server.url(), [row(4)]) == Written(1, 3)
        gone.send_signal(signal.SIGCONT)
        said_last, _ = gone.communicate(timeout=60)
    finally:
        gone.kill()
    assert said_last.startswith("StoreUnreachable database (") and "broke off; nothing of it was kept" in said_last
    assert frames(server.url()) == [4]


@pytest.mark.parametrize("bad", ["", " a", "a ", "a\nb", "x" * 256])
def test_keys_that_databases_would_change_are_refused(tmp_path: Path, bad: str) -> None:
    for key in (Key(bad, "people", "match"), Key("job", bad, "match")):
        with pytest.raises(SpecInvalid, match="letters or signs, no blank at either end"):
            write(f"sqlite:///{tmp_path}/x.db", key=key)


def test_a_table_may_be_made_before_there_are_rows(url: str) -> None:
    make_table(url, None, KEY, EventRow)
    assert ask(url, "select count(*) from event") == [(0,)]


def test_trying_leaves_nothing(url: str) -> None:
    try_sql(url, None, KEY, EventRow)
    assert tables(url) == []
    make_table(url, None, KEY, EventRow)
    try_sql(url, None, KEY, EventRow)
    assert tables(url) == ["event"]


def test_trying_leaves_no_file(tmp_path: Path) -> None:
    try_sql(f"sqlite:///{tmp_path}/new.db", None, KEY, EventRow)
    assert list(tmp_path.iterdir()) == []


def test_who_waits_too_long_for_a_twin_says_so(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    write(url)
    monkeypatch.setattr(sql, "LOCK_SECONDS", 1)
    monkeypatch.setitem(database._ARGUMENTS, database.SQLITE.dialect, {"timeout": 1})

    def rows() -> Iterator[DetectionRow]:
        yield row(1)
        with pytest.raises(StoreUnreachable, match=r"is being written by another|another writes the same rows"):
            write(url, [row(2)])

    assert write(url, rows()) == Written(1, 3)
    assert frames(url) == [1]


def test_a_server_is_tried_for_as_long_as_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sql, "FIRST_PAUSE", 0.01)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        calls = 0

        def answer() -> None:
            nonlocal calls
            while True:
                try:
                    listening.accept()[0].close()
                    calls += 1
                except OSError:
                    return

        threading.Thread(target=answer, daemon=True).start()
        url = f"postgresql://u:p@127.0.0.1:{listening.getsockname()[1]}/d?sslmode=disable"
        with pytest.raises(StoreUnreachable):
            write_sql(url, None, KEY, DetectionRow, ROWS)
        assert calls == 1
        with pytest.raises(StoreUnreachable):
            write_sql(url, None, KEY, DetectionRow, ROWS, patience=0.1)
        assert calls > 3
