"""Slow, obviously right: every effect in floats, straight from its definition."""

from typing import Any

import numpy as np
import numpy.typing as npt

from job_runner.effects.picture import Edges, Picture

Float = npt.NDArray[np.float64]


def noise(width: int = 64, height: int = 48, depth: int = 8, seed: int = 1) -> Picture:
    """A picture of random code values."""
    random = np.random.default_rng(seed)

    def make(rows: int, columns: int) -> Any:
        kind = np.uint8 if depth == 8 else np.uint16
        return random.integers(16 << depth - 8, 236 << depth - 8, (rows, columns), dtype=kind)

    return Picture(make(height, width), make(height // 2, width // 2), make(height // 2, width // 2), depth)


def covered(edges: Edges, shape: tuple[int, int], ellipse: bool = False, oversample: int = 16) -> Float:
    """Share of each pixel inside, by counting points."""
    height, width = shape
    x = (np.arange(width * oversample) + 0.5) / oversample
    y = (np.arange(height * oversample) + 0.5) / oversample
    if ellipse:
        across = (x - (edges.left + edges.right) / 2) / ((edges.right - edges.left) / 2)
        down = (y - (edges.top + edges.bottom) / 2) / ((edges.bottom - edges.top) / 2)
        inside = across[None, :] ** 2 + down[:, None] ** 2 < 1
    else:
        inside = ((x >= edges.left) & (x < edges.right))[None, :] & ((y >= edges.top) & (y < edges.bottom))[:, None]
    share: Float = inside.reshape(height, oversample, width, oversample).mean((1, 3))
    return share


def halved(plane: Float) -> Float:
    """Means of two by two."""
    height, width = plane.shape
    result: Float = plane.reshape(height // 2, 2, width // 2, 2).mean((1, 3))
    return result


def mixed(plane: Any, value: Any, share: Float) -> Float:
    """`plane` moved to `value` by a share of 0 to 1."""
    result: Float = plane + (value - plane.astype(float)) * share
    return result


def gaussian(plane: Any, sigma: float) -> Float:
    """A true Gaussian, far enough out, the border repeated."""
    reach = int(6 * sigma) + 1
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    weights /= weights.sum()
    padded = np.pad(plane.astype(float), reach, mode="edge")
    rows = np.apply_along_axis(lambda row: np.convolve(row, weights, "valid"), 1, padded)
    result: Float = np.apply_along_axis(lambda column: np.convolve(column, weights, "valid"), 0, rows)
    return result
