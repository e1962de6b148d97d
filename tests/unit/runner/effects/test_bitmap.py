"""Logos: premultiplied, at any size and place."""

import tracemalloc

import numpy as np
import pytest
from PIL import Image

from job_runner.effects.bitmap import Bitmap, bitmap, draw_bitmap, inside
from job_runner.effects.color import color_of
from job_runner.effects.picture import Coding, Edges
from tests.unit.runner.effects.kinds import KINDS, on, read
from tests.unit.runner.effects.reference import mixed, noise


def disc(size: int = 64) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """Orange with a soft edge; what is transparent is green, which must never show."""
    x = (np.arange(size) + 0.5) / size - 0.5
    far = np.hypot(x[None, :], x[:, None])
    rgba = np.zeros((size, size, 4), np.uint8)
    rgba[...] = (0, 255, 0, 0)
    rgba[far < 0.5, :3] = (240, 120, 20)
    rgba[..., 3] = np.rint(255 * np.clip((0.5 - far) * 8, 0, 1))
    return rgba


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("depth", [8, 10])
def test_in_its_own_size_it_is_the_formula(kind: str, depth: int) -> None:
    coding = Coding(depth=depth)
    picture, before = on(kind, noise(128, 96, depth)), noise(128, 96, depth)
    draw_bitmap(picture, bitmap(disc(), coding), Edges(20, 10, 84, 74), 0.8)
    share = np.zeros((96, 128))
    share[10:74, 20:84] = disc()[..., 3] / 255 * 0.8
    wanted = mixed(before.y, color_of((240, 120, 20), coding)[0], share)
    assert np.abs(read(picture.y) - wanted).max() <= 2 * (1 << depth - 8)


def test_scaled_it_is_pillows_own_alpha_compositing() -> None:
    """Against RGBA scaled by Pillow and composited there: nothing green at the edges."""
    picture, before = noise(128, 96), noise(128, 96)
    draw_bitmap(picture, bitmap(disc(), Coding()), Edges(20, 10, 60, 50), 1.0)
    small = np.asarray(Image.fromarray(disc()).resize((40, 40), Image.Resampling.BICUBIC)).astype(float)
    wanted = mixed(before.y[10:50, 20:60], color_of((240, 120, 20), Coding())[0], small[..., 3] / 255)
    assert np.abs(picture.y[10:50, 20:60] - wanted).max() <= 4


def test_it_moves_below_a_pixel() -> None:
    columns = []
    for shift in (0.0, 0.25, 0.5, 0.75, 1.0):
        picture = noise(128, 96)
        picture.y[...] = 16
        draw_bitmap(picture, bitmap(disc(), Coding()), Edges(20 + shift, 10, 84 + shift, 74), 1.0)
        light = picture.y.astype(float).sum(0) - 16 * 96
        columns.append(float((light * np.arange(128)).sum() / light.sum()))
    assert np.allclose(np.diff(columns), 0.25, atol=0.02)


@pytest.mark.parametrize("edges", [Edges(-30, -30, 34, 34), Edges(100, 60, 164, 124), Edges(-200, 0, -100, 50)])
def test_half_outside(edges: Edges) -> None:
    picture = noise(128, 96)
    draw_bitmap(picture, bitmap(disc(), Coding()), edges, 1.0)


def test_aspect_is_kept() -> None:
    assert inside((200, 100), Edges(0, 0, 100, 100)) == Edges(0, 25, 100, 75)
    assert isinstance(bitmap(disc(), Coding()), Bitmap)


@pytest.mark.parametrize("width", [40.0, 8.0, 1.3, 0.7, 0.01, 1e-6])
def test_shrunk_to_nothing_it_neither_fails_nor_takes_memory(width: float) -> None:
    """A logo that grows out of a point: padding must not grow with the shrinking."""
    big = bitmap(np.full((1000, 1000, 4), 255, np.uint8), Coding())
    picture = noise(128, 96)
    picture.y[...] = 16
    tracemalloc.start()
    draw_bitmap(picture, big, Edges(30, 30, 30 + width, 30 + width), 1.0)
    highest = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert highest < 40e6
    light = (picture.y.astype(float) - 16).sum() / 219
    assert light == pytest.approx(width * width, rel=0.25, abs=0.3)
