"""A piece of sound made a few samples longer or shorter, without a seam."""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from job_runner.effects.sound import Samples

REACH = 16
"""Samples to either side that make up one in between: a sinc of Lanczos' window."""


def stretched(samples: Samples, more: int) -> Samples:
    """The piece with `more` samples (fewer if < 0), spread evenly; its first and last 16 samples stay as they are.

    So a piece can follow any other: at both ends it is what it was. One that is too short for that stays whole.
    """
    inner = samples.shape[1] - 2 * REACH
    if not more or inner <= 2 * abs(more):
        return samples
    nearest, weights = _taps(inner, inner + more)
    middle = (samples[:, nearest] * weights).sum(2)
    return np.concatenate([samples[:, :REACH], middle, samples[:, -REACH:]], 1).astype(np.float32)


@lru_cache(maxsize=16)
def _taps(inner: int, wanted: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Which samples of a piece make up each of the `wanted` in its inner part, and with what weights."""
    place = REACH + np.arange(wanted) * (inner / wanted)
    nearest = np.floor(place).astype(np.int64)[:, None] + np.arange(1 - REACH, REACH + 1)
    distance = place[:, None] - nearest
    weights = np.sinc(distance) * np.sinc(distance / REACH)
    return nearest, weights / weights.sum(1, keepdims=True)
