"""The Makefile on a local folder: what it takes for its own, what it leaves alone."""

import os
from pathlib import Path
from typing import Any

import pytest

from job_runner.cli.watch import Watched
from job_runner.errors import AccessDenied
from job_runner.media.packets import readable
from job_runner.session import Session
from job_runner.stop import Stop
from job_runner.tracker import Tracker
from job_runner.workspace.directory import DirectoryStore
from tests.unit.runner.jobs import order, run
from tests.unit.runner.media import make_video, read_numbers
from tests.unit.runner.odd import encoded
from videojob_api.exit_codes import ExitCode
from videojob_api.report import SegmentCounts


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    return make_video(tmp_path / "v.mp4", frames=70)


def test_makes_the_file_and_cleans_up_its_own(tmp_path: Path, clip: Path) -> None:
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "holiday.jpg").write_text("mine")
    (tmp_path / "work" / ".000001.mp4.twin").write_text("a twin's, half written")
    word = run(order(tmp_path, clip))
    assert word.exit_code == 0 and word.outputs[0].frames == 70
    assert read_numbers(tmp_path / "out.mp4") == list(range(70))
    assert {p.name for p in (tmp_path / "work").rglob("*")} == {"holiday.jpg", ".000001.mp4.twin", "result.json"}
    assert run(order(tmp_path, clip)).outputs == word.outputs, "done is done"


def test_result_of_another_output_is_none_of_ours(tmp_path: Path, clip: Path) -> None:
    assert run(order(tmp_path, clip)).exit_code == 0
    other = run(order(tmp_path, clip, "other.mp4"))
    assert other.exit_code == 0 and (tmp_path / "other.mp4").exists()


def test_local_input_that_changes_is_refused(tmp_path: Path, clip: Path) -> None:
    stop = Stop(0)
    session = Session(order(tmp_path, clip), stop)
    session.tracker.planned = lambda plan, done: stop.request()  # type: ignore[method-assign]
    assert session.run().exit_code == ExitCode.DISRUPTED
    os.utime(clip, (1, 1))
    word = run(order(tmp_path, clip))
    assert word.exit_code == ExitCode.INPUT_INVALID and "was changed while the job ran" in word.message


def test_another_jobs_workspace(tmp_path: Path, clip: Path) -> None:
    stop = Stop(0)
    session = Session(order(tmp_path, clip), stop)
    session.tracker.planned = lambda plan, done: stop.request()  # type: ignore[method-assign]
    session.run()
    word = run(order(tmp_path, clip, job="t/b-2"))
    assert word.exit_code == ExitCode.CONFIG_INVALID and "holds the plan of t/a-1" in word.message


def test_output_that_is_somebody_elses(tmp_path: Path, clip: Path) -> None:
    (tmp_path / "out.mp4").write_text("mine")
    assert run(order(tmp_path, clip)).exit_code == ExitCode.OUTPUT_EXISTS
    assert (tmp_path / "out.mp4").read_text() == "mine"


