"""How the camera moves: never outside, never shaking, never late."""

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from job_runner.plan.crop_motion import FARTHEST, ROOM, camera, taut
from job_runner.plan.paths import Floats

TIMES = np.arange(0, 12, 0.1)
CROP = (0.3, 1.0)
STEADY = np.ones(len(TIMES), np.bool_)


def across(way: Floats, crop: tuple[float, float] = CROP, smooth: float = 1.0) -> Floats:
    """Of the camera that follows something which goes that way at half the height."""
    return camera(TIMES, np.stack([way, np.full(len(way), 0.5)], axis=1), STEADY, crop, smooth)[:, 0]


def test_it_stands_still_for_what_wanders_about() -> None:
    wandering = 0.5 + 0.9 * ROOM * CROP[0] * np.sin(TIMES * 3)
    assert np.ptp(across(wandering)) < 1e-9


def test_it_does_not_shake_with_a_detector() -> None:
    shiver = np.random.default_rng(1).normal(0, 0.01, len(TIMES))
    assert np.ptp(across(0.5 + shiver)) < 0.005


def test_it_pans_evenly_with_what_walks_and_is_not_late() -> None:
    walk = 0.2 + 0.6 * TIMES / TIMES[-1]
    seen = across(walk)
    assert (np.diff(seen) >= -1e-9).all(), "it never goes back"
    assert np.abs(seen - walk).max() < 1.5 * ROOM * CROP[0]
    speeds = np.diff(seen)[30:-30]
    assert np.ptp(speeds) < 0.2 * speeds.mean()


def test_a_new_place_takes_about_the_time_that_is_asked_for() -> None:
    jump = np.where(TIMES < 6, 0.2, 0.8)
    steady = np.abs(TIMES - 6) > 2
    for smooth in (0.5, 1.0, 2.0):
        way = camera(TIMES, np.stack([jump, jump], axis=1), steady, CROP, smooth)[:, 0]
        first, last = way[0] + 0.05 * np.ptp(way), way[-1] - 0.05 * np.ptp(way)
        assert 0.7 * smooth < TIMES[way < last][-1] - TIMES[way > first][0] < 1.7 * smooth
        assert np.abs(np.diff(way, 2)).max() < 0.03 / smooth**2, "it starts and stops softly"


def test_it_hurries_rather_than_lose_what_it_follows() -> None:
    dash = np.interp(TIMES, [0, 5, 5.8, 12], [0.2, 0.2, 0.8, 0.8])
    seen = across(dash, smooth=3.0)
    assert np.abs(seen - dash).max() < CROP[0] / 2, "its middle stays in the picture"


@given(
    st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=60),
    st.tuples(st.floats(0.05, 1), st.floats(0.05, 1)), st.sampled_from([0.0, 0.3, 1.0, 5.0]),
    st.integers(0, 60),
)  # fmt: skip
def test_it_never_leaves_the_picture(
    middles: list[tuple[float, float]], crop: tuple[float, float], smooth: float, steady: int
) -> None:
    times = np.arange(len(middles)) / 10
    found = camera(times, np.array(middles), np.arange(len(middles)) < steady, crop, smooth)
    half = np.array(crop) / 2
    assert (found >= half - 1e-9).all() and (found <= 1 - half + 1e-9).all()


def test_how_far_is_less_than_half() -> None:
    assert ROOM < FARTHEST < 0.5


@st.composite
def tubes(draw: st.DrawFn) -> tuple[Floats, Floats, Floats]:
    sides = draw(st.lists(st.tuples(st.integers(0, 100), st.integers(0, 30)), min_size=2, max_size=25))
    low = np.array([float(a) for a, _ in sides])
    return np.arange(float(len(sides))), low, low + np.array([float(b) for _, b in sides])


def length(values: Floats) -> float:
    return float(sum(np.hypot(1, b - a) for a, b in pairwise(values.tolist())))


@given(tubes())
def test_the_string_is_in_its_tube_and_no_shorter_one_is(tube: tuple[Floats, Floats, Floats]) -> None:
    """Held against relaxation: each point again and again between its neighbours, as far as the tube lets it."""
    times, low, high = tube
    found = taut(times, low, high)
    assert (found >= low - 1e-6).all() and (found <= high + 1e-6).all()
    relaxed = np.clip(found, low, high)
    for _ in range(400):
        for start in (0, 1):
            padded = np.concatenate([relaxed[:1], relaxed, relaxed[-1:]])
            better = np.clip((padded[:-2] + padded[2:]) / 2, low, high)
            relaxed[start::2] = better[start::2]
    assert length(found) <= length(relaxed) + 1e-3
