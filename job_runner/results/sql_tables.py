"""Tables of rows in SQL: columns, types, and names that may be typed."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from sqlalchemy import Column, Double, Index, Integer, MetaData, String, Table, Text, inspect
from sqlalchemy.dialects import mysql
from sqlalchemy.engine import Connection
from sqlalchemy.exc import NoSuchTableError
from sqlalchemy.sql.elements import quoted_name
from sqlalchemy.types import TypeEngine

from job_runner.errors import SpecInvalid
from job_runner.results.row import NAMES, Kind

LONGEST_NAME = 63
"""PostgreSQL cuts what is longer."""
LONGEST_KEY = 255
KEYS = ("job", "analysis", "input")
"""Columns before those of the row."""

_BINARY = {"charset": "utf8mb4", "collation": "utf8mb4_bin"}
"""In MySQL texts are otherwise equal whatever their case is, and have no emoji."""

_NAME = re.compile(
    rf"(?:([A-Za-z_][A-Za-z0-9_]{{0,{LONGEST_NAME - 1}}})\.)?([A-Za-z_][A-Za-z0-9_]{{0,{LONGEST_NAME - 1}}})"
)


def _key() -> TypeEngine[str]:
    return String(LONGEST_KEY).with_variant(mysql.VARCHAR(LONGEST_KEY, **_BINARY), "mysql", "mariadb")


def _text() -> TypeEngine[str]:
    return Text().with_variant(mysql.MEDIUMTEXT(**_BINARY), "mysql", "mariadb")


_TYPES: Mapping[Any, Any] = {int: Integer, int | None: Integer, float: Double, str: _text}


def table_of(kind: Kind, name: str | None) -> Table:
    """With an index on job and analysis. `name` may have a schema before a dot. Raises SpecInvalid for what is none."""
    name = NAMES[kind] if name is None else name
    if not (found := _NAME.fullmatch(name)):
        raise SpecInvalid(
            f"table {name[:80]!r}: letters, digits and _, at most {LONGEST_NAME}, with a schema before a dot if there "
            "is one; not a digit first"
        )
    schema, plain = found[1] and quoted_name(found[1], quote=True), quoted_name(found[2], quote=True)
    keys = [Column(key, _key(), nullable=False) for key in KEYS]
    row = [Column(field.name, _TYPES[field.type](), nullable=field.type == int | None) for field in fields(kind)]
    index = Index(_index_name(found[2]), "job", "analysis")
    return Table(plain, MetaData(), *keys, *row, index, schema=schema)


def _index_name(table: str) -> str:
    """One of its own for each table: in PostgreSQL they share a namespace."""
    return f"ix_{table}" if len(table) < 50 else f"ix_{hashlib.sha256(table.encode()).hexdigest()[:32]}"


def is_there(connection: Connection, table: Table) -> bool:
    """Whether it is. Raises SpecInvalid for one of the name that has not all columns."""
    try:
        there = {column["name"] for column in inspect(connection).get_columns(table.name, schema=table.schema)}
    except NoSuchTableError:
        return False
    if missing := [column.name for column in table.columns if column.name not in there]:
        raise SpecInvalid(
            f"table {table.fullname} has no column {', '.join(missing)}: name another table, one that is not there yet"
        )
    return True
