"""Small grey pictures: what motion is measured on. Integers only, so that every machine sees the same.

Pictures of one size are measured together, in stacks: a call of NumPy costs more than the sums of one small picture.
"""

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
"""Height x width of a picture; a stack has pictures x height x width."""
Sums = npt.NDArray[np.int32]
"""The first axis is that of pictures."""


def small(luma: npt.NDArray[np.uint8 | np.uint16], depth: int = 8) -> Pixels:
    """Means of n by n pixels of a plane of luma, every second of them; n brings the longer side to 160 or less.

    Of interlaced pictures an even n sees one field only, as if they were not. What is smaller than a block is repeated.
    """
    height, width = luma.shape
    step = max(1, -(-max(height, width) // LONGEST))
    kind = np.uint16 if depth == 8 and step <= NARROW else np.uint32
    lines, count = _added(luma, step, kind)
    total, times = _added(lines.T, step, kind)
    mean = (total.T // (count * times)) >> (depth - 8)
    return _at_least_a_block(mean.astype(np.uint8))


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


def block_sums(stack: Pixels) -> Sums:
    """Sums of 4x4 blocks, from the upper left corner on, as many as fit: pictures x rows x columns."""
    height, width = (side // BLOCK * BLOCK for side in stack.shape[1:])
    return turned(line_sums(turned(line_sums(stack[:, :height, :width]))))


def line_sums(stack: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Sums of four lines each, 16 bits wide of pixels, else 32; the number of lines is a multiple of four."""
    lines: npt.NDArray[Any] = stack[:, ::BLOCK].astype(np.int16 if stack.dtype == np.uint8 else np.int32)
    for line in range(1, BLOCK):
        lines += stack[:, line::BLOCK]
    return lines


def turned(stack: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Columns as lines."""
    return stack.transpose(0, 2, 1)


def column_edges(stack: Pixels) -> Sums:
    """How much each column, added up by thirds of the height, differs from one before: pictures x 9 x columns.

    Regions go by thirds of the height, then of the width.
    """
    count, height, width = stack.shape
    high, wide = height // REGIONS, width // REGIONS
    added = stack[:, : high * REGIONS].reshape(count, REGIONS, high, width).sum(2, dtype=np.int32)
    edges = added[..., APART:] - added[..., :-APART]
    thirds = [edges[..., k * wide : (k + 1) * wide - APART] for k in range(REGIONS)]
    return np.stack(thirds, 2).reshape(count, REGIONS * REGIONS, wide - APART)


def line_edges(stack: Pixels) -> Sums:
    """The same of lines, by thirds of the width, then of the height."""
    return column_edges(np.ascontiguousarray(turned(stack)))
