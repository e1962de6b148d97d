"""What `spotreel render` says: each piece of news once, and a last line that says how to go on."""

from pathlib import Path

import pytest

from job_runner.cli.watch import Watched, done_line, plan_lines, say_end, stopped_line
from job_runner.cli.width import columns
from job_runner.stop import Stop
from job_runner.tracker import Tracker
from job_runner.workspace.places import shown
from tests.unit.runner.jobs import order
from videojob_api.exit_codes import ExitCode
from videojob_api.names import Note, Outcome
from videojob_api.order import Order
from videojob_api.report import Report, SegmentCounts, Warning_
from videojob_api.status import AnalysisStatus, OutputStatus, PlanStatus

PLAN = PlanStatus(
    encoder="libx264", width=96, height=64, frame_rate="30000/1001", frames=90, segments=3, segment_frames=30
)
DONE = OutputStatus(
    name="main", uri="file:///a/out.mp4", size_bytes=2_000_000, sha256="ab" * 32, frames=90, duration="3s"
)


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Order:
    monkeypatch.chdir(tmp_path)
    return order(tmp_path, tmp_path / "in.mp4")


def test_news_is_said_once(made: Order) -> None:
    tracker = Tracker("a")
    watched = Watched(tracker, Stop(0), made)
    tracker.warn(Note.TRACK_CHOSEN, "one")
    tracker.warn(Note.TRACK_CHOSEN, "one")
    assert watched.news() == ["note  one"]
    tracker.warn(Note.TRACK_CHOSEN, "two")
    tracker.damaged("in", 1)
    assert watched.news() == ["note  two"], "how much is damaged is known at the end"
    assert watched.news() == []


def test_a_stop_is_said_instead_of_progress(made: Order) -> None:
    stop = Stop(15)
    watched = Watched(Tracker("a"), stop, made)
    assert "out.mp4" in watched.text(None) and "Ctrl-C" not in watched.text(None)
    stop.request()
    assert "stopping" in watched.text(None) and "Ctrl-C again ends at once" in watched.text(None)
    assert columns(watched.text(30)) <= 30


def test_what_is_there_already_is_said() -> None:
    report = Report(attempt="a", plan=PLAN)
    plan = "plan  96x64 29.97 fps, 90 frames, 3 segments, libx264"
    assert plan_lines(report, 0) == [plan]
    assert plan_lines(report, 2) == [plan, "resume  2 of 3 segments found, 1 to go"]


def test_the_plan_says_that_the_cpu_stands_in_for_a_gpu() -> None:
    why = Warning_(reason=Note.ENCODER_FALLBACK, message="encoder Auto took libx264 on the CPU: no NVENC here")
    (line,) = plan_lines(Report(attempt="a", plan=PLAN, warnings=[why]), 0)
    assert line.endswith("3 segments, libx264 instead of NVENC")


def test_the_hash_gives_way_to_the_rest() -> None:
    whole = done_line(DONE, 7, None)
    assert DONE.sha256 and DONE.sha256 in whole and whole.endswith("7 s")
    assert "sha256 abababababab…" in done_line(DONE, 7, columns(whole) - 1)
    assert "sha256" not in done_line(DONE, 7, 10)


def test_what_is_looked_at_is_told_in_windows(made: Order) -> None:
    tracker, stop = Tracker("a"), Stop(30)
    watched = Watched(tracker, stop, made)
    tracker.windows("moving", 4, lambda number: 10, {0, 3})
    tracker.windows("people", 1, lambda number: 5, set())
    assert watched.news() == [] and "looking at the inputs" in watched.text(None)
    tracker.analyzing(45, 100)
    assert watched.news() == ["resume  2 of 5 windows found, 3 to go"]
    assert "2/5 windows" in watched.text(None) and " 14%  " in watched.text(None)
    tracker.analyzed(AnalysisStatus(name="moving", windows=4, total=4, events=1))
    assert watched.news() == ["moving  1 event"] and watched.news() == []
    stop.request()
    assert watched.text(None).startswith("stopping: finishing windows in hand, ")
    stopped = stopped_line(tracker.report(), made)
    assert stopped == "stopped  2 of 5 windows kept in work; run the same command to go on"


def test_all_that_is_kept_is_told(made: Order) -> None:
    counts = SegmentCounts(done=2, total=3, by_this=2)
    both = stopped_line(Report(attempt="a", windows=SegmentCounts(done=5, total=5), segments=counts), made)
    assert both.startswith("stopped  5 of 5 windows and 2 of 3 segments kept in work;")


def test_windows_that_are_all_there_are_no_news(made: Order) -> None:
    tracker = Tracker("a")
    tracker.windows("moving", 4, lambda number: 10, {0, 1, 2, 3})
    tracker.analyzing(40, 0)
    assert Watched(tracker, Stop(30), made).news() == []


@pytest.mark.parametrize(("done", "said"), [(0, "begins anew"), (2, "2 of 3 segments kept in work;")])
def test_a_stop_says_how_to_go_on(made: Order, done: int, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    last = Report(
        attempt="a",
        outcome=Outcome.DISRUPTED,
        exit_code=ExitCode.DISRUPTED,
        segments=SegmentCounts(done=done, total=3, by_this=done),
    )
    assert said in stopped_line(last, made)
    say_end(last, made, 1)
    assert capsys.readouterr().err == stopped_line(last, made) + "\n"


def test_a_path_is_as_short_as_it_can_be_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert shown((tmp_path / "a b" / "ü.mp4").as_uri()) == "a b/ü.mp4"
    assert shown(tmp_path.parent.as_uri()) == str(tmp_path.parent)
    assert shown("s3://bucket/a%20b") == "s3://bucket/a%20b"
