"""The share of a picture that moves, and what is no motion."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from job_runner.analysis.grey import Grey
from job_runner.analysis.motion import WHOLE, share
from tests.unit.runner.analysis.test_camera_shift import seen

DICE = np.random.default_rng(9)


def moved(grey: Grey, rows: int = 24, columns: int = 24) -> Grey:
    """With something new in the upper left of the middle."""
    pixels = grey.pixels.copy()
    pixels[40 : 40 + rows, 60 : 60 + columns] = 255 - pixels[40 : 40 + rows, 60 : 60 + columns]
    return Grey(pixels)


def lit(grey: Grey, gain: float = 1.0, more: float = 0.0) -> Grey:
    return Grey(np.clip(16 + (grey.pixels - 16.0) * gain + more, 0, 255).astype(np.uint8))


def test_blocks_that_changed_are_counted() -> None:
    still = seen(0, 0)
    assert share(still, still) == 0
    assert share(still, moved(still)) == pytest.approx(36 * WHOLE / (22 * 40), rel=0.15)
    assert share(Grey(np.zeros((90, 160), np.uint8)), Grey(np.full((90, 160), 255, np.uint8))) == 0, "it is only light"


@pytest.mark.parametrize(("gain", "more"), [(0.5, 0), (1.1, 0), (0.02, 0), (1, 12), (1, -12)])
def test_light_is_no_motion_and_hides_none(gain: float, more: float) -> None:
    still = seen(0, 0)
    assert share(still, lit(still, gain, more)) <= WHOLE // 200
    if gain > 0.1:
        assert share(still, lit(moved(still), gain, more)) > WHOLE // 100


@pytest.mark.parametrize("turn", [(16, 0), (-9, 5), (40, -20)])
def test_a_camera_that_turns_is_no_motion_and_hides_none(turn: tuple[int, int]) -> None:
    assert share(seen(0, 0), seen(*turn)) <= WHOLE // 100
    assert share(seen(0, 0), moved(seen(*turn))) > WHOLE // 50


@pytest.mark.parametrize("sigma", [2, 5])
def test_noise_of_a_sensor_is_no_motion(sigma: int) -> None:
    """Pixels of the small picture are means of many; what is left of the noise is small."""
    noisy = [
        Grey((seen(0, 0).pixels + sigma * DICE.standard_normal((90, 160))).clip(0, 255).astype(np.uint8))
        for _ in range(9)
    ]
    assert max(share(a, b) for a, b in pairwise(noisy)) <= WHOLE // 200


def test_another_size_cannot_be_compared() -> None:
    assert share(seen(0, 0), Grey(seen(0, 0).pixels[:50])) == 0


pictures = st.tuples(st.integers(4, 60), st.integers(4, 60)).flatmap(
    lambda size: st.tuples(*(st.binary(min_size=size[0] * size[1], max_size=size[0] * size[1]) for _ in range(2))).map(
        lambda data: [Grey(np.frombuffer(d, np.uint8).reshape(size)) for d in data]
    )
)


@given(pictures)
def test_any_two_pictures_have_a_share(pair: list[Grey]) -> None:
    assert 0 <= share(*pair) <= WHOLE and share(pair[0], pair[0]) == 0
