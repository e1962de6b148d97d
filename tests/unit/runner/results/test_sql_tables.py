"""Tables of rows in SQLite, PostgreSQL and MariaDB: their columns, and names that may be typed."""

from dataclasses import fields
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect

from job_runner.errors import AccessDenied, ConfigInvalid, SpecInvalid
from job_runner.results import database
from job_runner.results.detections import DetectionRow
from job_runner.results.events import EventRow
from job_runner.results.sql import Written
from job_runner.results.sql_tables import KEYS, LONGEST_NAME, table_of
from tests.testbed.databases import DATABASE, Server
from tests.unit.runner.results.conftest import ask
from tests.unit.runner.results.written import EVENTS, write


def test_columns_are_the_keys_and_the_fields_of_a_row() -> None:
    table = table_of(DetectionRow, None)
    assert table.fullname == "detection" and table_of(EventRow, None).fullname == "event"
    assert [column.name for column in table.columns] == [*KEYS, *(field.name for field in fields(DetectionRow))]
    assert [column.name for column in table.columns if column.nullable] == ["track"], "not all things are followed"


def test_an_index_has_a_name_of_its_own_that_every_database_takes() -> None:
    """In PostgreSQL those of all tables share a namespace, and what is longer than a name is cut."""
    long = "x" * (LONGEST_NAME - 1)
    names = [
        str(index.name) for name in ("people", long + "1", long + "2") for index in table_of(EventRow, name).indexes
    ]
    assert names[0] == "ix_people" and len(set(names)) == 3 and all(len(name) <= LONGEST_NAME for name in names)


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


def test_there_is_an_index_and_a_table_of_ones_own_name(url: str) -> None:
    write(url, table="people")
    found = inspect(create_engine(database.url_of(url))).get_indexes("people")
    assert [index["column_names"] for index in found] == [["job", "analysis"]]


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
