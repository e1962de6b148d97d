"""Segments as a family: their names, what they are stored with, and when one in hand is finished."""

from pathlib import Path

import av
import pytest
from hypothesis import given as over
from hypothesis import strategies as st

from job_runner.in_hand import in_hand
from job_runner.inputs import JobInputs
from job_runner.plan.plan import segment_length
from job_runner.plan.timeline import segment_count
from job_runner.session import Session
from job_runner.stop import Stop
from job_runner.targets.family import make_all
from job_runner.targets.segments import SegmentFamily
from job_runner.workspace import names
from tests.unit.runner.jobs import order
from tests.unit.runner.media import make_video
from tests.unit.runner.targets.given import Given, given
from videojob_api.exit_codes import ExitCode
from videojob_api.names import Stage


@over(st.integers(1, 200_000))
def test_length_of_segments(frames: int) -> None:
    length = segment_length(frames)
    assert length <= 300 and (length >= 60 or length == frames)
    assert frames < 240 or segment_count(frames, length) >= 4, "a stop does not cost all of a short reel"


@pytest.fixture
def job(tmp_path: Path) -> Given:
    return given(tmp_path, make_video(tmp_path / "v.mp4", frames=70))


def family(job: Given) -> SegmentFamily:
    planned = job.planned()
    return SegmentFamily(planned, planned.plan.outputs[0], job.inputs, "a-0-1", job.workers, job.tracker)


def test_what_they_are_called_and_how_long_they_are(job: Given) -> None:
    made = family(job)
    assert [made.key(k) for k in range(made.count)] == [f"segments/main/00000{k}.mp4" for k in range(3)]
    assert all(made.key(k).startswith(made.prefix) and names.is_ours(made.key(k)) for k in range(made.count))
    assert [made.frames(k) for k in range(made.count)] == [30, 30, 10]


def test_they_are_rendered_and_stored_with_plan_attempt_and_software(job: Given) -> None:
    made, lengths = family(job), list[int]()
    for key in make_all(made, job.store, job.workers, lambda: None):
        wanted = {"fingerprint": made.planned.plan.fingerprint, "attempt": "a-0-1", "plan": made.planned.digest}
        assert job.store.metadata(key) == wanted
        with av.open(str(job.folder / "work" / key)) as container:
            lengths.append(sum(1 for _ in container.decode(video=0)))
    assert lengths == [30, 30, 10] and in_hand(100) == []


def test_nothing_is_read_where_all_are_there(job: Given, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: JobInputs) -> None:
        raise AssertionError("nothing is to be drawn")

    made = family(job)
    monkeypatch.setattr(JobInputs, "assets", refuse)
    made.begin({0, 1, 2})
    report = job.tracker.report()
    assert (report.stage, report.segments.done, job.tracker.found) == (Stage.RENDERING, 3, 3)
    with pytest.raises(AssertionError, match="nothing is to be drawn"):
        made.begin({0, 2})


@pytest.mark.parametrize(("grace", "kept"), [(600, 1), (0, 0)])
def test_a_stop_finishes_the_segment_in_hand_if_there_is_time(tmp_path: Path, grace: float, kept: int) -> None:
    stop = Stop(grace)
    session = Session(
        order(tmp_path, make_video(tmp_path / "v.mp4", frames=120)).model_copy(update={"max_parallel": 1}), stop
    )
    frame = session.tracker.frame

    def stopping(segment: int) -> None:
        stop.request()
        frame(segment)

    session.tracker.frame = stopping  # type: ignore[method-assign]
    last = session.run()
    assert last.exit_code == ExitCode.DISRUPTED and last.segments.done == kept
