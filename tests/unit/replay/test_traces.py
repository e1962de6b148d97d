"""Traces: what a 1 means and how long a tick is, both said by who gives the file."""

import json
from pathlib import Path

import pytest

from tests.replay.__main__ import given, main
from tests.replay.traces import TraceError, Zone, read

DATA = [1, 1, 0, 0, 0, 1]


def trace(folder: Path, data: object = DATA, name: str = "zone.json", **metadata: object) -> Path:
    path = folder / name
    path.write_text(json.dumps({"metadata": {"gap_seconds": 60} | metadata, "data": data}))
    return path


def test_trap_15_polarity_and_tick_are_said_for_each_source(tmp_path: Path) -> None:
    """Published traces have opposite polarities, and some say a wrong tick."""
    path = trace(tmp_path)
    assert read(path, "available").spans == ((0, 120), (300, 360))
    assert read(path, "preempted").spans == ((120, 300),)
    assert read(path, "available", tick=10).spans == ((0, 20), (50, 60))
    with pytest.raises(TraceError, match="--ones is needed"):
        given(tmp_path, "", None)
    assert [zone.name for zone in given(tmp_path, "preempted", None)] == ["zone"]


@pytest.mark.parametrize("data", [[], [2], [0.5], ["a"], "text", None, [[1]]])
def test_what_is_no_trace_is_said_with_its_path(tmp_path: Path, data: object) -> None:
    path = trace(tmp_path, data)
    with pytest.raises(TraceError, match="zone"):
        read(path, "available")


def test_a_file_of_something_else_is_no_trace(tmp_path: Path) -> None:
    (tmp_path / "odd.json").write_text("[]")
    for folder in (tmp_path / "odd.json", tmp_path / "none.json"):
        with pytest.raises(TraceError):
            read(folder, "available")
    with pytest.raises(TraceError, match="no"):
        given(tmp_path / "nowhere", "available", None)
    assert main(["--share", "0", "--page", str(tmp_path / "p.md"), "--traces", str(tmp_path), "--ones", "odd"]) == 2


ZONE = Zone("z", ((10, 20), (30, 40)), 100)


@pytest.mark.parametrize(
    ("time", "up", "following"),
    [(0, None, 10), (10, 20, 10), (19, 20, 19), (20, None, 30), (35, 40, 35), (40, None, None)],
)
def test_when_there_is_capacity(time: float, up: float | None, following: float | None) -> None:
    assert (ZONE.up(time), ZONE.next_up(time)) == (up, following)


@pytest.mark.parametrize(
    ("begin", "end", "expected"), [(0, 5, 0), (0, 15, 1), (15, 35, 2), (20, 30, 0), (25, 31, 1), (50, 90, 0)]
)
def test_spans_of_a_time(begin: float, end: float, expected: int) -> None:
    assert len(ZONE.between(begin, end)) == expected and ZONE.share == 0.2
