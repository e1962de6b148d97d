"""Levels of sound, and how far they are above what is usual."""

from math import sqrt
from statistics import median_low

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from job_runner.analysis.loudness import FLOOR, SILENCE, above_usual, level


@pytest.mark.parametrize(("amplitude", "wanted"), [(1.0, 0), (0.5, -60), (0.1, -200), (1e-9, SILENCE), (0.0, SILENCE)])
def test_levels_are_tenths_of_decibels(amplitude: float, wanted: int) -> None:
    assert level(np.full((2, 4800), amplitude, np.float32)) == wanted


def test_a_sine_is_three_decibels_below_a_square_wave_and_nothing_is_silent() -> None:
    wave = np.sin(np.arange(4800) * 2 * np.pi / 48).astype(np.float32)
    assert level(wave[None]) == -30 == round(100 * 2 * np.log10(1 / sqrt(2)))
    assert level(np.zeros((2, 0), np.float32)) == SILENCE


def test_a_shout_stands_out_and_a_loud_film_does_not() -> None:
    assert above_usual([-300] * 50 + [-100] * 4 + [-300] * 50, 100)[48:56] == [0, 0, 200, 200, 200, 200, 0, 0]
    assert not any(above_usual([-100] * 200, 100))
    assert above_usual([SILENCE] * 50 + [FLOOR + 10] + [SILENCE] * 50, 100)[50] == 10


@given(st.lists(st.integers(SILENCE, 0), max_size=120), st.integers(1, 40))
def test_the_median_goes_along(levels: list[int], window: int) -> None:
    half = window // 2
    around = [levels[max(0, k - half) : k + half + 1] for k in range(len(levels))]
    wanted = [max(0, own - max(FLOOR, median_low(near))) for own, near in zip(levels, around, strict=True)]
    assert above_usual(levels, window) == wanted
