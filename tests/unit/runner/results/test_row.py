"""Rows that others may have written."""

from typing import Any

import pytest

from job_runner.results.detections import DetectionRow
from job_runner.results.events import EventRow
from job_runner.results.row import MOST, Kind, kind_of, row_of

GOOD: dict[str, Any] = {
    "frame": 3, "time": 0, "label": "x", "score": 0.5, "x1": 1.0, "y1": 2.0, "x2": 3.0, "y2": 4.0, "track": None,
}  # fmt: skip
EVENT: dict[str, Any] = {"number": 1, "start": 0.0, "stop": 2.5, "strength": 3.1, "unit": "%"}


def test_of_each_kind() -> None:
    assert row_of(DetectionRow, GOOD | {"track": 7}) == DetectionRow(3, 0, "x", 0.5, 1.0, 2.0, 3.0, 4.0, 7)
    assert row_of(EventRow, EVENT) == EventRow(1, 0.0, 2.5, 3.1, "%")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"frame": "3"}, "frame: a whole number"),
        ({"frame": 3.5}, "frame: a whole number"),
        ({"frame": True}, "frame: a whole number"),
        ({"frame": MOST + 1}, "frame: a whole number"),
        ({"track": "7"}, "track: a whole number or null"),
        ({"score": float("nan")}, "score: a number"),
        ({"x1": float("inf")}, "x1: a number"),
        ({"x1": None}, "x1: a number"),
        ({"label": 7}, "label: text"),
        ({"mine": 1}, "fields mine"),
    ],
)
def test_what_no_table_takes_is_said_with_its_field(change: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=f"^{said}$"):
        row_of(DetectionRow, GOOD | change)


@pytest.mark.parametrize("other", [[], 1, None, "x", EVENT])
def test_what_is_none_is_refused(other: Any) -> None:
    with pytest.raises(ValueError):
        row_of(DetectionRow, other)


@pytest.mark.parametrize(
    ("plain", "kind"), [(GOOD, DetectionRow), (EVENT, EventRow), ({"start": 1}, EventRow), ([], DetectionRow)]
)
def test_the_kind_that_a_row_seems_to_be(plain: Any, kind: Kind) -> None:
    assert kind_of(plain) is kind
