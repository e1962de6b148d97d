"""When a followed thing is there, and where: held, steadied, covered."""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from job_runner.analysis.found import Curve, Found, Point, Track
from job_runner.analysis.grids import Grid
from job_runner.plan.appearances import Appearance, Steadying, appearances, chosen, look, steadied
from job_runner.plan.paths import Floats, at

PLAIN = Steadying(margin=0, hold=0.3, smooth=0, covers=False)
STEP = 0.04


def track(times: Sequence[float], number: int = 1, label: str = "ball") -> Track:
    """It moves to the right by a hundredth of the picture each second."""
    return Track(number, label, [Point(t, 0.1 + t / 100, 0.2, 0.2 + t / 100, 0.4) for t in times])


def seen(times: Sequence[float], how: Steadying = PLAIN, scenes: Sequence[float] = ()) -> list[Appearance]:
    return list(appearances(track(times), STEP, how, scenes))


def spans(found: Sequence[Appearance]) -> list[tuple[float, float]]:
    return [(round(each.begin, 4), round(each.end, 4)) for each in found]


def steady(first: float, end: float) -> list[float]:
    return np.arange(first, end + 1e-9, STEP).tolist()


def test_it_is_held_before_and_after() -> None:
    assert spans(seen(steady(2, 4))) == [(1.7, 4.3)]


def test_over_a_gap_in_which_both_holds_meet_it_moves_evenly() -> None:
    (one,) = seen([*steady(1, 2), *steady(2.6, 3)])
    assert one.at(np.array([2.3]))[0, 0] == pytest.approx(0.123)


def test_what_stays_away_longer_is_gone_and_comes_again() -> None:
    assert spans(seen([*steady(1, 2), *steady(2.8, 4)])) == [(0.7, 2.3), (2.5, 4.3)]


def test_looks_far_apart_follow_each_other() -> None:
    """A detector that looks once a second leaves no gaps."""
    assert spans(list(appearances(track([0, 1, 2, 3, 5.5]), 1.0, PLAIN))) == [(-0.3, 3.3), (5.2, 5.8)]


def test_nothing_is_held_into_another_scene() -> None:
    assert spans(seen(steady(2, 4), scenes=[1.9, 3.0])) == [(1.9, 2.999), (3.0, 4.3)]


def test_a_thing_seen_once() -> None:
    (one,) = seen([5.0], Steadying(margin=0.5, hold=0.1, smooth=0.2, covers=True))
    assert one.at(np.array([4.9, 5.1])) == pytest.approx(np.tile([0.1, 0.1, 0.3, 0.5], (2, 1)))


def found(*tracks: Track) -> Found:
    return Found("balls", "main", Curve(Grid(Fraction(25), 100), [], []), tracks)


def test_which_are_chosen() -> None:
    known = found(track(steady(1, 2), 3), track(steady(1, 1.2), 1), track(steady(0, 2), 2, "bat"), Track(4, "ball", []))
    assert [each.number for each in chosen(known, None)] == [1, 2, 3]
    assert [each.number for each in chosen(known, "ball")] == [1, 3]
    assert [each.number for each in chosen(known, None, Fraction(1))] == [2, 3]
    assert look(known) == pytest.approx(STEP) and look(found()) == 0


boxes = st.tuples(*[st.floats(0, 0.6).map(lambda x: round(x, 3))] * 2, *[st.floats(0.02, 0.4)] * 2)


@given(
    st.lists(boxes, min_size=1, max_size=30), st.lists(st.sampled_from([0.04, 0.12, 0.5]), min_size=30, max_size=30),
    st.sampled_from([0.0, 0.1, 0.5]), st.sampled_from([0.0, 0.2, 1.0]),
)  # fmt: skip
def test_what_hides_covers_every_box_that_was_detected(
    sizes: list[tuple[float, float, float, float]], steps: list[float], margin: float, smooth: float
) -> None:
    """Also between two looks, where both move evenly."""
    times = np.cumsum(steps[: len(sizes)])
    edges = np.array([(x, y, x + w, y + h) for x, y, w, h in sizes])
    shown = steadied(times, edges, Steadying(margin, 0.3, smooth, covers=True))
    between: Floats = np.linspace(times[0], times[-1], 50)
    for inner, outer in ((edges, shown), (at(times, edges, between), at(times, shown, between))):
        assert (outer[:, :2] <= inner[:, :2] + 1e-9).all() and (outer[:, 2:] >= inner[:, 2:] - 1e-9).all()


def test_smoothing_takes_the_shiver_and_nothing_else() -> None:
    times = np.arange(0, 4, STEP)
    way = np.stack([times / 10, times / 20, times / 10 + 0.1, times / 20 + 0.1], axis=1)
    shiver = np.where(np.arange(len(times)) % 2, 0.01, -0.01)[:, None]
    shown = steadied(times, way + shiver, Steadying(0, 0.3, 0.4, covers=False))
    assert np.abs(shown - way)[6:-6].max() < 0.002, "it is where the thing is, neither before nor behind"
