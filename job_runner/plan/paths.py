"""Ways through time as polylines: smoothed without lag, covered, thinned out. Pure NumPy.

A way is its rising times, shape (n,), in seconds, and its values, shape (n, d); between two times it is straight.
Only sums in order, no powers: the same on every processor.
"""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


def at(times: Floats, values: Floats, when: Floats) -> Floats:
    """The values at other times, shape (m, d); before the first time and after the last they hold."""
    return np.stack([np.interp(when, times, column) for column in values.T], axis=1)


def smoothed(times: Floats, values: Floats, window: float) -> Floats:
    """The mean of the polyline over `window` seconds around each of its times: what moves evenly stays as it is.

    Near its ends the window is narrower, as wide on one side as on the other, so that nothing lags.
    """
    half = np.minimum(window / 2, np.minimum(times - times[0], times[-1] - times))
    narrow = half <= 0
    wide = np.where(narrow, 1.0, 2 * half)[:, None]
    sums = _integral(times, values)
    means = (_summed(times, values, sums, times + half) - _summed(times, values, sums, times - half)) / wide
    return np.where(narrow[:, None], values, means)


def _integral(times: Floats, values: Floats) -> Floats:
    """From the first time up to each."""
    areas = (values[1:] + values[:-1]) / 2 * np.diff(times)[:, None]
    return np.concatenate([np.zeros((1, values.shape[1])), np.cumsum(areas, axis=0)])


def _summed(times: Floats, values: Floats, sums: Floats, when: Floats) -> Floats:
    """The integral up to times within the way."""
    before = np.clip(np.searchsorted(times, when, "right") - 1, 0, len(times) - 1)
    rest = (when - times[before])[:, None]
    areas: Floats = sums[before] + (values[before] + at(times, values, when)) / 2 * rest
    return areas


def largest(times: Floats, values: Floats, window: float) -> Floats:
    """The largest value in `window` seconds around each time."""
    first = np.searchsorted(times, times - window / 2 - 1e-9, "left")
    end = np.searchsorted(times, times + window / 2 + 1e-9, "right")
    # Maxima of 1, 2, 4 ... neighbours; two that overlap make up any stretch.
    rows, result, length = values, np.empty_like(values), 1
    counts = end - first
    while True:
        fits = (counts >= length) & (counts < 2 * length)
        result[fits] = np.maximum(rows[first[fits]], rows[end[fits] - length])
        if 2 * length > counts.max():
            return result
        rows, length = np.maximum(rows[:-length], rows[length:]), 2 * length


def covering(times: Floats, wanted: Floats, window: float) -> Floats:
    """A smooth way that is nowhere below `wanted`: the mean, over half the window, of the largest within the window.

    Whatever is averaged at a time has seen that time's own value.
    """
    means = smoothed(times, largest(times, wanted, window), window / 2)
    return np.maximum(means, wanted)


def corners(times: Floats, values: Floats, tolerance: float) -> Flags:
    """Which points are kept, so that straight lines between them pass every other one within `tolerance`.

    Douglas and Peucker's way (1973), all parts at once: of each part that strays, the point that strays most is kept.
    """
    kept = np.zeros(len(times), np.bool_)
    kept[[0, -1]] = True
    while True:
        ends = np.flatnonzero(kept)
        away = np.abs(at(times[ends], values[ends], times) - values).max(axis=1)
        worst = np.maximum.reduceat(away, ends[:-1]) if len(ends) > 1 else np.zeros(1)
        part = np.clip(np.searchsorted(ends, np.arange(len(times)), "right") - 1, 0, len(worst) - 1)
        farthest = np.flatnonzero((away >= worst[part]) & (away > tolerance) & ~kept)
        if not len(farthest):
            return kept
        _, first = np.unique(part[farthest], return_index=True)
        kept[farthest[first]] = True
