"""Where a new scene begins, by what is followed and by curves."""

from collections.abc import Sequence
from fractions import Fraction

import pytest

from job_runner.analysis.found import Curve, Found, Point, Track
from job_runner.analysis.grids import Grid
from job_runner.plan.scene_changes import scene_borders, scene_changes


def track(number: int, first: int, end: int, left: float = 0.1) -> Track:
    """It stands there, seen 25 times a second."""
    return Track(number, "person", [Point(k / 25, left, 0.2, left + 0.2, 0.6) for k in range(first, end)])


@pytest.mark.parametrize(
    ("tracks", "changes"),
    [
        ([track(1, 0, 50), track(2, 50, 90, 0.6)], [2.0]),
        ([track(2, 50, 90, 0.6), track(1, 0, 50)], [2.0]),
        ([track(1, 0, 50), track(2, 0, 50, 0.4), track(3, 50, 90, 0.7), track(4, 60, 99, 0.7)], [2.0]),
        ([track(1, 0, 50), track(2, 50, 90, 0.11)], []),
        ([track(1, 0, 50), track(2, 70, 90, 0.6)], []),
        ([track(1, 0, 50), track(2, 49, 90, 0.6)], []),
        ([track(1, 0, 50), track(2, 50, 90, 0.6), track(3, 40, 60, 0.3)], []),
        ([], []),
    ],
    ids=["others elsewhere", "in any order", "several", "another number", "nothing between", "both at once",
         "one stays", "nothing"],
)  # fmt: skip
def test_all_is_gone_and_others_are_there(tracks: Sequence[Track], changes: list[float]) -> None:
    assert scene_changes(tracks, 0.04) == changes


def test_curves_of_the_same_input_tell_more_and_better() -> None:
    grid = Grid(Fraction(25), 100)
    own = Found("people", "main", Curve(grid, [], []), [track(1, 0, 50), track(2, 50, 90, 0.6)])
    moving = Found("moving", "main", Curve(grid, [], [], scenes=[20, 48]))
    other = Found("other", "b", Curve(grid, [], [], scenes=[75]))
    assert scene_borders({"people": own, "other": other}, own) == [2.0]
    assert scene_borders({"people": own, "moving": moving, "other": other}, own) == [0.8, 1.92]
