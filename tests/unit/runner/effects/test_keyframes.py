"""Easing curves, and values between keyframes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from job_runner.effects.keyframes import EASINGS, value_at


@given(st.floats(0, 1))
def test_easings_go_from_0_to_1(x: float) -> None:
    for name, ease in EASINGS.items():
        assert -1e-6 <= ease(x) <= 1 + 1e-6
        if name != "Hold":
            assert ease(0.0) == pytest.approx(0, abs=1e-6) and ease(1.0) == pytest.approx(1, abs=1e-6)


def test_easing_is_that_of_css() -> None:
    assert EASINGS["EaseInOut"](0.5) == pytest.approx(0.5, abs=1e-6)
    assert EASINGS["EaseIn"](0.5) == pytest.approx(0.3153568, abs=1e-5)
    assert EASINGS["EaseOut"](0.5) == pytest.approx(0.6846432, abs=1e-5)


def test_keyframes_hold_outside() -> None:
    points = [(1.0, "Linear", (0.0,)), (3.0, "Linear", (10.0,)), (4.0, "Hold", (99.0,))]
    assert [value_at(points, t)[0] for t in (0, 1, 2, 3, 3.9, 4, 9)] == [0, 0, 5, 10, 10, 99, 99]
