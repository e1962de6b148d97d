"""Which moments are looked at, and windows of them."""

from fractions import Fraction

import pytest

from job_runner.analysis.grids import Grid, looking_rate, picture_grid, sound_grid, windows
from job_runner.plan.timeline import Window

NTSC = Fraction(30000, 1001)


@pytest.mark.parametrize(
    ("rate", "looked"),
    [
        (Fraction(25), Fraction(25)), (NTSC, NTSC), (Fraction(30), Fraction(30)), (Fraction(50), Fraction(25)),
        (2 * NTSC, NTSC), (Fraction(120), Fraction(30)), (Fraction(1, 2), Fraction(1, 2)),
    ],
)  # fmt: skip
def test_faster_files_are_looked_at_by_a_whole_part_of_their_rate(rate: Fraction, looked: Fraction) -> None:
    assert looking_rate(rate) == looked


def test_a_grid_has_a_moment_for_each_picture_and_at_least_one() -> None:
    assert picture_grid(Fraction(25), Fraction(18, 5)) == Grid(Fraction(25), 90)
    assert picture_grid(Fraction(25), Fraction(1, 1000)).total == 1
    assert sound_grid(Fraction(5)).total == 50
    assert Grid(Fraction(25), 90).seconds(50) == 2 and Grid(Fraction(25), 90).count(Fraction(1)) == 25


def test_windows_cover_all_moments_once() -> None:
    assert list(windows(7, 3)) == [Window(0, 3), Window(3, 6), Window(6, 7)]
    assert list(windows(3, 300)) == [Window(0, 3)]
