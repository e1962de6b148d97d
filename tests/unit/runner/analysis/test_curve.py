"""The picture of an analysis."""

from fractions import Fraction

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
    shortened,
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


def test_names_are_shortened_in_the_middle() -> None:
    assert shortened("match.mp4", 9, len) == "match.mp4"
    assert shortened("a-very-long-name.mp4", 11, len) == "a-ver…e.mp4"
    assert shortened("match", 0, len) == "m…"


def test_peaks_are_never_lost_between_columns() -> None:
    values = [0] * 100_000
    values[77_777] = 5
    assert max(heights(values, 1000)) == 5 and len(heights(values, 1000)) == 1000
    assert heights([1, 2], 4) == [1, 1, 2, 2] and heights([], 4) == []
