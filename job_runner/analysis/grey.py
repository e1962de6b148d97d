"""Small grey pictures: what motion is measured on. Integers only, so that every machine sees the same."""

from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

LONGEST = 160
"""Pixels of the longer side, at most."""
BLOCK = 4
AREA = BLOCK * BLOCK
REGIONS = 3
"""Parts of either side, in each of which the camera's movement is looked for."""

APART = 2
"""Columns whose difference makes an edge: wide enough for one that lies between pixels to be found."""

Pixels = npt.NDArray[np.uint8]
Sums = npt.NDArray[np.int32]


class Grey:
    """A small picture, with what is worked out of it once: it is the later one of a pair, then the earlier one."""

    def __init__(self, pixels: Pixels) -> None:
        self.pixels = pixels

    @cached_property
    def sums(self) -> Sums:
        """Of its blocks, from the upper left corner on, as many as fit."""
        height, width = self.pixels.shape
        return block_sums(self.pixels, 0, 0, height // BLOCK, width // BLOCK)

    @cached_property
    def columns(self) -> Sums:
        """Edges from left to right: see `_edges`."""
        return _edges(self.pixels)

    @cached_property
    def lines(self) -> Sums:
        """Edges from top to bottom."""
        return _edges(np.ascontiguousarray(self.pixels.T))


def small(luma: npt.NDArray[np.uint8 | np.uint16], depth: int = 8) -> Grey:
    """Means of n by n pixels of a plane of luma, every second of them; n brings the longer side to 160 or less.

    Of interlaced pictures an even n sees one field only, as if they were not. What is smaller than a block is repeated.
    """
    height, width = luma.shape
    step = max(1, -(-max(height, width) // LONGEST))
    kind = np.uint16 if depth == 8 and step <= NARROW else np.uint32
    lines, count = _added(luma, step, kind)
    total, times = _added(lines.T, step, kind)
    mean = (total.T // (count * times)) >> (depth - 8)
    return Grey(_at_least_a_block(mean.astype(np.uint8)))


NARROW = 16
"""Up to this n a sum of 8-bit pixels has 16 bits."""


def _added(pixels: npt.NDArray[Any], step: int, kind: type) -> tuple[npt.NDArray[Any], int]:
    """Sums of `step` lines each, every second of which is taken, and how many are in a sum."""
    whole = max(1, pixels.shape[0] // step)
    taken = range(0, min(step, pixels.shape[0]), 2)
    total: npt.NDArray[Any] = pixels[: whole * step : step].astype(kind)
    for line in taken[1:]:
        total += pixels[line : whole * step : step]
    return total, len(taken)


def _at_least_a_block(pixels: Pixels) -> Pixels:
    more = [(0, max(0, BLOCK - side)) for side in pixels.shape]
    return np.pad(pixels, more, "edge") if any(after for _, after in more) else pixels


def block_sums(pixels: Pixels, top: int, left: int, rows: int, columns: int) -> Sums:
    """Sums of 4x4 blocks, the first of them at `top` and `left`."""
    part = pixels[top : top + rows * BLOCK, left : left + columns * BLOCK]
    lines = part[::BLOCK].astype(np.int32)
    for line in range(1, BLOCK):
        lines += part[line::BLOCK]
    sums = lines[:, ::BLOCK].copy()
    for column in range(1, BLOCK):
        sums += lines[:, column::BLOCK]
    return sums


def _edges(pixels: Pixels) -> Sums:
    """By thirds of the height, then of the width: how much each column, added up, differs from one before."""
    high, wide = pixels.shape[0] // REGIONS, pixels.shape[1] // REGIONS
    added = pixels[: high * REGIONS].reshape(REGIONS, high, -1).sum(1, dtype=np.int32)
    edges = added[:, APART:] - added[:, :-APART]
    thirds = [edges[:, k * wide : (k + 1) * wide - APART] for k in range(REGIONS)]
    return np.stack(thirds, 1).reshape(REGIONS * REGIONS, wide - APART)
