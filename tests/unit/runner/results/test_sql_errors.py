"""What databases answer, in our words: from real ones, and by the codes of all others."""

import os
import socket
import sqlite3
import ssl
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy.exc import ArgumentError, DBAPIError

from job_runner.errors import AccessDenied, ConfigInvalid, DiskFull, RunnerError, SpecInvalid, StoreUnreachable
from job_runner.results import database
from job_runner.results.detections import DetectionRow
from job_runner.results.sql_errors import POSTGRESQL, in_words
from tests.testbed.databases import DATABASE, NOBODY, PASSWORD, USER, MariaDb, Server
from tests.testbed.https import self_signed
from tests.unit.runner.results.conftest import ask
from tests.unit.runner.results.written import frames, row, write

pytestmark = pytest.mark.usefixtures("small_batches")


class DriverError(Exception):
    """As PostgreSQL's driver has it, or with a number as MySQL's."""

    def __init__(self, *said: object, sqlstate: str | None = None) -> None:
        super().__init__(*said)
        self.sqlstate = sqlstate


class TlsError(Exception):
    """As MySQL's driver has it."""

    original_exception = ssl.SSLError("secret.host")


def sqlite_error(code: int) -> sqlite3.Error:
    error = sqlite3.OperationalError("secret.db")
    error.sqlite_errorcode = code
    return error


def raised(cause: Exception, lost: bool = False) -> RunnerError:
    """What becomes of a driver's error; `lost`: the connection went with it."""
    with pytest.raises(RunnerError) as found, in_words("x"):
        raise DBAPIError("select secret", {"password": "secret"}, cause, connection_invalidated=lost)
    assert "secret" not in said(found.value)
    return found.value


@pytest.mark.parametrize(
    ("cause", "kind", "words"),
    [
        (DriverError(sqlstate="28P01"), AccessDenied, "refuses user or password"),
        (DriverError(sqlstate="42501"), AccessDenied, "does not let this user do it"),
        (DriverError(sqlstate="42P01"), SpecInvalid, "does not take these rows"),
        (DriverError(sqlstate="53100"), DiskFull, "has no space left"),
        (DriverError(sqlstate="53300"), StoreUnreachable, "no connection or memory to spare"),
        (DriverError(sqlstate="XX000"), ConfigInvalid, "answers DriverError XX000; its own log says more"),
        (DriverError("secret: too many clients"), StoreUnreachable, "no connection or memory to spare"),
        (DriverError("secret: connection refused"), StoreUnreachable, "cannot be reached"),
        (DriverError(1045, "secret"), AccessDenied, "refuses user or password"),
        (DriverError(1114, "secret"), DiskFull, "has no space left"),
        (DriverError(9999, "secret"), ConfigInvalid, "answers DriverError 9999; its own log says more"),
        (TlsError(2003, "secret"), ConfigInvalid, "cannot be reached by TLS"),
        (sqlite_error(sqlite3.SQLITE_BUSY), StoreUnreachable, "is being written by another"),
        (sqlite_error(sqlite3.SQLITE_BUSY_SNAPSHOT), StoreUnreachable, "is being written by another"),
        (sqlite_error(sqlite3.SQLITE_FULL), DiskFull, "has no space left"),
        (sqlite_error(sqlite3.SQLITE_INTERNAL), ConfigInvalid, "answers OperationalError; its own log says more"),
    ],
    ids=repr,
)
def test_by_code_else_by_words(cause: Exception, kind: type[RunnerError], words: str) -> None:
    found = raised(cause)
    assert type(found) is kind and str(found).startswith("database (x) ") and words in str(found)


def test_a_connection_that_went_with_it_broke_off_unless_more_is_known() -> None:
    assert "broke off; nothing of it was kept" in str(raised(DriverError(sqlstate="XX000"), lost=True))
    assert "refuses user or password" in str(raised(DriverError(sqlstate="28P01"), lost=True))


@pytest.mark.parametrize("code", POSTGRESQL)
def test_no_code_stands_behind_a_class_that_takes_it(code: str) -> None:
    assert next(start for start in POSTGRESQL if code.startswith(start)) == code


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (FileNotFoundError("secret.pem"), "cannot be reached by TLS as the URL's settings ask"),
        (ArgumentError("secret"), "cannot be used (ArgumentError)"),
        (ValueError("secret"), "cannot be used (ValueError)"),
    ],
    ids=repr,
)
def test_what_a_driver_raises_before_it_is_connected(error: Exception, words: str) -> None:
    with pytest.raises(ConfigInvalid) as found, in_words("x"):
        raise error
    assert words in str(found.value) and "secret" not in said(found.value)


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
