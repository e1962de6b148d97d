"""Boxes, ellipses, spotlights and mixes against a slow float reference, on NumPy and on torch."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from job_runner.effects.blend import FULL, blend, mix
from job_runner.effects.draw import fill, outline, spotlight
from job_runner.effects.picture import Edges
from tests.unit.runner.effects.kinds import KINDS, on, read
from tests.unit.runner.effects.reference import covered, halved, mixed, noise

EDGES = st.builds(
    lambda left, top, width, height: Edges(left, top, left + width, top + height),
    st.floats(-10, 60), st.floats(-10, 45), st.floats(0.5, 70), st.floats(0.5, 50),
)  # fmt: skip


@given(st.integers(0, 255), st.integers(0, 255), st.integers(0, FULL))
def test_blend_is_the_formula_rounded(before: int, value: int, share: int) -> None:
    plane = np.full((2, 2), before, np.uint8)
    blend(plane, value, share)
    assert abs(plane[0, 0] - (before + (value - before) * share / FULL)) <= 0.5


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("depth", [8, 10])
@given(share=st.floats(0, 1))
def test_mix(kind: str, depth: int, share: float) -> None:
    """Crossfades and fades: within half a step of the float, and half of 1/256 of the difference."""
    picture, before, other = on(kind, noise(depth=depth)), noise(depth=depth), noise(depth=depth, seed=2)
    mix(picture, on(kind, other), share)
    for got, plane, value in zip(picture.planes, before.planes, other.planes, strict=True):
        wanted = mixed(plane, value.astype(float), np.full(plane.shape, share))
        assert np.abs(read(got) - wanted).max() <= 0.5 + 0.5 * (1 << depth) / FULL


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("ellipse", [False, True])
@given(edges=EDGES, opacity=st.sampled_from([1.0, 0.5, 0.25]))
def test_filled_shape(kind: str, ellipse: bool, edges: Edges, opacity: float) -> None:
    """Within what counting 16 by 16 points a pixel can tell."""
    picture, before = on(kind, noise()), noise()
    fill(picture, edges, ellipse, (200, 90, 160), opacity)
    share = covered(edges, (48, 64), ellipse) * opacity
    assert np.abs(read(picture.y) - mixed(before.y, 200, share)).max() <= 2 + 190 * 2 / 16
    assert np.abs(read(picture.u) - mixed(before.u, 90, halved(share))).max() <= 2 + 190 * 2 / 16


@pytest.mark.parametrize("ellipse", [False, True])
def test_edges_are_anti_aliased(ellipse: bool) -> None:
    """A shape of everyday size, against 64 by 64 points a pixel: within 3 % of full coverage."""
    picture = noise(96, 96)
    picture.y[...] = 0
    edges = Edges(10.3, 12.7, 80.1, 70.45)
    fill(picture, edges, ellipse, (255, 128, 128), 1.0)
    wanted = covered(edges, (96, 96), ellipse, 64) * 255
    assert np.abs(picture.y - wanted).max() <= 0.03 * 255
    assert len(np.unique(picture.y)) > (20 if ellipse else 3), "soft edges"


def test_box_on_whole_pixels_is_exact() -> None:
    picture, before = noise(), noise()
    fill(picture, Edges(8, 4, 20, 10), False, (200, 90, 160), 1.0)
    assert (picture.y[4:10, 8:20] == 200).all() and (picture.u[2:5, 4:10] == 90).all()
    picture.y[4:10, 8:20] = before.y[4:10, 8:20]
    assert (picture.y == before.y).all(), "nothing outside is touched"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("ellipse", [False, True])
@given(edges=EDGES)
def test_outline_is_the_shape_without_its_inside(kind: str, ellipse: bool, edges: Edges) -> None:
    picture, before = on(kind, noise()), noise()
    outline(picture, edges, ellipse, 3.0, (200, 90, 160), 1.0)
    inner = edges.grown(-3)
    share = covered(edges, (48, 64), ellipse) - (0 if inner.empty else covered(inner, (48, 64), ellipse))
    assert np.abs(read(picture.y) - mixed(before.y, 200, share)).max() <= 3 + 190 * 4 / 16


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("depth", [8, 10])
@pytest.mark.parametrize("ellipse", [True, False])
def test_spotlight(kind: str, depth: int, ellipse: bool) -> None:
    picture, before = on(kind, noise(depth=depth)), noise(depth=depth)
    edges, feather, dim = Edges(10, 8, 50, 40), 0.3, 0.6
    spotlight(picture, edges, ellipse, dim, feather, 1.0)
    x = (np.arange(64) + 0.5 - 30) / 20
    y = (np.arange(48) + 0.5 - 24) / 16
    distance = np.hypot(x[None, :], y[:, None]) if ellipse else np.maximum(abs(x)[None, :], abs(y)[:, None])
    dark = np.clip((distance - (1 - feather)) / feather, 0, 1) * dim
    black = 16 << depth - 8
    assert np.abs(read(picture.y) - mixed(before.y, black, dark)).max() <= 1.5 * (1 << depth - 8)
    assert (read(picture.y)[20:28, 26:34] == before.y[20:28, 26:34]).all(), "the middle is left alone"
