"""A few samples more or fewer."""

import numpy as np
import pytest

from job_runner.effects.sound import Samples, seamless
from job_runner.effects.stretch import REACH, stretched


def _tone(samples: int, pitch: float = 440) -> Samples:
    return np.sin(np.arange(samples) * 2 * np.pi * pitch / 48000).astype(np.float32)[None].repeat(2, 0)


@pytest.mark.parametrize("more", [-5, -1, 1, 5])
def test_the_ends_stay_and_the_middle_is_the_tone_at_other_times(more: int) -> None:
    made = stretched(_tone(1024), more)
    assert made.shape == (2, 1024 + more) and made.dtype == np.float32
    assert (made[:, :REACH] == _tone(1024)[:, :REACH]).all() and (made[:, -REACH:] == _tone(1024)[:, -REACH:]).all()
    inner = 1024 - 2 * REACH
    at = REACH + np.arange(inner + more) * inner / (inner + more)
    assert np.abs(made[0, REACH:-REACH] - np.sin(at * 2 * np.pi * 440 / 48000)).max() < 1e-3


def test_nothing_to_do_and_nothing_to_do_it_with() -> None:
    tone = _tone(1024)
    assert stretched(tone, 0) is tone and stretched(tone[:, :33], 3).shape == (2, 33)


def test_pieces_that_overlap_are_heard_once_and_holes_have_soft_edges() -> None:
    one = np.ones((1, 100), np.float32)
    pieces = list(seamless([(0, one), (100, one), (150, one), (250, one), (400, one)], 10))
    assert [(at, p.shape[1]) for at, p in pieces] == [(0, 100), (100, 100), (200, 50), (250, 100), (400, 100)]
    edges = [(p[0, 0] < 0.1, p[0, -1] < 0.1) for _, p in pieces]
    assert edges == [(False, False), (False, True), (True, False), (False, True), (True, False)]
