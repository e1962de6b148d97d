"""Weights of pixels: their sums, their places, and the integers that bytes are weighted with."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from job_runner.effects.taps import WHOLE_BITS, Taps, taps


@st.composite
def made(draw: st.DrawFn) -> tuple[Taps, int]:
    """Taps, and the length of their source."""
    length = draw(st.integers(1, 64))
    low = draw(st.floats(0, length - 1))
    return taps(low, draw(st.floats(low + 1, length)), draw(st.integers(1, 60)), length), length


@given(made())
def test_weights_add_up_to_one(case: tuple[Taps, int]) -> None:
    by, _ = case
    assert np.allclose(by.weights.sum(1), 1)
    assert np.abs(by.whole.sum(1) - (1 << WHOLE_BITS)).max() <= by.whole.shape[1]


@given(made())
def test_places_are_pixels_and_those_beside_each_other(case: tuple[Taps, int]) -> None:
    by, length = case
    assert by.places.min() >= 0 and by.places.max() < length
    assert set(np.unique(np.diff(by.places, axis=1))) <= {0, 1}


@given(made())
def test_sums_of_bytes_fit_32_bits(case: tuple[Taps, int]) -> None:
    by, _ = case
    assert int(np.abs(by.whole).sum(1).max()) * 255 + (1 << WHOLE_BITS - 1) < 1 << 31


def test_a_plane_that_stays_as_it_is() -> None:
    by = taps(0, 8, 8, 8)
    found = np.zeros((8, 8))
    np.add.at(found, (np.arange(8)[:, None], by.places), by.weights)
    assert (found == np.eye(8)).all()


def test_half_the_size_takes_in_twice_the_pixels() -> None:
    assert (taps(0, 64, 64, 64).weights != 0).sum(1)[32] == 1
    assert (taps(0, 64, 32, 64).weights != 0).sum(1)[16] == 8


def test_integers_are_rounded_to_the_nearest() -> None:
    by = taps(0.3, 50.2, 23, 64)
    assert np.abs(by.whole - by.weights * (1 << WHOLE_BITS)).max() <= 0.5
