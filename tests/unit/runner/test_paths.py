"""Ways through time: their means, what covers them, and what is kept of them."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from job_runner.plan.paths import Floats, at, corners, covering, largest, smoothed

SIDES = st.floats(-1, 2, allow_nan=False).map(lambda x: round(x, 4))


@st.composite
def ways(draw: st.DrawFn) -> tuple[Floats, Floats]:
    steps = draw(st.lists(st.floats(0.001, 3), min_size=1, max_size=40))
    values = draw(st.lists(st.tuples(SIDES, SIDES), min_size=len(steps), max_size=len(steps)))
    return np.cumsum(steps), np.array(values)


@given(ways(), st.floats(0.01, 5))
def test_the_mean_is_that_of_the_line(way: tuple[Floats, Floats], window: float) -> None:
    """Held against ten thousand samples of it."""
    times, values = way
    mean = smoothed(times, values, window)
    for k in range(0, len(times), 7):
        half = min(window / 2, times[k] - times[0], times[-1] - times[k])
        moments = times[k] + half * (np.arange(10_000) * 2 + 1 - 10_000) / 10_000
        assert np.abs(at(times, values, moments).mean(axis=0) - mean[k]).max() < 2e-3


def test_what_moves_evenly_does_not_lag() -> None:
    times = np.cumsum([0.0, 0.1, 0.4, 0.1, 0.2, 1.0, 0.1])
    values = np.stack([3 * times, 1 - times], axis=1)
    assert np.allclose(smoothed(times, values, 0.5), values)


@given(ways(), st.floats(0, 5))
def test_the_largest_around(way: tuple[Floats, Floats], window: float) -> None:
    times, values = way
    near = np.abs(times[:, None] - times[None, :]) <= window / 2 + 1e-9
    wanted = np.array([values[row].max(axis=0) for row in near])
    assert (largest(times, values, window) == wanted).all()


@given(ways(), st.floats(0.01, 5))
def test_what_covers_is_nowhere_below(way: tuple[Floats, Floats], window: float) -> None:
    times, values = way
    assert (covering(times, values, window) >= values).all()


def test_what_covers_does_not_shiver() -> None:
    times = np.arange(100) / 25
    shiver = np.where(np.arange(100) % 2, 0.02, 0.0)[:, None]
    assert np.ptp(covering(times, shiver, 0.4)) < 1e-9


@given(ways(), st.floats(0.001, 1))
def test_lines_between_corners_pass_all_points(way: tuple[Floats, Floats], tolerance: float) -> None:
    times, values = way
    kept = np.flatnonzero(corners(times, values, tolerance))
    assert kept[0] == 0 and kept[-1] == len(times) - 1
    assert np.abs(at(times[kept], values[kept], times) - values).max() <= tolerance


def test_only_bends_are_corners() -> None:
    times = np.arange(60.0)
    values = np.abs(times - 20)[:, None]
    assert np.flatnonzero(corners(times, values, 0.01)).tolist() == [0, 20, 59]
