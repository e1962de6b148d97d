"""The overview of one job."""

from typing import Any

import pytest

from job_runner.cli.cluster.overview import MOST_ATTEMPTS, overview
from spotreel.job import Job
from tests.unit.runner.cluster.jobs import NOW, PREEMPTED, SHA256, attempt, failed, running, succeeded, waiting


def with_deadline(job: Job, *true: tuple[str, str]) -> list[str]:
    made = [
        {"type": kind, "status": "True", "reason": kind, "message": said, "lastTransitionTime": "2026-01-02T03:06:00Z"}
        for kind, said in true
    ]
    spec = {**job.spec, "deadline": "2h"}
    return overview(Job({**job.body, "spec": spec, "status": {**job.body["status"], "conditions": made}}), NOW)


def test_a_job_that_runs() -> None:
    assert with_deadline(running()) == [
        "reel  Running · Rendering  63%  19/30 segments  118 fps  29s left",
        "  attempt 0-1   spot-a10g   g5.xlarge eu-central-1a   11 segments   preempted, 60 frames lost",
        "  attempt 0-2   spot-a10g   g5.xlarge eu-central-1a   8 segments    running 1:02",
        "  cost $0.0058 (on demand: about $0.0139)   deadline in 1h55m, on schedule",
    ]


def test_a_job_that_is_done() -> None:
    assert overview(succeeded(), NOW) == [
        "reel  Succeeded · ResultCommitted  63%  19/30 segments",
        "  2 more attempts",
        "  cost $0.0058 (on demand: about $0.0139)",
        f"  done  s3://media/out/reel.mp4  48.2 MB  5m  sha256 {SHA256}",
    ]


def test_why_a_job_does_not_go_on() -> None:
    assert overview(waiting(), NOW) == ["reel  Pending · WaitingForCapacity", "  no node yet"]
    assert overview(failed(), NOW)[1] == "  there is no s3://media/match.mp4"


def test_results_and_windows() -> None:
    rows = [
        {"analysis": "people", "uri": "s3://m/p.ndjson.gz", "rows": 312},
        {"analysis": "loud", "table": "event", "rows": 7},
    ]
    at = {"stage": "Analyzing", "summary": "10%", "windows": 2, "totalWindows": 5}
    seen = overview(running(progress=at, results=rows, attempts=[attempt(1, windows=2)], counts=None), NOW)
    assert seen[0] == "reel  Running · Rendering  10%  2/5 windows"
    assert "2 windows   running" in seen[1]
    assert seen[-2:] == ["  rows  s3://m/p.ndjson.gz  312 of people", "  rows  table event  7 of loud"]


@pytest.mark.parametrize(
    ("condition", "end"),
    [
        (("DeadlineAtRisk", "no spot"), "deadline in 1h55m, at risk: no spot"),
        (("DeadlineMissed", "late"), "deadline missed"),
    ],
)
def test_deadlines(condition: tuple[str, str], end: str) -> None:
    assert with_deadline(running(), condition)[-1].endswith(f"   {end}")


def test_a_retry_starts_the_clock_anew() -> None:
    retry = {"value": "1", "time": "2026-01-02T03:08:00Z"}
    assert with_deadline(running(retry=retry))[-1].endswith("deadline in 1h59m, on schedule")
    assert with_deadline(succeeded())[2].endswith("within its deadline")


def test_many_runners_are_a_short_overview() -> None:
    """Those at work first, then the latest, the others counted."""
    ended = [attempt(1, lane, verdict="Disruption", reason="Preempted") for lane in range(20)]
    ended += [attempt(1, lane, verdict="ShareDone", reason="ShareDone") for lane in range(20, 26)]
    at_work = [attempt(2, lane) for lane in range(4)]
    shards: dict[str, Any] = {"total": 30, "running": 4}
    seen = overview(running(attempts=[*ended, *at_work], counts={"attempts": 70}, shards=shards), NOW)
    assert "  4 of 30 runners  " in seen[0]
    assert len(seen) == 1 + MOST_ATTEMPTS + 2
    assert [line.split()[1] for line in seen[1:9]] == ["22-1", "23-1", "24-1", "25-1", "0-2", "1-2", "2-2", "3-2"]
    assert seen[9] == "  62 more attempts: 20 preempted, 2 share done"
    assert "attempt 0-1" in overview(running(attempts=[PREEMPTED]), NOW)[1]
