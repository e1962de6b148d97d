"""The filter against the textbook's matrices, and what it expects of what moves evenly."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from job_runner.detection.box_prediction import SEEN, STARTS, TURNS, appeared, middle

STEPS = st.lists(st.tuples(st.floats(0.01, 1.0), st.floats(-50, 50)), min_size=1, max_size=12)


@given(STEPS)
def test_as_the_textbook_has_it(steps: list[tuple[float, float]]) -> None:
    """x' = F x, P' = F P F' + Q; K = P H' / (H P H' + R); x += K y, P = (I - K H) P."""
    box = np.array([0.0, 0.0, 10.0, 20.0])
    movement = appeared(box)
    state, covariance = np.zeros(2), np.diag([SEEN, STARTS])
    for seconds, x in steps:
        turn = np.array([[1, seconds], [0, 1]])
        noise = TURNS * np.array([[seconds**3 / 3, seconds**2 / 2], [seconds**2 / 2, seconds]])
        state, covariance = turn @ state, turn @ covariance @ turn.T + noise
        movement = movement.later(seconds)
        assert np.allclose([movement.place[0] - 5, movement.speed[0]], state, atol=1e-6)
        gain = covariance[:, 0] / (covariance[0, 0] + SEEN)
        state = state + gain * (x - state[0])
        covariance = covariance - np.outer(gain, covariance[0])
        movement = movement.corrected(box + np.array([x, 0, x, 0]))
        assert np.allclose([movement.own, movement.both, movement.change], covariance[[0, 0, 1], [0, 1, 1]], atol=1e-9)


def test_what_moves_evenly_is_expected_there() -> None:
    movement = appeared(np.array([0.0, 0.0, 40.0, 80.0]))
    for number in range(1, 26):
        shift = 4.0 * number
        movement = movement.later(0.04).corrected(np.array([shift, 0, 40 + shift, 80]))
    assert np.abs(movement.later(0.5).box - [150, 0, 190, 80]).max() < 1


def test_what_shrinks_to_nothing_stays_a_point() -> None:
    movement = appeared(np.array([0.0, 0.0, 40.0, 80.0])).later(0.1).corrected(np.array([18.0, 36.0, 22.0, 44.0]))
    box = movement.later(5.0).box
    assert (box[2:] >= box[:2]).all()


def test_middle_and_back() -> None:
    box = np.array([1.0, 2.0, 5.0, 10.0])
    assert middle(box).tolist() == [3, 6, 4, 8] and appeared(box).box.tolist() == box.tolist()
