"""A crop that follows: its keyframes, and what the rendered picture keeps in view."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from job_runner.analysis.found import AllFound, Curve, Found, Point, Track
from job_runner.analysis.grids import Grid
from job_runner.effects.keyframes import value_at
from job_runner.plan.crop_follow import Stretch, crop_size, followed, standing
from tests.unit.runner import squares
from videojob_api.from_analyses import Follow
from videojob_api.timeline import Framing, FramingKeyframe
from videojob_api.values import parse_duration

WIDE, TALL = (1920, 1080), (1080, 1920)
PART = Stretch(Fraction(0), Fraction(10), Fraction(1, 25))
SIDE = 0.31641
"""Of a crop of 9:16 out of 16:9: 0.5625 squared."""


def framing(**fields: Any) -> Framing:
    return Framing.model_validate({"keyframesFrom": {"analysis": "people", **fields}})


def known(*tracks: Track, scenes: list[int] | None = None) -> AllFound:
    return {"people": Found("people", "main", Curve(Grid(Fraction(25), 250), [], [], scenes or []), tracks)}


def walk(number: int = 1, first: int = 0, end: int = 250, start: float = 0.2, speed: float = 0.06) -> Track:
    """It crosses the picture at so many widths a second."""
    points = [
        Point(k / 25, x - 0.05, 0.2, x + 0.05, 0.9)
        for k in range(first, end)
        for x in [start + speed * (k - first) / 25]
    ]
    return Track(number, "person", points)


def keyframes(
    found: AllFound, part: Stretch = PART, output: tuple[int, int] = TALL, **fields: Any
) -> list[FramingKeyframe]:
    made = followed(framing(**fields), found, part, WIDE, output)
    assert made is not None and made.keyframes_from is None and made.fit == "Cover"
    return made.points


def left_at(points: list[FramingKeyframe], seconds: float) -> float:
    return value_at([(float(parse_duration(k.time)), k.easing, (k.left,)) for k in points], seconds)[0]


@pytest.mark.parametrize(
    ("height", "output", "size"),
    [(1, TALL, (SIDE, 1)), (0.5, TALL, (SIDE / 2, 0.5)), (1, WIDE, (1, 1)), (0.4, WIDE, (0.4, 0.4)),
     (1, (1920, 540), (1, 0.5)), (0.3, (1920, 540), (0.6, 0.3))],
)  # fmt: skip
def test_the_crop_has_the_outputs_aspect(height: float, output: tuple[int, int], size: tuple[float, float]) -> None:
    assert crop_size(Follow(height=height), WIDE, output) == pytest.approx(size, abs=1e-5)


def test_it_follows() -> None:
    points = keyframes(known(walk()))
    for seconds in range(1, 9):
        middle = left_at(points, seconds) + SIDE / 2
        assert abs(middle - (0.2 + 0.06 * seconds)) < 0.05
    assert {(k.width, k.height, k.top) for k in points} == {(SIDE, 1, 0)}


def test_who_stands_needs_one_keyframe() -> None:
    (only,) = keyframes(known(walk(speed=0, start=0.5)))
    assert only.left == pytest.approx(0.5 - SIDE / 2, abs=1e-4)


def test_only_what_the_clip_shows_counts() -> None:
    """Somebody larger elsewhere in the file moves nothing here, and its own times are the source's."""
    part = Stretch(Fraction(4), Fraction(6), Fraction(1, 25))
    points = keyframes(known(walk(start=0.5, speed=0), walk(2, 200, 250, 0.9, 0)), part)
    assert len(points) == 1 and parse_duration(points[0].time) == 4


def test_in_a_new_scene_it_is_there_at_once() -> None:
    """It jumps with the first picture of the scene, half a frame early: the picture stands there from then on."""
    points = keyframes(known(walk(1, 0, 100, 0.2, 0), walk(2, 100, 250, 0.8, 0)))
    assert [k.easing for k in points] == ["Linear", "Hold"]
    assert left_at(points, 3.96) < 0.1 and left_at(points, 4.0) > 0.6
    assert parse_duration(points[1].time) == pytest.approx(Fraction("3.98004"))


