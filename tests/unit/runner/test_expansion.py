"""What is left to analyses, in whole plans: clips, crops and overlays, and what is said where nothing is found."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pytest

from job_runner.analysis.found import AllFound, Curve, Found, Point, Track
from job_runner.analysis.grids import Grid
from job_runner.analysis.spans import Span
from job_runner.errors import InputInvalid
from job_runner.plan.plan import Plan, make_plan
from job_runner.plan.times import VariableTimes
from tests.unit.runner.test_plan import facts
from videojob_api.names import Note
from videojob_api.order import Work

GRID = Grid(Fraction(25), 500)
FOLLOW = {"keyframesFrom": {"analysis": "people", "label": "player"}}
TALL = {"width": 608, "height": 1080}
BOX = {"box": {"fill": "red"}, "keyframesFrom": {"analysis": "people"}}
FROM = {"analysis": "moving", "padding": {"before": "0s", "after": "0s"}}


def known(*tracks: Track, events: tuple[tuple[int, int], ...] = ((100, 150), (300, 400))) -> AllFound:
    spans = [Span(first, end, 50) for first, end in events]
    return {
        "moving": Found("moving", "main", Curve(GRID, [50] * 500, spans)),
        "people": Found("people", "main", Curve(GRID, [0] * 500, []), tracks),
    }


def player(number: int = 1, first: int = 0, end: int = 500, left: float = 0.7) -> Track:
    return Track(number, "player", [Point(k / 25, left, 0.2, left + 0.1, 0.6) for k in range(first, end)])


def planned(found: AllFound, timeline: Mapping[str, Any], video: Mapping[str, Any] | None = None) -> Plan:
    asked = Work.model_validate({
        "inputs": [{"name": "main", "uri": "s3://m/a.mp4"}, {"name": "model", "uri": "s3://m/p.onnx"}],
        "analyses": [{"name": "moving", "input": "main", "motion": {}},
                     {"name": "people", "input": "main", "detect": {"model": {"input": "model"}}}],
        "outputs": [{"uri": "s3://m/o.mp4", "video": {"encoder": "CPU", **(video or {})}}],
        "timeline": timeline,
    })  # fmt: skip
    inputs = {"main": facts(), "model": facts("model", None, None)}
    return make_plan("t/t-1", asked, inputs, "f", lambda *_: None, None, found)


def test_a_reel_that_follows_with_boxes() -> None:
    """Clips first, in each its own camera, then overlays where they land in the crop."""
    timeline = {"clipsFrom": {**FROM, "framing": FOLLOW}, "overlays": [BOX]}
    plan = planned(known(player(1, 90, 200), player(2, 290, 450, 0.2)), timeline, TALL)
    assert [(clip.source, clip.frames) for clip in plan.clips] == [(100, 50), (300, 100)]
    lefts = [clip.framing.points[0].left for clip in plan.clips if clip.framing]
    assert lefts == [pytest.approx(0.75 - 0.1583, abs=1e-3), pytest.approx(0.25 - 0.1583, abs=1e-3)]
    assert [(o.start, o.end, len(o.points)) for o in plan.overlays] == [("0s", "2s", 1), ("2s", "6s", 1)]
    for overlay in plan.overlays:
        (key,) = overlay.points
        assert key.left + key.width / 2 == pytest.approx(0.5, abs=0.01), "it is in the middle of the crop"
    assert plan.frames == 150 and plan.notes == []
    assert not any(clip.framing and clip.framing.keyframes_from for clip in plan.clips)


def test_clips_of_a_person_s_own_each_have_a_camera() -> None:
    clips = [{"end": "2s", "framing": FOLLOW}, {"start": "10s", "speed": 2}]
    plan = planned(known(player()), {"clips": clips}, TALL)
    assert plan.clips[0].framing and plan.clips[0].framing.points and plan.clips[1].framing is None


def test_overlays_keep_their_order_and_the_disabled_ones_are_gone() -> None:
    plain = {"box": {"fill": "blue"}, "keyframes": [{"left": 0, "top": 0, "width": 1, "height": 1}]}
    overlays = [plain, BOX, {**BOX, "enabled": False}, {**plain, "box": {"fill": "green"}}]
    plan = planned(known(player(), player(2)), {"overlays": overlays})
    assert [o.box.fill for o in plan.overlays if o.box] == ["blue", "red", "red", "green"]


def notes(plan: Plan) -> list[str]:
    assert all(note.reason == Note.NOTHING_TRACKED for note in plan.notes)
    return [note.message for note in plan.notes]


def test_what_follows_nothing_is_said() -> None:
    ball = {**BOX, "keyframesFrom": {"analysis": "people", "label": "ball"}}
    plan = planned(known(), {"clips": [{"framing": FOLLOW}], "overlays": [ball, BOX]}, TALL)
    assert plan.overlays == [] and notes(plan) == [
        "timeline.clips[0]: the crop stands in the middle of the picture, as analysis people has followed no player in "
        "this part of its input",
        "timeline.overlays[0]: nothing is drawn, as analysis people has followed no ball in what the timeline shows",
        "timeline.overlays[1]: nothing is drawn, as analysis people has followed nothing in what the timeline shows",
    ]
    assert plan.clips[0].framing and plan.clips[0].framing.points[0].left == pytest.approx(0.3417, abs=1e-3)


def test_of_clips_that_were_found_it_is_said_once() -> None:
    plan = planned(known(player(1, 90, 200)), {"clipsFrom": {**FROM, "framing": FOLLOW}}, TALL)
    (said,) = notes(plan)
    assert said.startswith("timeline.clipsFrom, in 1 of 2 clips: the crop stands in the middle of the picture")


def test_no_clip_is_an_error() -> None:
    with pytest.raises(InputInvalid, match="no moments are found in input main by analysis moving"):
        planned(known(events=()), {"clipsFrom": FROM})


def test_before_anything_is_looked_at_a_plan_is_good_for_checks() -> None:
    plan = planned({}, {"clipsFrom": {**FROM, "framing": FOLLOW}, "overlays": [BOX]}, TALL)
    assert (plan.frames, plan.overlays, plan.notes) == (500, [], [])
    assert plan.clips[0].framing and len(plan.clips[0].framing.points) == 1


def test_an_overlay_may_begin_after_a_reel_that_nobody_knew_the_length_of() -> None:
    late = {"box": {"fill": "red"}, "start": "19s", "keyframes": [{"left": 0, "top": 0, "width": 1, "height": 1}]}
    assert planned(known(), {"clipsFrom": FROM, "overlays": [late]}).frames == 150


def test_the_rate_of_the_output_counts_frames() -> None:
    plan = planned(known(), {"clipsFrom": {**FROM, "transition": {"type": "Crossfade", "duration": "30s"}}},
                   {"frameRate": 10})  # fmt: skip
    assert [(clip.frames, clip.cross) for clip in plan.clips] == [(20, 0), (40, 10)]


def test_a_source_s_own_times_can_be_followed_and_boxed() -> None:
    asked = Work.model_validate({
        "inputs": [{"name": "main", "uri": "s3://m/a.mp4"}, {"name": "model", "uri": "s3://m/p.onnx"}],
        "analyses": [{"name": "people", "input": "main", "detect": {"model": {"input": "model"}}}],
        "outputs": [{"uri": "s3://m/o.mp4", "video": {**TALL, "encoder": "CPU", "frameRate": "passthrough"}}],
        "timeline": {"clips": [{"framing": FOLLOW}], "overlays": [BOX]},
    })  # fmt: skip
    ticks = [k * 40 + (k % 3) * 5 for k in range(500)]
    times = VariableTimes.of(ticks, 40, 1000)
    inputs = {"main": facts(), "model": facts("model", None, None)}
    plan = make_plan("t/t-1", asked, inputs, "f", lambda *_: None, {"main": times}, known(player()))
    assert plan.frames == 500 and len(plan.overlays) == 1 and plan.clips[0].framing


def test_what_hides_says_where_nobody_looked() -> None:
    asked = Work.model_validate({
        "inputs": [{"name": name, "uri": f"s3://m/{name}"} for name in ("main", "crowd", "model")],
        "analyses": [{"name": "people", "input": "main", "detect": {"model": {"input": "model"}}}],
        "outputs": [{"uri": "s3://m/o.mp4", "video": {"encoder": "CPU"}}],
        "timeline": {
            "clips": [{"input": "main"}, {"input": "crowd"}],
            "overlays": [{"blur": {}, "keyframesFrom": {"analysis": "people"}}, BOX],
        },
    })  # fmt: skip
    inputs = {"main": facts(), "crowd": facts("crowd"), "model": facts("model", None, None)}
    plan = make_plan("t/t-1", asked, inputs, "f", lambda *_: None, None, known(player()))
    (note,) = (note for note in plan.notes if note.reason == Note.NOTHING_TRACKED)
    assert note.message == "timeline.overlays[0]: nothing is hidden in clips of crowd: analysis people looks at main"
