"""How much moves in a picture since the one before it: the share of its blocks whose mean has changed.

What changes everywhere alike is no motion: light (a lamp, a cloud, a fade), and the camera's own movement. Of several
explanations the one counts that leaves the fewest blocks unexplained. Integers throughout: the value of a picture
depends on it and the one before it, and on nothing else.
"""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

import numpy as np
import numpy.typing as npt

from job_runner.analysis.camera_shift import SCALE, moved_sums, shifts
from job_runner.analysis.grey import AREA, Pixels, Sums, block_sums

Counts = npt.NDArray[np.int64]
"""One number for each picture, or for each but the first."""

LEVELS = 6
"""Of 255: a block whose mean changes by more has moved."""
LEAST_LEVELS = 3
"""The same in the dark, where all differences are small."""
WHOLE = 10_000
"""The share of a picture in which all blocks moved."""
BLACK = 16
"""The code value of black, from which on light grows in proportion."""
FEW = 128
"""If no more than one block in so many moved, nobody asks for the camera."""


def shares(pictures: Iterable[Pixels]) -> list[int]:
    """Parts of 10,000 of each picture but the first in which something moved. 0 where its size has changed."""
    found = list[int]()
    for _, alike in groupby(pictures, lambda picture: picture.shape):
        found += [0, *_shares(np.stack(list(alike)))]
    return found[1:]


def _shares(stack: Pixels) -> list[int]:
    """Of pictures of one size.

    Where the camera moved, a block must change half as much again: what lies between pixels is never met exactly.
    """
    sums = _listed(block_sums(stack))
    limits, size = limits_of(sums), sums.shape[1]
    limit = np.maximum(limits[:-1], limits[1:])
    moved = unexplained(sums[:-1], sums[1:], limit)
    found = moved * WHOLE // size
    cameras = shifts(stack, np.flatnonzero(moved * FEW > size))
    for pairs, old, new in moved_sums(stack, cameras):
        rest = unexplained(_listed(old), _listed(new), limit[pairs] * 3 // 2, SCALE)
        found[pairs] = np.minimum(found[pairs], rest * WHOLE // new[0].size)
    as_list: list[int] = found.tolist()
    return as_list


def _listed(sums: Sums) -> Sums:
    """Of each picture in one row."""
    return sums.reshape(len(sums), -1)


def limits_of(sums: Sums) -> Counts:
    """By how much the sum of a block must change: a tenth of its picture's light, within bounds."""
    light = sums.sum(1) // sums.shape[1] - BLACK * AREA
    limits: Counts = np.clip(light // 10, LEAST_LEVELS * AREA, LEVELS * AREA)
    return limits


def unexplained(old: Sums, new: Sums, limit: Counts, times: int = 1) -> Counts:
    """Blocks of each pair that changed by more than its limit as they are, and beside a change of light everywhere.

    Light comes as much everywhere, or in proportion to what there was. Sums are `times` as large as they are.
    """
    change, limit = new - old, limit * times
    moved = _count(change, limit)
    some = np.flatnonzero(moved)
    added = _count(change[some] - _median(change[some]), limit[some])
    gained = _beside_gain(old[some], new[some], limit[some], times)
    moved[some] = np.minimum.reduce([moved[some], added, gained])
    return moved


def _beside_gain(old: Sums, new: Sums, limit: Counts, times: int) -> Counts:
    black = BLACK * AREA * times
    above, after = (sums.astype(np.int64) - black for sums in (old, new))
    lit, lit_now = (np.maximum(1, sums.sum(1, keepdims=True)) for sums in (above, after))
    return _count(after * lit - above * lit_now, limit * np.maximum(lit, lit_now)[:, 0])


def _count(change: npt.NDArray[Any], limit: Counts) -> Counts:
    counts: Counts = np.count_nonzero(np.abs(change) > limit[:, None], 1)
    return counts


def _median(change: Sums) -> Sums:
    """What most of each picture does."""
    middle = change.shape[1] // 2
    return np.partition(change, middle, 1)[:, middle : middle + 1]
