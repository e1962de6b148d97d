"""The share of a picture that moves, and what is no motion."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from job_runner.analysis.grey import Pixels
from job_runner.analysis.motion import WHOLE, shares
from tests.unit.runner.analysis.plain_motion import plain_share
from tests.unit.runner.analysis.test_camera_shift import seen

DICE = np.random.default_rng(9)


def share(before: Pixels, now: Pixels) -> int:
    """Of one pair."""
    [found] = shares([before, now])
    return found


def moved(grey: Pixels, rows: int = 24, columns: int = 24) -> Pixels:
    """With something new in the upper left of the middle."""
    pixels = grey.copy()
    pixels[40 : 40 + rows, 60 : 60 + columns] = 255 - pixels[40 : 40 + rows, 60 : 60 + columns]
    return pixels


def lit(grey: Pixels, gain: float = 1.0, more: float = 0.0) -> Pixels:
    made: Pixels = np.clip(16 + (grey - 16.0) * gain + more, 0, 255).astype(np.uint8)
    return made


def test_blocks_that_changed_are_counted() -> None:
    still = seen(0, 0)
    assert share(still, still) == 0
    assert share(still, moved(still)) == pytest.approx(36 * WHOLE / (22 * 40), rel=0.15)
    assert share((np.zeros((90, 160), np.uint8)), (np.full((90, 160), 255, np.uint8))) == 0, "it is only light"


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
    noisy = [((seen(0, 0) + sigma * DICE.standard_normal((90, 160))).clip(0, 255).astype(np.uint8)) for _ in range(9)]
    assert max(share(a, b) for a, b in pairwise(noisy)) <= WHOLE // 200


def test_another_size_cannot_be_compared() -> None:
    assert share(seen(0, 0), (seen(0, 0)[:50])) == 0


def in_batches(pictures: list[Pixels], length: int) -> list[int]:
    """As a file is measured: each batch begins with the last picture of the one before."""
    return [v for k in range(0, len(pictures) - 1, length) for v in shares(pictures[k : k + length + 1])]


@st.composite
def films(draw: st.DrawFn) -> list[Pixels]:
    """A camera that moves, light that changes, something that passes, noise, cuts; sizes change now and then."""
    dice = np.random.default_rng(draw(st.integers(0, 2**32)))
    cells = dice.integers(0, 256, (60, 80))
    world = np.kron(cells, np.ones((4, 4))) if draw(st.booleans()) else dice.integers(0, 256, (240, 320)) * 1.0
    size, at, made = (90, 160), np.array([40.0, 40.0]), list[Pixels]()
    for _ in range(draw(st.integers(2, 70))):
        if dice.random() < 0.05:
            size = int(dice.integers(4, 100)), int(dice.integers(4, 161))
        at = np.clip(at + dice.integers(-3, 4, 2) * (dice.random() < 0.6), 0, 79)
        top, left = at.astype(int)
        picture = world[top : top + size[0], left : left + size[1]] * dice.choice([1.0, 1.0, 0.9, 0.1])
        picture = picture + dice.choice([0, 0, 9]) + dice.normal(0, dice.choice([0, 2]), size)
        picture[: int(dice.integers(0, 30)), : int(dice.integers(0, 30))] = 200
        made.append(picture.clip(0, 255).astype(np.uint8))
    return made


@settings(max_examples=40, deadline=None)
@given(films())
def test_batches_change_no_value(film: list[Pixels]) -> None:
    wanted = [plain_share(before, now) for before, now in pairwise(film)]
    assert [in_batches(film, length) for length in (1, 2, 7, 64)] == [wanted] * 4
    assert all(0 <= value <= WHOLE for value in wanted)
