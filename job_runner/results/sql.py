"""Rows into a table of SQLite, PostgreSQL, MySQL or MariaDB.

Job and analysis are the key: one transaction removes the rows of both and writes the new ones, so that twice is once,
and a kill leaves what was there. Who writes the same key meanwhile waits: for the file in SQLite, for a lock that is
named after the key on servers. A table that is new comes with its first rows or not at all, and so does an SQLite file.
"""

import hashlib
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from job_runner.errors import SpecInvalid, StoreUnreachable
from job_runner.results.database import (
    ANSWER_SECONDS,
    IDLE_SECONDS,
    LOCK_SECONDS,
    MYSQL,
    POSTGRESQL,
    SQLITE,
    connect_arguments,
    driver_of,
    url_of,
)
from job_runner.results.row import NAMES, Kind, Row

if TYPE_CHECKING:
    from sqlalchemy import CursorResult, Table
    from sqlalchemy.engine import Connection

BATCH = 1_000
LONGEST = 255
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 8.0
"""Seconds between tries to connect."""


@dataclass(frozen=True)
class Key:
    """Whose rows they are. `input` is told with each row, but is no part of what is replaced."""

    job: str
    analysis: str
    input: str


@dataclass(frozen=True)
class Written:
    """Rows that are there now, and how many of the same key were there before."""

    rows: int
    replaced: int


def write_sql(url: str, table: str | None, key: Key, kind: Kind, rows: Iterable[Row], patience: float = 0) -> Written:
    """Into `table`, which is `detection` or `event` by itself and is made if it is not there.

    `patience`: seconds for which a server that cannot be reached is tried again; what breaks off later is not. Raises
    SpecInvalid, ConfigInvalid, AccessDenied, DiskFull or StoreUnreachable, none of which shows anything of the URL.
    """
    check_key(key)
    with _Database(url, patience) as database:
        return database.replace(_table(kind, table), key, rows)


def kind_of_key(url: str, table: str | None, key: Key, patience: float = 0) -> Kind | None:
    """Which kind of rows are there under a key: those of a file without rows would tell no more. None for none."""
    check_key(key)
    with _Database(url, patience) as database:
        return next((kind for kind in NAMES if database.has(_table(kind, table), key)), None)


def make_table(url: str, table: str | None, key: Key, kind: Kind) -> None:
    """Makes a table that is not there. Raises what `write_sql` would before the first row."""
    check_key(key)
    with _Database(url, 0) as database, database.table(_table(kind, table)):
        pass


def try_sql(url: str, table: str | None, key: Key, kind: Kind) -> None:
    """Raises what `write_sql` would before the first row; leaves nothing that was not there."""
    check_key(key)
    with suppress(_TriedError), _Database(url, 0) as database, database.table(_table(kind, table)):
        raise _TriedError


class _TriedError(Exception):
    """Takes back what was only tried."""


def _table(kind: Kind, name: str | None) -> "Table":
    from job_runner.results.sql_tables import table_of

    return table_of(kind, name)


def check_key(key: Key) -> None:
    """Raises SpecInvalid for names that some database would change.

    MySQL takes no notice of blanks at an end, and a text that it cuts would be another key.
    """
    for name, value in (("job", key.job), ("analysis", key.analysis)):
        if not 0 < len(value) <= LONGEST or not value.isprintable() or value != value.strip():
            raise SpecInvalid(f"{name} {value[:80]!r}: 1 to {LONGEST} letters or signs, no blank at either end")


