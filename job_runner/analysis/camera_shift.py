"""How the camera moved from one small picture to the next: regions vote. Integers only.

Each of 3x3 regions looks for itself in the picture before, by the edges of its columns and lines added up. The camera
moved if most of the outer regions say the same: what moves in the middle, before a wall without texture, has no such
witnesses. Turns and zooms are not known here, nor are moves of more than 10 small pixels a picture.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from job_runner.analysis.grey import BLOCK, Pixels, Sums, block_sums, column_edges, line_edges, line_sums, turned

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
UNSURE = 1 << 20
"""The vote of a region that cannot tell: further than any."""

Shift = tuple[int, int]
"""Right and down, in eighths of a pixel: where in the picture before to find what is here now."""
Votes = npt.NDArray[np.int64]


def shifts(stack: Pixels, pairs: npt.NDArray[np.intp]) -> dict[int, Shift]:
    """Of some pairs of a stack, by the place of the earlier picture: where the camera moved, as far as one can tell."""
    if not pairs.size or min(stack.shape[1:]) < LEAST:
        return {}
    needed = np.union1d(pairs, pairs + 1)
    some, at = stack[needed], np.searchsorted(needed, pairs)
    right, down = (agreed(votes(edges[at], edges[at + 1])) for edges in (column_edges(some), line_edges(some)))
    return {pair: by for pair, by in zip(pairs.tolist(), zip(right, down, strict=True), strict=True) if any(by)}


def agreed(said: Votes) -> list[int]:
    """What the outer regions agree on, pair by pair; 0 if they do not."""
    outer = np.sort(np.delete(said, said.shape[1] // 2, 1), 1)
    heard = np.count_nonzero(outer != UNSURE, 1)
    median = outer[np.arange(len(outer)), heard // 2]
    close = np.count_nonzero(np.abs(outer - median[:, None]) <= PARTS // 2, 1)
    found: list[int] = np.where((heard >= WITNESSES) & (close >= WITNESSES), median, 0).tolist()
    return found


def votes(before: Sums, now: Sums) -> Votes:
    """How far each region has come, by its edges: pairs x 9; UNSURE from one that is not sure."""
    pairs, regions, length = now.shape
    reach = min(REACH, (length + 1) // 4)
    # Edges of all regions lie side by side, so that sums run along memory; and one place is tried after the other, as
    # memory for all at once would be asked of the system anew each time.
    old, new = (np.ascontiguousarray(edges.reshape(-1, length).T) for edges in (before, now))
    inner = new[reach : length - reach]
    costs = [np.abs(old[at : at + len(inner)] - inner).sum(0, dtype=np.int32) for at in range(2 * reach + 1)]
    return _votes(np.stack(costs), reach).reshape(pairs, regions)


def _votes(costs: Sums, reach: int) -> Votes:
    """Where it costs least, to an eighth: the lowest point of the V that this place and its neighbours make."""
    last, each = len(costs) - 1, np.arange(costs.shape[1])
    best = costs.argmin(0)
    least, left, right = (costs[(best + aside).clip(0, last), each] for aside in (0, -1, 1))
    depth = np.maximum(1, np.maximum(left, right) - least)
    found = (best - reach) * PARTS + (PARTS * (left - right) + depth) // (2 * depth)
    sure = (best > 0) & (best < last) & (least * CLEAR * len(costs) < costs.sum(0))
    return np.where(sure, found, UNSURE)


SCALE = PARTS * PARTS
"""By how much the sums of moved pictures are multiplied."""


def moved_sums(stack: Pixels, cameras: Mapping[int, Shift]) -> Iterator[tuple[list[int], Sums, Sums]]:
    """Sums of the blocks that both of a pair show, old and new, pairs x rows x columns; and which pairs.

    A pair is known by the place of its earlier picture. Pairs that show as many blocks come together.
    """
    alike = defaultdict[tuple[int, int], list[int]](list)
    for pair, camera in cameras.items():
        alike[_shown(stack.shape[1:], camera)].append(pair)
    for (tall, wide), pairs in alike.items():
        some = [cameras[pair] for pair in pairs]
        old = np.stack([_part(stack[k], *_whole(by), tall + 1, wide + 1) for k, by in zip(pairs, some, strict=True)])
        new = np.stack([_part(stack[k + 1], *_back(by), tall, wide) for k, by in zip(pairs, some, strict=True)])
        yield pairs, _between(old, some), block_sums(new) * SCALE


def _whole(camera: Shift) -> Shift:
    """In pixels, rounded down."""
    return camera[0] // PARTS, camera[1] // PARTS


def _back(camera: Shift) -> Shift:
    right, down = _whole(camera)
    return -right, -down


def _shown(size: tuple[int, ...], camera: Shift) -> tuple[int, int]:
    """Height and width of what both pictures show, in whole blocks, where a shift between pixels takes one more."""
    whole = _whole(camera)[::-1]
    tall, wide = ((side - max(-by, by + 1)) // BLOCK * BLOCK for side, by in zip(size, whole, strict=True))
    return tall, wide


def _part(picture: Pixels, right: int, down: int, height: int, width: int) -> Pixels:
    top, left = max(0, down), max(0, right)
    return picture[top : top + height, left : left + width]


def _between(old: Pixels, cameras: Sequence[Shift]) -> Sums:
    """Sums of 4x4 blocks that begin a part of a pixel further right and down, SCALE times as large."""
    right, down = np.array(cameras, np.int32).T % PARTS
    sums: Sums = turned(_lines_between(turned(_lines_between(old, down)), right))
    return sums


def _lines_between(pixels: npt.NDArray[Any], parts: Sums) -> Sums:
    """Sums of four lines each, from so many eighths of a line on, PARTS times as large."""
    ends = pixels[:, ::BLOCK].astype(np.int32)
    sums: Sums = line_sums(pixels[:, :-1]) * PARTS + (ends[:, 1:] - ends[:, :-1]) * parts[:, None, None]
    return sums