def test_a_scene_that_another_analysis_knows_of() -> None:
    found = known(walk(1, 0, 60, 0.2, 0), walk(2, 110, 250, 0.8, 0))
    moving = Found("moving", "main", Curve(Grid(Fraction(25), 250), [], [], scenes=[110]), [])
    assert "Hold" not in {k.easing for k in keyframes(found)}, "alone it pans: nobody can tell"
    points = keyframes({**found, "moving": moving})
    assert [k.easing for k in points] == ["Linear", "Hold"] and left_at(points, 4.4) > 0.6
    assert left_at(points, 4.35) == left_at(points, 1), "what comes with the new scene moves nothing before"


def test_where_nothing_is_seen_it_stays_in_a_scene_of_its_own_too() -> None:
    points = keyframes(known(walk(1, 0, 100, 0.2, 0), scenes=[125]))
    assert left_at(points, 9) == left_at(points, 1)


def test_with_nothing_to_follow_it_stands_in_the_middle() -> None:
    assert followed(framing(label="ball"), known(walk()), PART, WIDE, TALL) is None
    (only,) = standing(framing(), WIDE, TALL).points
    assert [only.left, only.top] == [pytest.approx(0.5 - SIDE / 2, abs=1e-5), 0]


SEEN = st.tuples(
    st.integers(0, 240), st.integers(1, 200), st.floats(-0.1, 1.1), st.floats(-0.3, 0.3), st.floats(0.01, 0.6)
)
"""First frame, how many, where its middle is, how fast it goes, its size."""


def crossing(number: int, first: int, count: int, middle: float, speed: float, size: float) -> Track:
    ways = ((k, middle + speed * (k - first) / 25) for k in range(first, min(250, first + count)))
    edges = ((k, (x - size / 2, 0.5 - size, x + size / 2, 0.5 + size)) for k, x in ways)
    return Track(number, "p", [Point(k / 25, *(min(1.0, max(0.0, side)) for side in sides)) for k, sides in edges])


@given(
    st.lists(SEEN, min_size=1, max_size=5), st.sampled_from([0.3, 1.0]), st.sampled_from([TALL, WIDE, (500, 500)]),
    st.sampled_from(["0s", "1s", "4s"]), st.sets(st.integers(1, 249), max_size=2), st.randoms(use_true_random=False),
)  # fmt: skip
def test_whatever_is_found_it_is_a_valid_crop_and_no_order_matters(
    raw: list[tuple[int, int, float, float, float]], height: float, output: tuple[int, int], smooth: str,
    scenes: set[int], mixed: Any,
) -> None:  # fmt: skip
    """Inside the picture, keyframes in order of time; the model itself refuses others."""
    tracks = [crossing(number, *each) for number, each in enumerate(raw, 1)]
    made = framing(height=height, smooth=smooth)
    points = followed(made, known(*tracks, scenes=sorted(scenes)), PART, WIDE, output)
    assert points is not None
    times = [parse_duration(k.time) for k in points.points]
    assert times == sorted(set(times)) and times[-1] < 10
    assert all(k.left + k.width <= 1.0001 and k.top + k.height <= 1.0001 for k in points.points)
    mixed.shuffle(tracks)
    assert followed(made, known(*tracks, scenes=sorted(scenes)), PART, WIDE, output) == points


def test_the_square_stays_in_the_rendered_picture(tmp_path: Path) -> None:
    """It crosses the picture and turns, by more than its own width in eight frames; the crop is three of them wide."""
    path = squares.make_square(tmp_path / "square.mp4", squares.turning)
    follow = {"analysis": "squares", "smooth": "300ms"}
    asked: dict[str, Any] = {
        "outputs": [{"uri": "file:///tmp/o.mp4", "video": {"encoder": "CPU", "width": 72, "height": 128}}]
    }
    plan = squares.plan(
        path, squares.found(squares.track(squares.turning)),
        timeline={"clips": [{"framing": {"keyframesFrom": follow}}]}, **asked,
    )  # fmt: skip
    pictures = squares.lumas(plan, path, range(0, 60, 3))
    seen = [squares.bright(picture) for picture in pictures]
    assert all(box and box[2] - box[0] >= 26 for box in seen), "all of it, in every frame"