class _Database:
    """One connection, for as long as a `with` lasts."""

    def __init__(self, url: str, patience: float) -> None:
        self._url = url_of(url)
        self._driver, self._patience = driver_of(self._url), patience

    def __enter__(self) -> "_Database":
        self._new_file = self._driver is SQLITE and not self._file.exists()
        end, pause = time.monotonic() + self._patience, FIRST_PAUSE
        while True:
            try:
                self._connection = self._connected()
                return self
            except StoreUnreachable:
                if time.monotonic() + pause > end:
                    raise
            time.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    def __exit__(self, *_: object) -> None:
        with suppress(Exception):
            if self._new_file:
                self._remove_if_empty()
        with suppress(Exception):
            self._connection.close()

    @property
    def _file(self) -> Path:
        return Path(self._url.database or "")

    def _remove_if_empty(self) -> None:
        """An SQLite file without a table. Another that writes it is not waited for: then it is not empty for long."""
        self._connection.exec_driver_sql("pragma busy_timeout = 0")
        self._connection.rollback()
        with self._connection.begin():
            if not self._asked("select count(*) from sqlite_master").scalar():
                self._file.unlink()

    def has(self, table: "Table", key: Key) -> bool:
        """Whether rows of the key are in a table of that kind."""
        from job_runner.results.sql_tables import is_there

        with self._in_words(), self._connection.begin():
            try:
                there = is_there(self._connection, table)
            except SpecInvalid:
                return False
            asked = table.select().where(table.c.job == key.job, table.c.analysis == key.analysis).limit(1)
            return there and self._connection.execute(asked).first() is not None

    @contextmanager
    def table(self, table: "Table") -> Iterator[bool]:
        """Whether it had to be made, for as long as a `with` lasts, in one transaction; taken back if that raises.

        Nobody else makes one of its name meanwhile. Raises SpecInvalid for another table of the name.
        """
        from job_runner.results.sql_tables import is_there

        with self._transaction(f"table {table.fullname}"):
            with self._in_words():
                new = not is_there(self._connection, table)
            try:
                if new:
                    with self._in_words():
                        table.create(self._connection)
                yield new
            except BaseException:
                if new and self._driver is MYSQL:
                    self._drop(table)
                raise

    def _drop(self, table: "Table") -> None:
        """MySQL keeps a new table whatever becomes of the transaction. It stays where the user may not drop it."""
        with suppress(Exception):
            self._asked("rollback")
            table.drop(self._connection)

    def replace(self, table: "Table", key: Key, rows: Iterable[Row]) -> Written:
        """In one transaction. What `rows` raises is passed on, and nothing was written then."""
        with self.table(table) as new:
            if new:
                return self._replace(table, key, rows)
        with self._transaction(f"rows {table.fullname} {key.job!r} {key.analysis!r}"):
            return self._replace(table, key, rows)

    def _replace(self, table: "Table", key: Key, rows: Iterable[Row]) -> Written:
        given = {"job": key.job, "analysis": key.analysis, "input": _text(key.input)[:LONGEST]}
        count, left = 0, iter(rows)
        with self._in_words():
            old = table.delete().where(table.c.job == key.job, table.c.analysis == key.analysis)
            replaced = self._connection.execute(old).rowcount
        while batch := [given | _plain(row) for row in islice(left, BATCH)]:
            with self._in_words():
                self._insert(table, batch)
            count += len(batch)
        return Written(count, replaced)

    def _insert(self, table: "Table", batch: list[dict[str, Any]]) -> None:
        self._connection.execute(table.insert(), batch)
        if self._driver is POSTGRESQL:
            # The driver sends a batch as a pipeline, behind which the server's clock for idle writers does not start.
            self._asked("select 1")

    @contextmanager
    def _transaction(self, what: str) -> Iterator[None]:
        """Committed at its end; the lock named after `what` is held until then."""
        digest = hashlib.sha256(what.encode()).digest()
        with self._in_words():
            transaction = self._connection.begin()
            self._lock(digest)
        try:
            yield
            with self._in_words():
                transaction.commit()
                self._unlock(digest)
        except BaseException:
            # A connection that is gone cannot roll back, and need not.
            with suppress(Exception):
                transaction.rollback()
            raise

    def _lock(self, digest: bytes) -> None:
        """Raises StoreUnreachable if another holds it for too long. An SQLite file is locked as a whole."""
        if self._driver is SQLITE and not self._file.exists():
            # Who had made it, and waited for the lock less long, has removed it again: rows in it would be lost.
            raise StoreUnreachable(f"database ({self._driver.name}): its file was removed meanwhile; try again")
        if self._driver is POSTGRESQL:
            self._asked(f"set local lock_timeout = '{LOCK_SECONDS}s'")
            self._asked(f"set local idle_in_transaction_session_timeout = '{IDLE_SECONDS}s'")
            self._asked("select pg_advisory_xact_lock(:number)", number=int.from_bytes(digest[:8], signed=True))
        elif self._driver is MYSQL:
            self._asked(f"set session wait_timeout = {IDLE_SECONDS}")
            locked = self._asked("select get_lock(:name, :seconds)", name=_name(digest), seconds=LOCK_SECONDS).scalar()
            if locked != 1:
                raise StoreUnreachable(f"database ({self._driver.name}): another writes the same rows for too long")

    def _unlock(self, digest: bytes) -> None:
        """MySQL's locks outlast transactions; after an error they go with the connection."""
        if self._driver is MYSQL:
            self._asked("select release_lock(:name)", name=_name(digest))
            self._connection.rollback()

    def _asked(self, statement: str, **values: object) -> "CursorResult[Any]":
        from sqlalchemy import text

        return self._connection.execute(text(statement), values)

    def _connected(self) -> "Connection":
        from sqlalchemy import create_engine, event, pool

        with self._in_words():
            engine = create_engine(
                self._url, poolclass=pool.NullPool, hide_parameters=True, connect_args=connect_arguments(self._url)
            )
            if self._driver is SQLITE:
                event.listen(engine, "connect", _no_transactions_of_the_driver)
                event.listen(engine, "begin", _begin_to_write)
                return engine.connect()
            if self._driver is MYSQL:
                event.listen(engine, "connect", _wait_longer_from_here)
            # Rows that a twin has committed while its lock was waited for must be seen.
            return engine.connect().execution_options(isolation_level="READ COMMITTED")

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        from job_runner.results.sql_errors import in_words

        with in_words(self._driver.name):
            yield


def _name(digest: bytes) -> str:
    """Of a lock; 64 letters at most."""
    return f"spotreel-{digest.hex()[:32]}"


def _wait_longer_from_here(connection: Any, _: object) -> None:
    """PyMySQL's time for a connection ends before the server has said anything, so its time for answers was short."""
    connection._read_timeout = ANSWER_SECONDS


def _no_transactions_of_the_driver(connection: Any, _: object) -> None:
    """Python's sqlite3 begins one by itself, but not before a table is made."""
    connection.isolation_level = None


def _begin_to_write(connection: "Connection") -> None:
    """At once: who reads first and writes then can be refused in the middle."""
    connection.exec_driver_sql("begin immediate")


def _plain(row: Row) -> dict[str, Any]:
    return {name: _text(value) if isinstance(value, str) else value for name, value in vars(row).items()}


def _text(value: str) -> str:
    """What every database takes: PostgreSQL has no NUL, and none has half a surrogate pair."""
    return value.replace("\0", "\ufffd").encode(errors="replace").decode()
