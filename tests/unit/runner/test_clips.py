"""Where clips lie in the timeline, and what of their sources they show."""

from fractions import Fraction
from typing import Any

import pytest

from job_runner.errors import InputInvalid, SpecInvalid
from job_runner.plan.clips import (
    FadePlan,
    fade_plan,
    is_muted,
    is_whole,
    place_clips,
    variable_clip,
    video_of,
)
from job_runner.plan.facts import InputFacts, VideoFacts
from job_runner.plan.times import VariableTimes
from videojob_api.timeline import Clip, Fade

RATE = Fraction(25)
VIDEO = VideoFacts(width=96, height=64, pixel_format="yuv420p", rate=RATE, start=Fraction(0), duration=Fraction(4))
FACTS = {"main": InputFacts(name="main", uri="s3://m/a.mp4", etag="1", size=1, video=VIDEO)}


def clips(*written: dict[str, Any]) -> list[Clip]:
    return [Clip.model_validate(clip) for clip in written]


def crossed(duration: str, kind: str = "Crossfade", **clip: Any) -> dict[str, Any]:
    return {"transition": {"type": kind, "duration": duration, "color": "navy"}, **clip}


def test_one_after_the_other() -> None:
    placed = place_clips(clips({"end": "2s"}, {"start": "1s", "end": "1.5s"}, {"start": "3s"}), FACTS, RATE)
    assert [(c.first, c.frames, c.source) for c in placed] == [(0, 50, 0), (50, 13, 25), (63, 25, 75)], (
        "half a frame counts"
    )


def test_a_crossfade_is_taken_from_the_clip_before() -> None:
    one, two = place_clips(clips({"end": "2s"}, crossed("400ms", end="1s")), FACTS, RATE)
    assert (one.end, two.first, two.cross, two.end) == (50, 40, 10, 65)
    assert one.fade_out is two.fade_in is None


def test_a_fade_takes_half_of_each_and_overlaps_nothing() -> None:
    one, two = place_clips(clips({"end": "2s"}, crossed("600ms", "Fade", end="1s")), FACTS, RATE)
    assert (one.end, two.first, two.cross) == (50, 50, 0)
    assert (one.fade_out, two.fade_in) == (FadePlan(frames=7, color="navy"), FadePlan(frames=8, color="navy"))


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ([{"end": "1s"}, crossed("2s")], r"clips\[1\].transition: the crossfade is longer than the clips"),
        ([{"end": "2s"}, crossed("1s", end="1s")], r"clips\[1\].transition: the crossfade is longer"),
        ([{"end": "1s"}, crossed("2.1s", "Fade")], r"clips\[1\].transition: the fade is longer"),
        ([{"end": "4.1s"}], r"clips\[0\]: 0s to 4.1s reaches past the end of input main, which is 4s long"),
        ([{}, {"start": "4s"}], r"clips\[1\]: 4s to the end reaches past the end"),
        ([{"start": "1s", "end": "1.01s"}], r"clips\[0\]: start and end fall on the same frame at 25 fps"),
    ],
)
def test_what_does_not_fit_is_named(written: list[dict[str, Any]], words: str) -> None:
    with pytest.raises(SpecInvalid, match=words):
        place_clips(clips(*written), FACTS, RATE)


def test_speed_changes_how_long_it_is_shown() -> None:
    slow, fast = place_clips(clips({"end": "2s", "speed": 0.5}, {"end": "2s", "speed": 2}), FACTS, RATE)
    assert (slow.frames, fast.first, fast.frames) == (100, 100, 25)


def test_an_input_without_a_picture_makes_no_clip() -> None:
    with pytest.raises(InputInvalid, match="input song has no video stream"):
        video_of({"song": InputFacts(name="song", uri="s3://m/a.m4a", etag="1", size=1)}, "song")


@pytest.mark.parametrize(
    ("clip", "whole", "muted"),
    [
        ({}, True, False),
        ({"start": "0s"}, True, False),
        ({"start": "40ms"}, False, False),
        ({"end": "4s", "audio": {"mute": True}}, False, True),
        ({"speed": 2, "audio": {"speed": "Mute"}}, False, True),
        ({"audio": {"speed": "Mute"}}, True, False),
    ],
)
def test_whole_and_muted(clip: dict[str, Any], whole: bool, muted: bool) -> None:
    (read,) = clips(clip)
    assert (is_whole(read), is_muted(read)) == (whole, muted)


def test_fades_at_the_ends_are_in_frames() -> None:
    assert fade_plan(Fade(duration="1s", color="white"), RATE, 25, "fadeIn") == FadePlan(frames=25, color="white")
    assert fade_plan(Fade(duration="10ms"), RATE, 25, "fadeIn") is None
    assert fade_plan(None, RATE, 25, "fadeIn") is None
    with pytest.raises(SpecInvalid, match=r"timeline.fadeOut: 2s is longer than the timeline"):
        fade_plan(Fade(duration="2s"), RATE, 25, "fadeOut")


def test_variable_times_are_cut_at_the_nearest_frame_borders() -> None:
    times = VariableTimes.of([0, 100, 250, 300, 700], 300, 1000)
    video = VIDEO.model_copy(update={"duration": Fraction(1)})
    clip, own = variable_clip(Clip(start="120ms", end="680ms"), video, times)
    assert (clip.frames, own.first, own.ticks) == (3, 100, [0, 150, 200, 600])
    with pytest.raises(SpecInvalid, match="fall on the same frame"):
        variable_clip(Clip(start="110ms", end="120ms"), video, times)
