"""Rows that tests write into databases, and how."""

from typing import Any

from job_runner.results.detections import DetectionRow
from job_runner.results.events import EventRow
from job_runner.results.sql import Key, Written, write_sql
from tests.unit.runner.results.conftest import ask

KEY = Key("3f0c-uid", "people", "match")
ROWS = [
    DetectionRow(0, 0.0, "player", 0.9123, 1.0, 2.5, 30.1, 40.0),
    DetectionRow(0, 0.0, "ball 🏐", 0.5, 100.0, 2.5, 110.1, 40.0, 7),
    DetectionRow(25, 1.001001, "player", 0.8, 3.0, 2.5, 33.1, 41.0, 3),
]
EVENTS = [EventRow(1, 0.0, 2.52, 3.1416, "%"), EventRow(2, 4.000001, 7.0, 12.5, "%")]


def row(number: int, label: str = "x") -> DetectionRow:
    return DetectionRow(number, number / 25, label, 0.5, 1.0, 2.0, 3.0, 4.0)


def write(url: str, rows: Any = ROWS, key: Key = KEY, table: str | None = None, kind: Any = DetectionRow) -> Written:
    return write_sql(url, table, key, kind, rows)


def frames(url: str, job: str = KEY.job) -> list[Any]:
    return [row[0] for row in ask(url, f"select frame from detection where job = '{job}' order by frame")]
