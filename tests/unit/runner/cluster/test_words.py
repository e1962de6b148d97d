"""Times, money, attempts, and the report that a status stands for."""

import pytest

from job_runner.cli.cluster.words import (
    age,
    became_of,
    cost_of,
    money,
    report_of,
    seconds_of,
    since,
    spaced,
)
from tests.unit.runner.cluster.jobs import NOW, PREEMPTED, RUNNING, attempt, running
from videojob_api.names import AttemptReason, Stage
from videojob_api.status import Attempt, Cost, VideoJobStatus


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-3, "0s"), (0, "0s"), (59.9, "59s"), (60, "1m"), (252, "4m12s"), (600, "10m"), (1080, "18m"), (3600, "1h"),
        (11_100, "3h5m"), (172_800, "2d"), (500_000, "5d"),
    ],
)  # fmt: skip
def test_age(seconds: float, text: str) -> None:
    assert age(seconds) == text


def test_since() -> None:
    assert since("2026-01-02T03:08:00Z", NOW) == 17 and since(None, NOW) is None


def test_money() -> None:
    assert money("0.0058", "USD") == "$0.0058" and money("1", "CHF") == "1 CHF"
    assert cost_of(None) == "" and cost_of(Cost(currency="EUR", total="2")) == "€2"


def test_seconds_of() -> None:
    assert seconds_of("1m5s") == 65 and seconds_of("soon") is None


@pytest.mark.parametrize(
    ("made", "text"),
    [
        (PREEMPTED, "preempted, 60 frames lost"),
        (RUNNING, "running 1:02"),
        (attempt(1, verdict="Succeeded", reason="ResultCommitted"), "done"),
        (attempt(1, verdict="ShareDone", reason="ShareDone"), "done"),
        (attempt(1, startTime=None), "waiting for a node 3:17"),
        (attempt(1, verdict="Disruption"), "disruption"),
    ],
)
def test_what_became_of_an_attempt(made: dict[str, object], text: str) -> None:
    assert became_of(Attempt.model_validate(made), NOW) == text


def test_reasons_read_as_words() -> None:
    assert spaced("NodeLost") == "node lost" and spaced("OOMKilled") == "OOM killed" and spaced("Moved") == "moved"
    for reason in AttemptReason:
        assert spaced(reason).replace(" ", "").lower() == reason.lower()


def test_a_status_as_the_report_of_a_runner() -> None:
    report = report_of(running().status)
    assert (report.stage, report.frames, report.total_frames, report.fps) == (Stage.RENDERING, 5700, 9000, 118)
    assert (report.segments.done, report.segments.total, report.left(), report.at_least) == (19, 30, 29, False)
    later = report_of(
        running(progress={"stage": "Analyzing", "windows": 2, "totalWindows": 5, "remaining": ">4m"}).status
    )
    assert (later.stage, later.windows.total, later.seconds_left, later.at_least) == (Stage.ANALYZING, 5, 240, True)
    assert report_of(VideoJobStatus()).stage == Stage.PLANNING
