"""Gains and ramps on samples."""

import numpy as np
import pytest

from job_runner.effects.sound import LOUDEST, Ramp, amplitude, shaped, usable
from job_runner.media.audio import overlaid


def test_crossfades_keep_the_power() -> None:
    at = np.arange(1000)
    rise, fall = Ramp(0, 1000, equal_power=True).gain(at), Ramp(0, 1000, falls=True, equal_power=True).gain(at)
    assert np.allclose(rise**2 + fall**2, 1)
    assert rise[0] < 0.03 and fall[-1] < 0.03


def test_pieces_do_not_matter() -> None:
    samples = np.random.default_rng(1).normal(size=(2, 5000)).astype(np.float32)
    ramps = [Ramp(0, 700), Ramp(4000, 1000, falls=True)]
    whole = shaped(samples, 0, 0.5, ramps)
    parts = [shaped(samples[:, a : a + 999], a, 0.5, ramps) for a in range(0, 5000, 999)]
    assert (np.concatenate(parts, 1) == whole).all()
    assert np.allclose(whole[:, 2000], samples[:, 2000] * 0.5)


def test_gain() -> None:
    assert amplitude(-6) == pytest.approx(0.501, abs=1e-3) and amplitude(0) == 1


def test_sounds_add_up_where_they_overlap() -> None:
    ones = np.ones((1, 100), np.float32)
    parts = [(0, iter([ones[:, :60], ones[:, 60:]])), (80, iter([ones])), (180, iter([ones]))]
    found = np.concatenate(list(overlaid(parts, 1)), 1)[0]
    assert found.shape == (280,)
    assert (found[:80] == 1).all() and (found[80:100] == 2).all() and (found[100:] == 1).all()


def test_what_is_no_sound_is_silent() -> None:
    whole = np.array([[0, -5, LOUDEST], [1, -LOUDEST, 0.5]], np.float32)
    assert usable(whole) is whole and usable(np.zeros((2, 0), np.float32)).shape == (2, 0)
    for bad in (np.nan, np.inf, -np.inf, 3e38, 2 * LOUDEST):
        broken = whole.copy()
        broken[1, 1] = bad
        assert usable(broken).tolist() == [[0, -5, LOUDEST], [1, 0, 0.5]] and usable(broken).dtype == np.float32
