"""Databases: a file, and real servers, which are started when the first test asks for one."""

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import create_engine, text

from job_runner.results import sql
from job_runner.results.database import url_of
from tests.testbed import cache
from tests.testbed.databases import MariaDb, Postgres, Server

S = TypeVar("S", Postgres, MariaDb)
SERVERS = ("postgresql", "mariadb")


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Postgres]:
    yield from _started(cache.postgres, Postgres)


@pytest.fixture(scope="session")
def mariadb() -> Iterator[MariaDb]:
    yield from _started(cache.mariadb, MariaDb)


@pytest.fixture(params=SERVERS)
def server(request: pytest.FixtureRequest) -> Server:
    """Each of the two, without a table."""
    found: Server = request.getfixturevalue(request.param)
    ask(found.url(), "drop table if exists detection, event, people")
    return found


@pytest.fixture(params=("sqlite", *SERVERS))
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Of each of the three, without a table."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/results.db"
    found: Server = request.getfixturevalue(request.param)
    ask(found.url(), "drop table if exists detection, event, people")
    return found.url()


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a few hundred rows are several."""
    monkeypatch.setattr(sql, "BATCH", 100)


def ask(url: str, statement: str) -> list[tuple[object, ...]]:
    """What a database answers to a statement, which is carried out at once."""
    with create_engine(url_of(url)).connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        answer = connection.execute(text(statement))
        return [tuple(row) for row in answer] if answer.returns_rows else []


def _started(fetch: Callable[[], Path], make: Callable[[], S]) -> Iterator[S]:
    """Skips where a server's files cannot be fetched, unless SPOTREEL_REQUIRE is set."""
    try:
        fetch()
    except (OSError, subprocess.SubprocessError, StopIteration) as error:
        if os.environ.get("SPOTREEL_REQUIRE"):
            raise
        pytest.skip(f"the server cannot be fetched: {error}")
    server = make()
    try:
        server.start()
        yield server
    finally:
        server.stop()
