"""Which moment of the source each frame of a clip shows: held against what the decoder gives."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from job_runner.media.source import FrameSource
from job_runner.plan.clips import clock_of
from job_runner.plan.facts import Pace
from job_runner.plan.views import View
from tests.unit.runner.media import make_video, only, plan_of
from tests.unit.runner.odd import encoded
from tests.unit.runner.test_plan import VIDEO, facts, planned, work


def views(plan: Any) -> list[View]:
    return [View(clip, plan.video(clip.input), only(plan), plan.clock, plan.rate) for clip in plan.clips]


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    folder = tmp_path_factory.mktemp("views")
    return {25: make_video(folder / "a.mp4", frames=50), 30: encoded(folder / "b.mp4", frames=60, rate=30),
            60: encoded(folder / "c.mp4", frames=90, rate=60)}  # fmt: skip


@pytest.mark.parametrize("source", [25, 30, 60])
@pytest.mark.parametrize("rate", [25, 30, "30000/1001", 12])
@pytest.mark.parametrize("speed", [1, 0.5, 2, 1.3])
def test_the_picture_that_stands_there(sources: dict[int, Path], source: int, rate: int | str, speed: float) -> None:
    """Each frame of the clip begins when the source's picture does that the decoder gives for it."""
    paths = {"main": sources[source]}
    video = {"encoder": "CPU", "frameRate": rate}
    plan = plan_of(paths, timeline={"clips": [{"start": "333ms", "speed": speed}]},
                   outputs=[{"uri": "file:///tmp/o.mp4", "video": video}])  # fmt: skip
    (view,) = views(plan)
    clock = clock_of(view.clip, plan.clock, plan.rate)
    with FrameSource(str(paths["main"]), view.video, clock) as decoded:
        for number in range(0, view.clip.frames, 3):
            frame = decoded.at(view.clip.source + number)
            assert frame.pts is not None and frame.time_base is not None
            shown = float(frame.pts * frame.time_base - view.video.start)
            assert view.seconds[number] == pytest.approx(shown, abs=1e-3), number


def test_times_count_from_the_timelines_beginning() -> None:
    first, second = views(planned(work(clips=[{"end": "1s"}, {"start": "3s", "end": "4s"}])))
    assert [first.times[0], first.times[-1], second.times[0]] == [0, 1, 1]
    assert second.seconds[0] == 3 and second.moments[-1] == 2


@given(
    st.sampled_from(["Cover", "Contain"]), st.tuples(st.sampled_from([240, 640, 1280]), st.sampled_from([240, 720])),
    st.tuples(*[st.floats(-0.5, 1.5)] * 4), st.floats(0, 0.5), st.floats(0.3, 0.5), st.booleans(),
)  # fmt: skip
def test_edges_never_leave_the_picture(
    fit: str, size: tuple[int, int], edges: tuple[float, ...], corner: float, side: float, moves: bool
) -> None:
    key = {"left": corner, "top": corner, "width": side, "height": side}
    keyframes = [key, {**key, "time": "2s", "left": 0.5}] if moves else [key]
    asked = work(
        {"width": size[0], "height": size[1]}, clips=[{"end": "2s", "framing": {"fit": fit, "keyframes": keyframes}}]
    )
    (view,) = views(planned(asked))
    landed = view.edges(10, 20, np.tile(edges, (10, 1)))
    assert landed.shape == (10, 4) and (landed >= 0).all() and (landed <= 1).all()


def test_what_surrounds_a_contained_picture_shows_nothing_of_it() -> None:
    (view,) = views(planned(work({"width": 720, "height": 720}, clips=[{}])))
    (whole,) = view.edges(0, 1, np.array([[-1.0, -1.0, 2.0, 2.0]]))
    assert whole == pytest.approx([0, 158 / 720, 1, 562 / 720])


def test_times_of_a_source_that_nobody_can_count() -> None:
    """Where pictures come unevenly the moment of the slot stands for that of the picture."""
    uneven = VIDEO.model_copy(update={"pace": Pace(average=Fraction(20), closest=Fraction(1, 50), lost=0)})
    (view,) = views(planned(work(clips=[{"start": "1s"}]), facts(video=uneven)))
    assert view.seconds[:3].tolist() == [1.0, 1.04, 1.08]