def files(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(("retain", "left"), [("Never", set()), ("OnFailure", {"plan.json", "000000.mp4"})])
def test_an_output_that_appears_is_a_failure_for_good(tmp_path: Path, clip: Path, retain: str, left: set[str]) -> None:
    session = Session(order(tmp_path, clip, checkpoint={"segmentFrames": 70, "retain": retain}), Stop(30))
    session.tracker.joining = lambda: (tmp_path / "out.mp4").write_text("mine")  # type: ignore[method-assign,assignment]
    word = session.run()
    assert word.exit_code == ExitCode.OUTPUT_EXISTS and "appeared while the job ran" in word.message
    assert files(tmp_path / "work") == left and (tmp_path / "out.mp4").read_text() == "mine"


def test_only_segments_of_the_plan_count(tmp_path: Path, clip: Path) -> None:
    """Neither a number that it does not have, nor one that is written otherwise."""
    other = {"000007.mp4", "0000001.mp4"}
    (tmp_path / "work" / "segments" / "main").mkdir(parents=True)
    for name in other:
        (tmp_path / "work" / "segments" / "main" / name).write_text("mine")
    session = Session(order(tmp_path, clip), Stop(30))
    word = session.run()
    assert (word.exit_code, session.tracker.found, word.segments) == (0, 0, SegmentCounts(done=3, total=3, by_this=3))
    assert files(tmp_path / "work") == {"result.json", "0000001.mp4"}


def refuse_segments(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Stores take everything but segments; the keys that were tried."""
    tried: list[str] = []
    put = DirectoryStore.put

    def refuse(self: DirectoryStore, key: str, data: bytes, metadata: Any) -> bool:
        if not key.startswith("segments/"):
            return put(self, key, data, metadata)
        tried.append(key)
        raise AccessDenied("read only")

    monkeypatch.setattr(DirectoryStore, "put", refuse)
    return tried


def test_what_cannot_be_stored_is_not_encoded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clip, tried = make_video(tmp_path / "long.mp4", frames=600), refuse_segments(monkeypatch)
    word = run(order(tmp_path, clip))
    assert word.exit_code == ExitCode.ACCESS_DENIED and word.reason == "AccessDenied"
    assert len(tried) < 10, "of twenty"


def test_an_error_does_not_wait_for_hours_of_sound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three pictures that stand for three hours, and music in a loop below them."""
    clip = make_video(tmp_path / "v.mp4", frames=3, times=[0, 3600 * 90_000, 3 * 3600 * 90_000])
    music = make_video(tmp_path / "m.mp4", frames=50, sound=True)
    inputs = [{"uri": clip.as_uri()}, {"name": "music", "uri": music.as_uri()}]
    replace = {"mode": "Replace", "replace": {"input": "music", "loop": True}}
    timeline = {"clips": [{"input": "main"}], "audio": replace}
    refuse_segments(monkeypatch)
    assert run(order(tmp_path, clip, inputs=inputs, timeline=timeline)).exit_code == ExitCode.ACCESS_DENIED
    assert not list((tmp_path / "work").rglob("*.m4a")), "it was left unfinished"


def test_clean_up_that_fails_does_not_undo_success(tmp_path: Path, clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: DirectoryStore, keys: Any) -> None:
        raise AccessDenied("may not delete")

    monkeypatch.setattr(DirectoryStore, "delete", refuse)
    assert run(order(tmp_path, clip)).exit_code == 0


@pytest.mark.parametrize("name", ["v.ts", "v.h264", "v.flv"])
@pytest.mark.parametrize("rate", ["source", "passthrough"])
def test_a_stop_is_heard_while_inputs_are_read(
    name: str, rate: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files without an index are read through, or decoded, to plan: of hours, only what was in hand."""
    stop, read = Stop(30), 0

    def counting(*arguments: Any, **more: Any) -> Any:
        nonlocal read
        for packet in readable(*arguments, **more):
            read += 1
            if read == 5:
                stop.request()
            yield packet

    monkeypatch.setattr("job_runner.media.packets.readable", counting)
    outputs = [{"uri": (tmp_path / "out.mp4").as_uri(), "video": {"encoder": "CPU", "frameRate": rate}}]
    made = order(tmp_path, encoded(tmp_path / name), outputs=outputs)
    word = Session(made, stop).run()
    assert (word.exit_code, word.outcome) == (ExitCode.DISRUPTED, "Disrupted")
    assert word.message == "told to stop; finished segments are kept" and read < 30


def test_while_planning_a_stop_promises_no_segments(tmp_path: Path, clip: Path) -> None:
    stop = Stop(30)
    stop.request()
    said = Watched(Tracker("a-0-1"), stop, order(tmp_path, clip)).text(None)
    assert said == "stopping: still planning, no segment is in hand; Ctrl-C again ends at once"


def test_a_workspace_begun_by_a_runner_whose_plans_were_others(tmp_path: Path, clip: Path) -> None:
    """As those of version 3 were, in which one output stood among the timeline's fields."""
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "plan.json").write_text('{"v": 3, "fingerprint": "spotreel-4/x", "job": "t/a-1"}')
    word = run(order(tmp_path, clip))
    assert word.exit_code == ExitCode.CONFIG_INVALID and "whose plans are of version 3" in word.message
