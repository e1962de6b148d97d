"""Rows that are read back: those of looks, in order, and no others, whoever may write to the bucket."""

import gzip
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import pytest

from job_runner.analyzing.detections import classes_of, detection_rows
from job_runner.detection.signature import Signature
from job_runner.errors import WorkspaceCorrupt
from job_runner.plan.times import VariableTimes
from job_runner.plan.windows import ModelPlan, WindowsPlan
from job_runner.results.detections import DetectionRow
from job_runner.results.ndjson import member
from videojob_api.analyses import Analysis, Detect, ModelRef

TIMES = VariableTimes.of([100 * n for n in range(8)], 100, 1000)
PLANNED = WindowsPlan.model_validate(
    {"name": "people", "input": "main", "rate": "5", "total": 4, "window": 2, "times": TIMES}
)
ANALYSIS = Analysis.model_validate({"name": "people", "every": 2, "detect": {"model": {"input": "model"}}})
GOOD = asdict(DetectionRow(2, 0.2, "face", 0.9, 10.0, 10.0, 20.0, 20.0))


def read(*windows: bytes, tracked: bool = True) -> list[DetectionRow]:
    return list(detection_rows(ANALYSIS, PLANNED, windows, tracked))


def window(*rows: Mapping[str, Any]) -> bytes:
    return gzip.compress("".join(json.dumps({**GOOD, **row}) + "\n" for row in rows).encode())


def test_classes_are_the_specs_else_the_models() -> None:
    """In the model's order: an annotation's category is a number."""
    signature = Signature((), (), {"names": "{0: 'person', 1: 'ball'}"})
    planned = PLANNED.model_copy(update={"model": ModelPlan(signature=signature.text())})
    assert classes_of(ANALYSIS, planned) == ["person", "ball"]
    named = ANALYSIS.model_copy(update={"detect": Detect(model=ModelRef(input="model"), names=["player", "puck"])})
    assert classes_of(named, planned) == ["player", "puck"]
    assert classes_of(ANALYSIS, PLANNED) == []


@pytest.mark.parametrize("tracked", [True, False])
def test_in_order_with_their_numbers(tracked: bool) -> None:
    found = read(window({"frame": 0, "time": 0.0}, {}), window({"frame": 6, "time": 0.6}), tracked=tracked)
    assert [(row.frame, row.track) for row in found] == [
        (0, 1 if tracked else None),
        (2, found[1].track),
        (6, found[2].track),
    ]


@pytest.mark.parametrize(
    "row",
    [
        {"frame": -2}, {"frame": 3}, {"frame": 8}, {"frame": 10**9}, {"frame": "2"}, {"frame": True}, {"frame": 2.0},
        {"time": float("nan")}, {"time": float("inf")}, {"time": "0.2"}, {"time": 10**400}, {"time": 0.0},
        {"x1": -1}, {"x1": 30}, {"y2": 10**7}, {"x2": 10**400}, {"score": float("-inf")},
        {"label": "a" * 10**6}, {"label": "\x1b[2J"}, {"label": "\ud800"}, {"label": None}, {"more": 1},
    ],
    ids=str,
)  # fmt: skip
def test_none_that_no_look_has_given(row: dict[str, Any]) -> None:
    with pytest.raises(WorkspaceCorrupt, match=r"analysis people .*; delete the workspace"):
        read(window({"time": 0.1}, row))


def test_none_out_of_order() -> None:
    """It, and all after it, would be passed over without a word: nothing would be blurred there."""
    with pytest.raises(WorkspaceCorrupt, match="analysis people have a row of frame 2 where there can be none"):
        read(window({"frame": 4, "time": 0.4}), window({}))


def test_no_more_than_a_look_gives() -> None:
    assert len(read(window(*[{}] * 300), tracked=False)) == 300
    with pytest.raises(WorkspaceCorrupt, match="analysis people"):
        read(window(*[{}] * 301), tracked=False)


@pytest.mark.parametrize("line", [b"[" * 100_000, b"[]", b"7", b"{}", b"\xff", b"9" * 5000], ids=len)
def test_no_json_that_is_no_row(line: bytes) -> None:
    with pytest.raises(WorkspaceCorrupt, match="window 1 of analysis people is not what was written"):
        read(member([]), gzip.compress(line))


def test_no_more_memory_than_rows_need() -> None:
    with pytest.raises(WorkspaceCorrupt, match=r"window 0 .*more than 50000000 bytes"):
        read(gzip.compress(bytes(10**8), 1))
