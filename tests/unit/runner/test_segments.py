"""How long segments are, and whether one in hand is finished when the runner is told to stop."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from job_runner.plan.plan import segment_length
from job_runner.plan.timeline import segment_count
from job_runner.segments import seconds_to_go
from job_runner.session import Session
from job_runner.stop import Stop
from tests.unit.runner.jobs import order
from tests.unit.runner.media import make_video
from videojob_api.names import ExitCode


@given(st.integers(1, 200_000))
def test_length_of_segments(frames: int) -> None:
    length = segment_length(frames)
    assert length <= 300 and (length >= 60 or length == frames)
    assert frames < 240 or segment_count(frames, length) >= 4, "a stop does not cost all of a short reel"


@pytest.mark.parametrize(
    ("outside", "unfinished", "seconds"),
    [(50, 90, 140 * 4 / 60), (50, 60, 110 * 4 / 90), (0, 40, 40 * 4 / 160), (0, 0, 0), (100, 100, float("inf"))],
)
def test_seconds_to_go(outside: int, unfinished: int, seconds: float) -> None:
    """Of 100 frames, four seconds after it was begun."""
    assert seconds_to_go(100, outside, unfinished, 4.0) == pytest.approx(seconds)


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
