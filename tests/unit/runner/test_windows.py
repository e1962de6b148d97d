"""How many windows an input has, a function of the input alone; and how much there is to render after them."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from job_runner.errors import InputInvalid
from job_runner.media.encoder_check import opens
from job_runner.plan.facts import InputFacts
from job_runner.plan.plan import make_plan
from job_runner.plan.times import VariableTimes
from job_runner.plan.windows import (
    FRAMES,
    LEVELS,
    PICTURES,
    AnalysesPlan,
    ModelPlan,
    WindowsPlan,
    detector_windows,
    expected_frames,
    loudness_windows,
    motion_windows,
    read_analyses,
)
from tests.unit.runner.media import facts_of, make_video
from tests.unit.runner.odd import sound_only
from videojob_api.analyses import Analysis
from videojob_api.order import Work

LOOK = Analysis.model_validate({"name": "look", "motion": {}})
MODEL = ModelPlan(sha256="ab", signature="{}")


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> InputFacts:
    """Of four seconds."""
    return facts_of(make_video(tmp_path_factory.mktemp("clip") / "v.mp4", frames=100, sound=True))


def lasting(facts: InputFacts, seconds: int) -> InputFacts:
    assert facts.video and facts.audio
    video = facts.video.model_copy(update={"duration": Fraction(seconds)})
    return facts.model_copy(update={"video": video})


@pytest.mark.parametrize("seconds", [0, 1, 36, 3600, 36_000])
def test_windows_of_hours(facts: InputFacts, seconds: int) -> None:
    long = lasting(facts, seconds)
    moving, loud = motion_windows(LOOK, long), loudness_windows(LOOK, long)
    assert moving.total == max(1, 25 * seconds) and moving.count == -(-moving.total // PICTURES)
    assert loud.total == max(1, 10 * seconds) and loud.count == -(-loud.total // LEVELS)


def test_a_damaged_time_stamp_that_claims_years_is_refused(facts: InputFacts) -> None:
    """A curve of as many moments would take all memory there is."""
    detects, short = Analysis.model_validate({"name": "look", "detect": {"model": {"input": "m"}}}), facts
    years = VariableTimes(scale=1, first=0, steps=[(1, 99), (10**9, 1)])
    real = VariableTimes(scale=25, first=0, steps=[(1, 100)])
    forever = lasting(facts, 10**9)
    tried: list[Callable[[], WindowsPlan]] = [
        lambda: motion_windows(LOOK, forever), lambda: loudness_windows(LOOK, forever),
        lambda: detector_windows(detects, forever, real, MODEL), lambda: detector_windows(detects, short, years, MODEL),
    ]  # fmt: skip
    for cut in tried:
        with pytest.raises(InputInvalid, match=r"analysis look: input main lasts .*, 48h are the limit"):
            cut()


@given(st.integers(1, 5000), st.integers(1, 9000))
def test_windows_of_a_detector_have_each_look_once(frames: int, every: int) -> None:
    times = VariableTimes(scale=1000, first=0, steps=[(40, frames)])
    plan = WindowsPlan(name="a", input="b", rate=Fraction(1), total=len(range(0, frames, every)), window=FRAMES,
                       times=times, model=MODEL)  # fmt: skip
    looks = [n for number in range(plan.count) for n in range(plan.looks(number).first, plan.looks(number).end)]
    assert [n * every for n in looks] == list(range(0, frames, every))


@pytest.mark.parametrize(("every", "total"), [(1, 100), (3, 34), (99, 2), (100, 1), (100_000, 1)])
def test_windows_of_a_detector(facts: InputFacts, every: int, total: int) -> None:
    analysis = Analysis.model_validate({"every": every, "detect": {"model": {"input": "m"}}})
    times = VariableTimes(scale=25, first=0, steps=[(1, 100)])
    plan = detector_windows(analysis, facts, times, MODEL)
    assert (plan.total, plan.count) == (total, -(-total // FRAMES)) and plan.rate > 0


def test_what_an_input_has_not(facts: InputFacts, tmp_path: Path) -> None:
    with pytest.raises(InputInvalid, match="it has sound: try loudness"):
        motion_windows(LOOK, facts_of(sound_only(tmp_path / "s.mp4")))
    silent = facts.model_copy(update={"audio": None})
    with pytest.raises(InputInvalid, match="has no sound to listen to; it has a picture: try motion"):
        loudness_windows(LOOK, silent)


def test_it_is_read_as_it_was_written(facts: InputFacts) -> None:
    plan = AnalysesPlan(fingerprint="f", job="t/a", inputs=[facts], analyses=[motion_windows(LOOK, facts)])
    assert read_analyses(plan.model_dump_json(by_alias=True, exclude_none=True).encode(), "here") == plan


def work(timeline: dict[str, Any] | None = None, **video: Any) -> Work:
    return Work.model_validate(
        {
            "inputs": [{"uri": "file:///v.mp4"}],
            "outputs": [{"uri": "file:///out.mp4", "video": {"encoder": "CPU", **video}}],
            "timeline": timeline,
            "analyses": [{"name": "look", "input": "main", "motion": {}}],
        }
    )


@pytest.mark.parametrize("video", [{}, {"frameRate": 60}, {"frameRate": "30000/1001"}, {"frameRate": 5}])
@pytest.mark.parametrize(
    "clips",
    [
        None, [{}], [{"start": "1s"}], [{"start": "1s", "end": "2s"}], [{"speed": 0.5}], [{"speed": 3}],
        [{"end": "2s", "speed": 0.3}, {"start": "3s"}],
        [{"end": "2s"}, {"start": "1s", "transition": {"type": "Crossfade", "duration": "1s"}}],
    ],
)  # fmt: skip
def test_no_fewer_frames_are_expected_than_there_will_be(
    facts: InputFacts, clips: list[dict[str, Any]] | None, video: dict[str, Any]
) -> None:
    """Else the share that is done would fall once the plan is there."""
    asked = work({"clips": clips} if clips else None, **video)
    plan = make_plan("t/t-1", asked, {"main": facts}, "f", opens)
    assert plan.frames <= expected_frames(asked, [facts]) <= 2 * plan.frames + 60


def test_what_is_found_is_no_longer_than_it_may_be(facts: InputFacts) -> None:
    asked = work({"clipsFrom": {"analysis": "look", "maxTotal": "1m"}})
    assert expected_frames(asked, [lasting(facts, 3600)]) == 25 * 60
    assert expected_frames(asked, [facts]) == 100


def test_a_job_that_only_looks_renders_nothing(facts: InputFacts, tmp_path: Path) -> None:
    looks = work().model_copy(update={"outputs": []})
    assert expected_frames(looks, [facts]) == 0
    assert expected_frames(work(), [facts_of(sound_only(tmp_path / "s.mp4"))]) == 0
