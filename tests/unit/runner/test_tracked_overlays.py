"""Overlays on what is followed, held against where it is in rendered frames, pixel by pixel."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from job_runner.analysis.found import AllFound, Point, Track
from job_runner.effects.keyframes import value_at
from job_runner.plan.plan import Plan, make_plan, read_plan
from job_runner.plan.tracked_overlays import moment
from tests.unit.runner import squares
from tests.unit.runner.squares import FRAMES, bright, dark, found, lumas, make_square, plan, track
from tests.unit.runner.test_plan import facts
from videojob_api.order import Work
from videojob_api.overlay import Overlay
from videojob_api.values import parse_duration

EXACT = {"analysis": "squares", "margin": 0, "smooth": "0s", "hold": "0s"}
COVER = {"box": {"fill": "black"}, "keyframesFrom": EXACT}
PART = {"left": 0.1, "top": 0.05, "width": 0.6, "height": 0.7}
SMALL = {"left": 0.135, "top": 0.155, "width": 0.3, "height": 0.3}
MOVING = {
    "keyframes": [
        {"time": "200ms", "left": 0.0, "top": 0.0, "width": 0.5, "height": 0.5},
        {"time": "1s", "left": 0.3, "top": 0.2, "width": 0.7, "height": 0.7, "easing": "EaseInOut"},
        {"time": "2s", "left": 0.4, "top": 0.1, "width": 0.5, "height": 0.6},
    ]
}
CUT = {"type": "Crossfade", "duration": "400ms"}
TWO = [{"start": "200ms", "end": "1s"}, {"start": "1200ms", "end": "2200ms", "transition": CUT}]
NEAR = 2
"""Pixels: edges are as sharp as the scaler leaves them."""

CASES: dict[str, tuple[dict[str, Any], list[Any] | None, dict[str, Any]]] = {
    "as it is": ({}, None, {}),
    "contain in a square": ({"width": 144, "height": 144}, None, {}),
    "cover a square": ({"width": 144, "height": 144, "fit": "Cover"}, None, {}),
    "larger": ({"width": 480, "height": 320}, None, {}),
    "a part": ({"width": 240, "height": 160}, [{"framing": {"keyframes": [PART]}}], {}),
    "a part contained": (
        {"width": 200, "height": 200},
        [{"framing": {"keyframes": [PART], "fit": "Contain", "background": "gray"}}],
        {},
    ),
    "a small part, large": ({"width": 576, "height": 384}, [{"framing": {"keyframes": [SMALL]}}], {}),
    "moving": ({"width": 240, "height": 160}, [{"framing": MOVING}], {}),
    "moving, contained": (
        {"width": 160, "height": 240},
        [{"framing": MOVING | {"fit": "Contain", "background": "gray"}}],
        {},
    ),
    "slow": ({}, [{"start": "400ms", "end": "1400ms", "speed": 0.5}], {}),
    "very slow, moving": ({"width": 240, "height": 160}, [{"framing": MOVING, "speed": 0.25}], {}),
    "fast": ({}, [{"start": "200ms", "speed": 2}], {}),
    "trimmed": ({}, [{"start": "520ms", "end": "1800ms"}], {}),
    "at 30 fps": ({"frameRate": 30}, None, {}),
    "at 12 fps, moving": ({"frameRate": 12, "width": 240, "height": 160}, [{"framing": MOVING}], {}),
    "two clips that cross": ({}, TWO, {}),
    "twice the same": ({}, [{"end": "1s"}, {"start": "500ms", "end": "1s"}], {}),
    "turned by 90": ({}, None, {"turned": 90}),
    "turned by 270, moving": ({"width": 160, "height": 160}, [{"framing": MOVING}], {"turned": 270}),
    "wide pixels": ({}, None, {"sar": Fraction(4, 3)}),
    "wide pixels, moving": ({"width": 240, "height": 160}, [{"framing": MOVING}], {"sar": Fraction(4, 3)}),
    "narrow pixels, contained": ({"width": 144, "height": 144}, None, {"sar": Fraction(3, 4)}),
}


@pytest.mark.parametrize("case", CASES)
def test_the_box_is_where_the_square_is(tmp_path: Path, case: str) -> None:
    video, clips, how = CASES[case]
    path = make_square(tmp_path / "square.mp4", **how)
    asked = {"outputs": [{"uri": "file:///tmp/o.mp4", "video": {"encoder": "CPU", "background": "gray", **video}}]}
    timeline = {"clips": clips} if clips else {}
    boxed = plan(path, found(track()), timeline=timeline | {"overlays": [COVER]}, **asked)
    plain = plan(path, None, **asked, **({"timeline": timeline} if clips else {}))
    crossed = {k for clip in boxed.clips for k in range(clip.first, clip.first + clip.cross)}
    numbers = [k for k in range(plain.frames) if k not in crossed][::3]
    compared = 0
    for k, before, after in zip(numbers, lumas(plain, path, numbers), lumas(boxed, path, numbers), strict=True):
        square, box = bright(before), dark(after)
        if square is None or box is None:
            # Where the one is seen and the other is not, it is a sliver at the picture's edge.
            (seen,) = [each for each in (square, box) if each] or [(0, 0, 0, 0)]
            assert min(seen[2] - seen[0], seen[3] - seen[1]) <= NEAR, k
            continue
        assert max(abs(a - b) for a, b in zip(square, box, strict=True)) <= NEAR, (k, square, box)
        compared += 1
    assert compared > len(numbers) / 3


def test_frames_with_times_of_their_own(tmp_path: Path) -> None:
    times = [40 * k + (17 if k % 3 else 0) + (200 if k > 30 else 0) for k in range(FRAMES)]
    path = make_square(tmp_path / "square.mp4", times=times)
    known = found(track(seconds=lambda k: times[k] / 1000))
    asked = {"outputs": [{"uri": "file:///tmp/o.mp4", "video": {"encoder": "CPU", "frameRate": "passthrough"}}]}
    clips = {"clips": [{"start": "400ms"}]}
    boxed, plain = (
        plan(path, known, timeline=clips | {"overlays": [COVER]}, **asked),
        plan(path, None, timeline=clips, **asked),
    )
    numbers = range(0, plain.frames, 5)
    for before, after in zip(lumas(plain, path, numbers), lumas(boxed, path, numbers), strict=True):
        square, box = bright(before), dark(after)
        assert square and box and max(abs(a - b) for a, b in zip(square, box, strict=True)) <= NEAR


def seconds(overlay: Overlay) -> tuple[float, float]:
    assert overlay.start and overlay.end
    return float(parse_duration(overlay.start)), float(parse_duration(overlay.end))


def overlays(path: Path, *tracks: Track, **timeline: Any) -> list[Overlay]:
    return plan(path, found(*tracks), timeline=timeline).overlays


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_square(tmp_path_factory.mktemp("tracked") / "square.mp4")


def on(**fields: Any) -> dict[str, Any]:
    return {"box": {"fill": "black"}, "keyframesFrom": EXACT | fields}


def test_what_hides_covers_the_square_wherever_the_framing_goes(clip: Path) -> None:
    """With a detector whose boxes shiver, at every third frame, smoothed: no bright pixel is left beside the blur."""
    shiver = np.abs(np.random.default_rng(2).normal(0, 0.02, (FRAMES, 4))) * [-1, -1, 1, 1]
    seen = track(numbers=range(0, FRAMES, 3))
    boxes = [Point(p.seconds, *(np.array(p[1:]) + shiver[k]).tolist()) for k, p in enumerate(seen.points)]
    way = {"analysis": "squares", "margin": 0, "smooth": "400ms"}
    hiding = {"blur": {"shape": "Rectangle", "radius": 0.25}, "keyframesFrom": way}
    made = plan(clip, found(Track(1, "square", boxes)), timeline={"clips": [{"framing": MOVING}], "overlays": [hiding]})
    assert len(made.overlays) == 1 and len(made.overlays[0].points) > 2
    for picture in lumas(made, clip, range(0, 58)):
        assert picture.max() < 200


@pytest.mark.parametrize("smooth", ["0s", "400ms"])
def test_an_ellipse_covers_the_corners_too_and_at_the_border_it_is_a_rectangle(clip: Path, smooth: str) -> None:
    way = {"analysis": "squares", "margin": 0, "smooth": smooth}
    hiding = {"blur": {"radius": 0.25}, "keyframesFrom": way}
    made = plan(clip, found(track()), timeline={"overlays": [hiding]})
    assert {part.blur.shape for part in made.overlays if part.blur} == {"Ellipse"}
    for picture in lumas(made, clip, range(0, 58, 3)):
        assert picture.max() < 200
    cropped = {"clips": [{"framing": {"keyframes": [SMALL]}}], "overlays": [hiding]}
    assert {part.blur.shape for part in overlays(clip, track(), **cropped) if part.blur} == {"Rectangle"}


def test_it_comes_and_goes_with_the_thing(clip: Path) -> None:
    """Held for a while, and away where it is not seen for longer."""
    parts = overlays(clip, track(numbers=[*range(5, 20), *range(40, 50)]), overlays=[on(hold="200ms")])
    assert [seconds(part) for part in parts] == [(0.0, 1.0), (1.4, 2.2)]


def test_it_has_its_template_s_own_time_too(clip: Path) -> None:
    own = {"start": "500ms", "end": "1510ms", "fadeIn": "200ms", "fadeOut": "80ms"}
    (part,) = overlays(clip, track(numbers=range(5, 60)), overlays=[on() | own])
    assert seconds(part) == (0.52, 1.52) and (part.fade_in, part.fade_out) == ("200ms", "80ms")
    assert overlays(clip, track(), overlays=[on() | {"start": "2390ms"}]) == []


def test_each_clip_has_its_own(clip: Path) -> None:
    clips = [{"start": "1s", "end": "2s"}, {"end": "400ms"}, {"start": "2s"}]
    parts = overlays(clip, track(numbers=range(30, 60)), clips=clips, overlays=[on()])
    assert [seconds(part) for part in parts] == [(0.2, 1.0), (1.4, 1.8)]


def test_where_clips_cross_it_comes_and_goes_with_its_clip_but_what_hides_stays(clip: Path) -> None:
    first, second = overlays(clip, track(), clips=TWO, overlays=[on()])
    assert seconds(first) == (0, 0.8) and seconds(second) == (0.4, 1.4)
    assert (first.fade_in, first.fade_out, second.fade_in, second.fade_out) == (None, "0.4s", "0.4s", None)
    hiding = on() | {"box": None, "blur": {}}
    assert {part.fade_in for part in overlays(clip, track(), clips=TWO, overlays=[hiding])} == {None}


def test_words_and_order(clip: Path) -> None:
    text = {"text": {"content": "{label} {track}"}, "keyframesFrom": EXACT | {"place": "Above"}}
    tracks = [track(numbers=range(20, 40), number=2), track(number=3, label="ball"), track(number=1)]
    found_texts = [part.text.content for part in overlays(clip, *tracks, overlays=[text]) if part.text]
    assert found_texts == ["square 1", "ball 3", "square 2"], "as they come, and of those that come at once by number"
    (ball,) = overlays(clip, *tracks, overlays=[{**text, "keyframesFrom": EXACT | {"label": "ball"}}])
    assert ball.text and ball.text.content == "ball 3" and ball.keyframes_from is None


def test_a_strip_touches_the_thing(clip: Path) -> None:
    for place, side in (("Above", 1), ("Below", 3)):
        made = plan(clip, found(track()), timeline={"overlays": [on(place=place)]})
        (picture,) = lumas(made, clip, [50])
        box, square = dark(picture), squares.diagonal(50)
        assert box and abs(box[4 - side] - square[side]) <= 1 and (box[0], box[2]) == (square[0], square[2])


def test_what_is_seen_for_less_gets_none(clip: Path) -> None:
    tracks = [track(numbers=range(10), number=1), track(numbers=range(30), number=2)]
    assert len(overlays(clip, *tracks, overlays=[on(minDuration="1s")])) == 1


def test_the_order_of_tracks_does_not_matter(clip: Path) -> None:
    tracks = [track(numbers=range(k, 60 - k), number=k) for k in range(1, 6)]
    assert overlays(clip, *tracks, overlays=[on()]) == overlays(clip, *tracks[::-1], overlays=[on()])


def test_a_straight_way_needs_two_keyframes(clip: Path) -> None:
    (part,) = overlays(clip, track(), overlays=[on()])
    assert len(part.points) == 2


def test_a_cut_in_the_source_ends_a_box_but_nothing_that_hides(clip: Path) -> None:
    known = found(track(numbers=range(20)), scenes=[20])
    for kind, end in ({"box": {"fill": "black"}}, 0.8), ({"blur": {}}, 1.1):
        made = plan(clip, known, timeline={"overlays": [{**kind, "keyframesFrom": EXACT | {"hold": "300ms"}}]})
        assert seconds(made.overlays[0])[1] == pytest.approx(end, abs=0.05)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(*[st.floats(-0.2, 1.2)] * 2, *[st.floats(0.001, 0.5)] * 2), min_size=1, max_size=60),
    st.sampled_from(["box", "blur"]), st.sampled_from(["Over", "Above", "Below"]), st.sampled_from([0, 0.5]),
    st.sampled_from([1, 0.5, 3]), st.booleans(),
)  # fmt: skip
def test_whatever_is_tracked_the_plan_is_valid(
    boxes: list[tuple[float, float, float, float]], kind: str, place: str, margin: float, speed: float, moves: bool
) -> None:
    """And what hides hides all of each box, in every frame."""
    seen = Track(1, "x", [Point(k / 25, x, y, x + w, y + h) for k, (x, y, w, h) in enumerate(boxes)])
    clips = [{"end": "2s", "speed": speed, **({"framing": MOVING} if moves else {})}]
    style = {"box": {"fill": "red"}} if kind == "box" else {"blur": {}}
    template = {**style, "keyframesFrom": {"analysis": "squares", "margin": margin, "place": place}}
    made = imagined(found(seen), clips, template)
    assert read_plan(made.model_dump_json(by_alias=True, exclude_none=True).encode(), "x") == made
    for overlay in made.overlays:
        times = [parse_duration(k.time) for k in overlay.points]
        assert times == sorted(set(times)) and seconds(overlay)[1] > seconds(overlay)[0]
        if kind == "blur" and place == "Over" and speed == 1 and not moves:
            assert_hidden(overlay, seen)
        assert all(k.left + k.width <= 1.0002 and k.top + k.height <= 1.0002 for k in overlay.points)


def imagined(known: AllFound, clips: list[Any], overlay: dict[str, Any]) -> Plan:
    """Of a file that nobody has."""
    asked = Work.model_validate({
        "inputs": [{"name": "main", "uri": "s3://m/a.mp4"}, {"name": "people", "uri": "s3://m/p.onnx"}],
        "analyses": [{"name": "squares", "input": "main", "detect": {"model": {"input": "people"}}}],
        "outputs": [{"uri": "s3://m/o.mp4"}], "timeline": {"clips": clips, "overlays": [overlay]},
    })  # fmt: skip
    return make_plan("t/t-1", asked, {"main": facts(), "people": facts("people", None, None)}, "f", lambda *_: None,
                     None, known)  # fmt: skip


def test_what_hides_covers_bends_that_are_too_small_for_a_keyframe() -> None:
    """Waves of a height that the line between two keyframes passes by."""
    waves = [(0.3 + x, 0.4 + x, 0.6 + x, 0.7 + x) for x in (0.003 * np.sin(np.arange(250) / 5)).tolist()]
    seen = Track(1, "x", [Point(k / 25, *box) for k, box in enumerate(waves)])
    hiding = {"blur": {}, "keyframesFrom": {"analysis": "squares", "margin": 0, "smooth": "0s"}}
    (overlay,) = imagined(found(seen), [{}], hiding).overlays
    assert len(overlay.points) < 25
    assert_hidden(overlay, seen)


def assert_hidden(overlay: Overlay, seen: Track) -> None:
    """Each box as it was detected, as far as it is in the picture."""
    points = [(float(parse_duration(k.time)), k.easing, (k.left, k.top, k.width, k.height)) for k in overlay.points]
    start, end = seconds(overlay)
    for point in seen.points:
        if start <= point.seconds < end:
            left, top, width, height = value_at(points, point.seconds)
            if overlay.blur and overlay.blur.shape == "Ellipse":
                corners = [(x, y) for x in (point.left, point.right) for y in (point.top, point.bottom)]
                out = [((2 * (x - left) / width - 1) ** 2 + (2 * (y - top) / height - 1) ** 2) for x, y in corners]
                assert max(out) <= 1 + 1e-3, (overlay, point)
            assert left <= max(0, point.left) + 1e-9 and top <= max(0, point.top) + 1e-9
            assert left + width >= min(1, point.right) - 1e-9 and top + height >= min(1, point.bottom) - 1e-9


def test_moments_are_rounded_down() -> None:
    """So that a frame that begins then is not before it."""
    assert [moment(Fraction(n, 30)) for n in (0, 1, 2, 30, 32)] == ["0s", "0.033333s", "0.066666s", "1s", "1.066666s"]
    assert moment(Fraction(48 * 3600 * 30001, 30000)) == "172805.76s"
