"""Rows in SQLite, PostgreSQL and MariaDB: all of them, once, or none."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from job_runner.errors import AccessDenied, ConfigInvalid, InputInvalid, RunnerError, SpecInvalid, StoreUnreachable
from job_runner.results import database, sql
from job_runner.results.detections import DetectionRow
from job_runner.results.events import EventRow
from job_runner.results.sql import Key, Written, try_sql, write_sql
from tests.testbed.cache import ROOT
from tests.testbed.databases import DATABASE, NOBODY, PASSWORD, USER, MariaDb, Server
from tests.testbed.https import self_signed
from tests.unit.runner.results.conftest import ask

KEY = Key("3f0c-uid", "people", "match")
ROWS = [
    DetectionRow(0, 0.0, "player", 0.9123, 1.0, 2.5, 30.1, 40.0),
    DetectionRow(0, 0.0, "ball 🏐", 0.5, 100.0, 2.5, 110.1, 40.0, 7),
    DetectionRow(25, 1.001001, "player", 0.8, 3.0, 2.5, 33.1, 41.0, 3),
]
EVENTS = [EventRow(1, 0.0, 2.52, 3.1416, "%"), EventRow(2, 4.000001, 7.0, 12.5, "%")]


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sql, "BATCH", 100)


def row(number: int, label: str = "x") -> DetectionRow:
    return DetectionRow(number, number / 25, label, 0.5, 1.0, 2.0, 3.0, 4.0)


def write(url: str, rows: Any = ROWS, key: Key = KEY, table: str | None = None, kind: Any = DetectionRow) -> Written:
    return write_sql(url, table, key, kind, rows)


def frames(url: str, job: str = KEY.job) -> list[Any]:
    return [row[0] for row in ask(url, f"select frame from detection where job = '{job}' order by frame")]


def test_every_field_is_a_column(url: str) -> None:
    assert write(url) == Written(3, 0)
    assert ask(url, "select * from detection order by frame, x1") == [
        ("3f0c-uid", "people", "match", 0, 0.0, "player", 0.9123, 1.0, 2.5, 30.1, 40.0, None),
        ("3f0c-uid", "people", "match", 0, 0.0, "ball 🏐", 0.5, 100.0, 2.5, 110.1, 40.0, 7),
        ("3f0c-uid", "people", "match", 25, 1.001001, "player", 0.8, 3.0, 2.5, 33.1, 41.0, 3),
    ]
    assert write(url, EVENTS, kind=EventRow) == Written(2, 0)
    assert ask(url, "select number, start, stop, strength, unit from event order by number") == [
        (1, 0.0, 2.52, 3.1416, "%"),
        (2, 4.000001, 7.0, 12.5, "%"),
    ]


def test_twice_is_once_and_others_stay(url: str) -> None:
    write(url)
    others = [Key("other", "people", "match"), Key("3F0C-UID", "people", "match"), Key("3f0c-uid", "People", "match")]
    for other in others:
        assert write(url, [row(9)], other) == Written(1, 0)
    assert write(url, [row(1), row(2)]) == Written(2, 3)
    assert ask(url, "select count(*) from detection") == [(5,)]
    assert write(url, []) == Written(0, 2), "nothing found is a result too"


def test_more_than_a_batch_comes_from_an_iterator(url: str) -> None:
    assert write(url, (row(n) for n in range(2 * sql.BATCH + 1))).rows == 2 * sql.BATCH + 1
    assert ask(url, "select count(*), count(distinct frame) from detection") == [(201, 201)]


def test_there_is_an_index_and_a_table_of_ones_own_name(url: str) -> None:
    from sqlalchemy import create_engine, inspect

    write(url, table="people")
    found = inspect(create_engine(database.url_of(url))).get_indexes("people")
    assert [index["column_names"] for index in found] == [["job", "analysis"]]


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


def test_what_the_rows_raise_is_passed_on_and_the_old_rows_stay(url: str) -> None:
    write(url)

    def broken() -> Iterator[DetectionRow]:
        yield from (row(n) for n in range(150))
        raise InputInvalid("the file is damaged")

    with pytest.raises(InputInvalid, match="the file is damaged"):
        write(url, broken())
    assert frames(url) == [0, 0, 25]
    assert write(url, [row(4)]) == Written(1, 3), "no lock is left"


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


@pytest.mark.parametrize("name", ["people", "people; drop table detection", "1st", "a.b.c", "", "x" * 64, "päople"])
def test_only_identifiers_are_tables(tmp_path: Path, name: str) -> None:
    url = f"sqlite:///{tmp_path}/x.db"
    if name == "people":
        write(url, table=name)
        return
    with pytest.raises(SpecInvalid, match=r"table '.*': letters, digits and _"):
        write(url, table=name)


def test_a_schema_before_the_table(postgresql: Server, mariadb: Server, tmp_path: Path) -> None:
    for url, schema in (
        (postgresql.url(), "public"),
        (mariadb.url(), DATABASE),
        (f"sqlite:///{tmp_path}/x.db", "main"),
    ):
        assert write(url, table=f"{schema}.people").rows == 3
        assert ask(url, f"select count(*) from {schema}.people") == [(3,)]
    for url in (postgresql.url(), mariadb.url()):
        with pytest.raises((ConfigInvalid, AccessDenied), match=r"no database or schema|does not let"):
            write(url, table="nowhere.people")


def test_a_table_of_other_columns_is_not_touched(url: str) -> None:
    ask(url, "create table detection (job varchar(9), frame integer, label varchar(9), mine integer)")
    with pytest.raises(
        SpecInvalid, match="table detection has no column analysis, input, time, score, x1, y1, x2, y2, "
    ):
        write(url)


@pytest.mark.parametrize(
    "columns",
    [
        "mine integer not null, label varchar(99), frame integer",
        "label varchar(2) check (length(label) < 3), frame integer",
        "label varchar(99), frame integer unique",
    ],
)
def test_a_table_that_does_not_take_the_rows_is_said(url: str, columns: str) -> None:
    rest = "job varchar(99), analysis varchar(99), input varchar(99), time float, score float, track integer"
    ask(url, f"create table detection ({rest}, x1 float, y1 float, x2 float, y2 float, {columns})")
    with pytest.raises(SpecInvalid, match="has a table of that name that does not take these rows"):
        write(url)
    assert ask(url, "select count(*) from detection") == [(0,)]


@pytest.mark.parametrize("bad", ["", " a", "a ", "a\nb", "x" * 256])
def test_keys_that_databases_would_change_are_refused(tmp_path: Path, bad: str) -> None:
    for key in (Key(bad, "people", "match"), Key("job", bad, "match")):
        with pytest.raises(SpecInvalid, match="letters or signs, no blank at either end"):
            write(f"sqlite:///{tmp_path}/x.db", key=key)


def test_trying_makes_the_table_and_nothing_else(url: str) -> None:
    try_sql(url, None, KEY, EventRow)
    assert ask(url, "select count(*) from event") == [(0,)]


def said(error: BaseException) -> str:
    """All that a traceback shows of it but the lines of these files."""
    shown = traceback.TracebackException.from_exception(error, lookup_lines=False)
    return "".join(line for line in shown.format() if not line.startswith("  File ")) + repr(error) + repr(error.args)


@contextmanager
def refused(kind: type[RunnerError], words: str, *secrets: str) -> Iterator[None]:
    """Nothing of user, password, host or URL is told, not even by a traceback."""
    with pytest.raises(kind, match=words) as found:
        yield
    text = said(found.value)
    assert not [each for each in (PASSWORD, quote(PASSWORD, safe=""), "127.0.0.1", "://", *secrets) if each in text]
    assert f"'{USER}'" not in text and f'"{USER}"' not in text


WRONG, STRANGER, NOWHERE, NOTHING, READER = "wr0ng", "stranger", "nowhere.invalid", "nothing_here", "r3ader"


def test_what_keeps_from_a_server_is_one_error_of_its_kind(server: Server) -> None:
    url = server.url()
    with refused(AccessDenied, "refuses user or password", WRONG):
        write(url.replace(quote(PASSWORD, safe=""), WRONG))
    with refused(AccessDenied, "refuses user or password", STRANGER):
        write(url.replace(USER, STRANGER, 1))
    with refused(StoreUnreachable, "cannot be reached", NOWHERE):
        write(url.replace("127.0.0.1", NOWHERE))
    with refused(StoreUnreachable, "cannot be reached"):
        write(server.url(port=1))
    with refused(ConfigInvalid, "has no database or schema of that name", NOTHING):
        write(server.root_url().replace(f"/{DATABASE}", f"/{NOTHING}"))


def test_a_user_without_rights(server: Server) -> None:
    root = server.root_url()
    reader, by = ("reader@127.0.0.1", "identified by") if root.startswith("mysql") else ("reader", "password")
    ask(root, "create table if not exists people (job integer)")
    ask(root, f"create user {reader} {by} '{READER}'")
    try:
        with refused(AccessDenied, "does not let this user do it: it needs SELECT|is no database", READER):
            write(server.url().replace(f"{USER}:{quote(PASSWORD, safe='')}", f"reader:{READER}", 1))
    finally:
        ask(root, f"drop user {reader}")
        ask(root, "drop table people")


def test_a_server_that_is_read_only(postgresql: Server, mariadb: Server) -> None:
    with refused(AccessDenied, "is read-only"):
        write(postgresql.url("?options=-c%20default_transaction_read_only%3Don"))
    ask(mariadb.root_url(), "set global read_only = 1")
    try:
        with refused(AccessDenied, "is read-only"):
            write(mariadb.url())
    finally:
        ask(mariadb.root_url(), "set global read_only = 0")


def test_a_connection_that_is_cut_in_the_middle(server: Server) -> None:
    write(server.url())
    if server.url().startswith("postgresql"):
        cut = f"select pg_terminate_backend(pid) from pg_stat_activity where usename = '{USER}'"
    else:
        cut = f"kill user {USER}"

    def rows() -> Iterator[DetectionRow]:
        yield from (row(n) for n in range(150))
        ask(server.root_url(), cut)
        yield from (row(n) for n in range(150))

    with refused(StoreUnreachable, "broke off; nothing of it was kept"):
        write(server.url(), rows())
    assert frames(server.url()) == [0, 0, 25]


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


@pytest.mark.parametrize("scheme", ["postgresql", "mysql"])
def test_a_server_that_never_answers_is_given_up(scheme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = database._ARGUMENTS[database.MYSQL.dialect]
    monkeypatch.setitem(database._ARGUMENTS, database.MYSQL.dialect, {**arguments, "read_timeout": 1})
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"{scheme}://u:p@127.0.0.1:{listening.getsockname()[1]}/d?connect_timeout=2"
        with refused(StoreUnreachable, "cannot be reached|broke off"):
            write(url)


def test_tls_as_the_url_asks(mariadb: MariaDb, postgresql: Server, tmp_path: Path) -> None:
    root = mariadb.root_url()
    ask(root, f"alter user {USER}@127.0.0.1 require ssl")
    try:
        assert write(mariadb.url(f"?ssl_ca={mariadb.authority}")).rows == 3
        assert write(mariadb.url()).rows == 3, (
            "TLS is taken where it is offered, though without a look at who offers it"
        )
    finally:
        ask(root, f"alter user {USER}@127.0.0.1 require none")
    self_signed(tmp_path / "other.pem", tmp_path / "key.pem")
    for ca in ("other.pem", "none.pem"):
        with refused(ConfigInvalid, "cannot be reached by TLS as the URL's settings ask", str(tmp_path)):
            write(mariadb.url(f"?ssl_ca={tmp_path / ca}"))
    with refused(ConfigInvalid, "cannot be reached by TLS as the URL's settings ask"):
        write(postgresql.url("?sslmode=require"))


def test_files_that_are_no_database_or_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("no database " * 100)
    with refused(ConfigInvalid, "is no SQLite file", str(tmp_path)):
        write(f"sqlite:///{tmp_path}/text.db")
    for path in (tmp_path, tmp_path / "none" / "x.db"):
        with refused(AccessDenied, "cannot be opened: look whether the folder is there", str(tmp_path)):
            write(f"sqlite:///{path}")


def test_a_file_that_this_user_may_only_read() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.db"
        write(f"sqlite:///{path}")
        path.chmod(0o444)
        Path(folder).chmod(0o755)
        with as_nobody(), refused(AccessDenied, "is read-only", folder):
            write(f"sqlite:///{path}")


@contextmanager
def as_nobody() -> Iterator[None]:
    """Root may write everything."""
    if os.geteuid():
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
