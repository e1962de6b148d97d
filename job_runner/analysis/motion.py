"""How much moves in a picture since the one before it: the share of its blocks whose mean has changed.

What changes everywhere alike is no motion: light (a lamp, a cloud, a fade), and the camera's own movement. Of several
explanations the one counts that leaves the fewest blocks unexplained. Integers throughout: the value of a picture
depends on it and the one before it, and on nothing else.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from job_runner.analysis.camera_shift import shift, shifted_sums
from job_runner.analysis.grey import AREA, Grey, Sums

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


def share(before: Grey, now: Grey) -> int:
    """Parts of 10,000 of the picture in which something moved. 0 where its size has changed: it cannot be compared.

    Where the camera moved, a block must change half as much again: what lies between pixels is never met exactly.
    """
    if before.pixels.shape != now.pixels.shape:
        return 0
    size, limit = now.sums.size, max(limit_of(before.sums), limit_of(now.sums))
    moved = unexplained(before.sums, now.sums, limit)
    if moved * FEW <= size or (camera := shift(before, now)) is None:
        return moved * WHOLE // size
    old, new, times = shifted_sums(before, now, camera)
    rest = unexplained(old, new, limit * 3 // 2, times)
    return min(moved * WHOLE // size, rest * WHOLE // new.size)


def limit_of(sums: Sums) -> int:
    """By how much the sum of a block must change: a tenth of the picture's light, within bounds."""
    light = int(sums.sum()) // sums.size - BLACK * AREA
    return min(LEVELS * AREA, max(LEAST_LEVELS * AREA, light // 10))


def unexplained(old: Sums, new: Sums, limit: int, times: int = 1) -> int:
    """Blocks that changed by more than `limit` as they are, and beside a change of light everywhere.

    Light comes as much everywhere, or in proportion to what there was. Sums are `times` as large as they are.
    """
    change, limit = new - old, limit * times
    if not (moved := _count(change, limit)):
        return 0
    added = _count(change - _median(change), limit)
    return min(moved, added, _beside_gain(old, new, limit, times)) if added else 0


def _beside_gain(old: Sums, new: Sums, limit: int, times: int) -> int:
    black = BLACK * AREA * times
    above, after = (sums.astype(np.int64) - black for sums in (old, new))
    lit, lit_now = max(1, int(above.sum())), max(1, int(after.sum()))
    return _count(after * lit - above * lit_now, limit * max(lit, lit_now))


def _count(change: npt.NDArray[Any], limit: int) -> int:
    return int(np.count_nonzero(np.abs(change) > limit))


def _median(change: Sums) -> int:
    """What most of the picture does."""
    flat = change.ravel()
    return int(np.partition(flat, flat.size // 2)[flat.size // 2])
