"""How the camera moved between two small pictures: regions vote. Integers only.

Each of 3x3 regions looks for itself in the picture before, by the edges of its columns and lines added up. The camera
moved if most of the outer regions say the same: what moves in the middle, before a wall without texture, has no such
witnesses. Turns and zooms are not known here, nor are moves of more than 10 small pixels a picture.
"""

from itertools import product

import numpy as np

from job_runner.analysis.grey import BLOCK, Grey, Sums, block_sums

REACH = 10
"""Small pixels that are searched, each way."""
PARTS = 8
"""Of a pixel, in which moves are counted."""
WITNESSES = 5
"""Of the eight outer regions, that must agree to within half a pixel."""
CLEAR = 2
"""So many times as bad as the best place are all places on average, where a region knows where it is."""
LEAST = 3 * (3 * BLOCK)
"""Pixels of either side from which on regions are large enough to be found again."""

Shift = tuple[int, int]
"""Right and down, in eighths of a pixel: where in the picture before to find what is here now."""


def shift(before: Grey, now: Grey) -> Shift | None:
    """None if the camera stood still, or nobody can tell."""
    if min(now.pixels.shape) < LEAST:
        return None
    right, down = agreed(votes(before.columns, now.columns)), agreed(votes(before.lines, now.lines))
    return None if not (right or down) else (right, down)


def agreed(said: list[int | None]) -> int:
    """What the outer regions agree on; 0 if they do not."""
    middle = len(said) // 2
    heard = sorted(vote for place, vote in enumerate(said) if place != middle and vote is not None)
    if len(heard) < WITNESSES:
        return 0
    median = heard[len(heard) // 2]
    return median if sum(abs(vote - median) <= PARTS // 2 for vote in heard) >= WITNESSES else 0


def votes(before: Sums, now: Sums) -> list[int | None]:
    """How far each region has come, by its edges; None from one that is not sure."""
    reach = min(REACH, (now.shape[1] + 1) // 4)
    inner = now[:, reach:-reach]
    line, step = before.strides
    shape = (before.shape[0], 2 * reach + 1, inner.shape[1])
    # What sliding_window_view gives, without its checks, which take longer than the sums.
    places: Sums = np.ndarray(shape, before.dtype, before, 0, (line, step, step))
    costs = np.abs(places - inner[:, None]).sum(2)
    return [_vote(cost, reach) for cost in costs.tolist()]


def _vote(costs: list[int], reach: int) -> int | None:
    """Where it costs least, to an eighth: the lowest point of the V that this place and its neighbours make."""
    least = min(costs)
    best = costs.index(least)
    if not 0 < best < 2 * reach or least * CLEAR * len(costs) >= sum(costs):
        return None
    left, right = costs[best - 1], costs[best + 1]
    depth = max(1, max(left, right) - least)
    return (best - reach) * PARTS + (PARTS * (left - right) + depth) // (2 * depth)


def shifted_sums(before: Grey, now: Grey, moved: Shift) -> tuple[Sums, Sums, int]:
    """Sums of the blocks that both pictures show: old and new ones, and by how much they are multiplied.

    Between pixels, the four nearest places are weighted.
    """
    (right, part_right), (down, part_down) = divmod(moved[0], PARTS), divmod(moved[1], PARTS)
    height, width = now.pixels.shape
    top, left = max(0, -down), max(0, -right)
    rows, columns = (height - top - max(0, down + 1)) // BLOCK, (width - left - max(0, right + 1)) // BLOCK
    new = block_sums(now.pixels, top, left, rows, columns) * (PARTS * PARTS)
    old = np.zeros_like(new)
    for (y, tall), (x, wide) in product(_weights(part_down), _weights(part_right)):
        old += block_sums(before.pixels, top + down + y, left + right + x, rows, columns) * (tall * wide)
    return old, new, PARTS * PARTS


def _weights(part: int) -> list[tuple[int, int]]:
    """How much of a pixel, and of the one after it."""
    return [(0, PARTS - part), (1, part)] if part else [(0, PARTS)]
