"""The picture of an analysis."""

from fractions import Fraction

import pytest
from PIL import Image

from job_runner.analysis.curve import (
    BOTTOM,
    CURVE,
    CUT,
    EVENT,
    HEIGHT,
    LEFT,
    LIMIT,
    RIGHT,
    TOP,
    WIDTH,
    heights,
    picture,
)
from job_runner.analysis.grids import Grid
from job_runner.analysis.reel import Rule
from job_runner.analysis.result import Result, motion_result


def result(values: list[int | None]) -> Result:
    return motion_result(values, Grid(Fraction(25), len(values)), Rule(Fraction(0), Fraction(0)))


def color(image: Image.Image, seconds: float, whole: float, y: int) -> tuple[int, ...]:
    found = image.getpixel((int(LEFT + (WIDTH - LEFT - RIGHT) * seconds / whole), y))
    assert isinstance(found, tuple)
    return found


def test_curve_cuts_and_events_stand_where_they_are() -> None:
    image = picture([result([400 if 250 <= k < 500 else 0 for k in range(1000)])], "match.mp4")
    assert image.size == (WIDTH, HEIGHT)
    assert color(image, 14, 40, TOP + 20) == CURVE and color(image, 14, 40, HEIGHT - BOTTOM + 3) == EVENT
    assert color(image, 26, 40, TOP + 20) == (255, 255, 255) == color(image, 26, 40, HEIGHT - BOTTOM + 3)
    faint = picture([result([50 if 250 <= k < 500 else 0 for k in range(1000)])], "match.mp4")
    assert color(faint, 15, 40, TOP + 4) == CUT


def test_a_panel_each_and_none_for_nothing_is_no_error() -> None:
    assert picture([result([0]), result([300] * 50)], "ü 🎬").height == 2 * HEIGHT
    assert picture([], "nothing").size == (WIDTH, HEIGHT)


def test_a_long_name_leaves_room_for_the_legend() -> None:
    """Above the curve the same stands at the right, however long the name is."""
    short, long = (picture([result([0] * 50)], name) for name in ("a.mp4", f"{'試合' * 90} {'b' * 300}.mp4"))
    right = (WIDTH - 330, 0, WIDTH, TOP - 4)
    assert short.crop(right).tobytes() == long.crop(right).tobytes()
    seen = {short.getpixel((x, 15)) for x in range(WIDTH - 400, WIDTH)}
    assert {CURVE, LIMIT, EVENT, CUT} <= seen, "each colour is explained"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("試合.mp4", "映像.mp4"), ("简体.mp4", "视频.mp4"), ("영상.mp4", "경기.mp4"), ("مباراة.mp4", "مباريات.mp4"),
        ("🏐.mp4", "🎬.mp4"), ("\U00012000.mp4", "\U00012001.mp4"), ("\udcfe.mp4", "\udcff.mp4"),
        ("a\nb.mp4", "a\tb.mp4"),
    ],
)  # fmt: skip
def test_names_in_any_script_can_be_told_apart(one: str, other: str) -> None:
    """Empty boxes, one for each letter that a font has not, are all alike."""
    seen = [picture([result([0] * 50)], name).crop((LEFT, 0, WIDTH, TOP - 4)) for name in (one, other)]
    assert seen[0].tobytes() != seen[1].tobytes()


def test_a_name_of_any_length_is_one_line() -> None:
    """Nothing of it stands in the curve, where its beginning would be taken for something else."""
    for name in ("a\nb\nc.mp4", "試合\n映像.mp4", "\u2028".join("abc")):
        whole, plain = (picture([result([0] * 50)], each) for each in (name, "a.mp4"))
        below = (0, TOP, WIDTH, HEIGHT)
        assert whole.crop(below).tobytes() == plain.crop(below).tobytes()


def test_peaks_are_never_lost_between_columns() -> None:
    values = [0] * 100_000
    values[77_777] = 5
    assert max(heights(values, 1000)) == 5 and len(heights(values, 1000)) == 1000
    assert heights([1, 2], 4) == [1, 1, 2, 2] and heights([], 4) == []
