"""Each effect against a slow float reference, straight from its definition."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from job_runner.effects.blend import FULL, blend
from job_runner.effects.draw import fill, outline, spotlight
from job_runner.effects.picture import Edges
from tests.unit.runner.effects.reference import covered, halved, mixed, noise


@given(st.integers(0, 255), st.integers(0, 255), st.integers(0, FULL))
def test_blend_is_the_formula_rounded(before: int, value: int, share: int) -> None:
    plane = np.full((2, 2), before, np.uint8)
    blend(plane, value, share)
    assert abs(plane[0, 0] - (before + (value - before) * share / FULL)) <= 0.5


EDGES = st.builds(
    lambda left, top, width, height: Edges(left, top, left + width, top + height),
    st.floats(-10, 60), st.floats(-10, 45), st.floats(0.5, 70), st.floats(0.5, 50),
)  # fmt: skip


@given(EDGES, st.sampled_from([1.0, 0.5, 0.25]))
def test_filled_box(edges: Edges, opacity: float) -> None:
    picture, before = noise(), noise()
    fill(picture, edges, False, (200, 90, 160), opacity)
    share = covered(edges, (48, 64)) * opacity
    assert np.abs(picture.y - mixed(before.y, 200, share)).max() <= 2 + 190 * 2 / 16
    half = halved(share)
    assert np.abs(picture.u - mixed(before.u, 90, half)).max() <= 2 + 190 * 2 / 16


def test_box_on_whole_pixels_is_exact() -> None:
    picture, before = noise(), noise()
    fill(picture, Edges(8, 4, 20, 10), False, (200, 90, 160), 1.0)
    assert (picture.y[4:10, 8:20] == 200).all() and (picture.u[2:5, 4:10] == 90).all()
    picture.y[4:10, 8:20] = before.y[4:10, 8:20]
    assert (picture.y == before.y).all(), "nothing outside is touched"


@given(EDGES)
def test_outline_is_the_box_without_its_inside(edges: Edges) -> None:
    picture, before = noise(), noise()
    outline(picture, edges, False, 3.0, (200, 90, 160), 1.0)
    inner = edges.grown(-3)
    hollow = inner.right > inner.left and inner.bottom > inner.top
    share = covered(edges, (48, 64)) - (covered(inner, (48, 64)) if hollow else 0)
    assert np.abs(picture.y - mixed(before.y, 200, share)).max() <= 3 + 190 * 4 / 16


@pytest.mark.parametrize("ellipse", [True, False])
def test_spotlight(ellipse: bool) -> None:
    picture, before = noise(), noise()
    edges, feather, dim = Edges(10, 8, 50, 40), 0.3, 0.6
    spotlight(picture, edges, ellipse, dim, feather, 1.0)
    x = (np.arange(64) + 0.5 - 30) / 20
    y = (np.arange(48) + 0.5 - 24) / 16
    distance = np.hypot(x[None, :], y[:, None]) if ellipse else np.maximum(abs(x)[None, :], abs(y)[:, None])
    dark = np.clip((distance - (1 - feather)) / feather, 0, 1) * dim
    assert np.abs(picture.y - mixed(before.y, 16, dark)).max() <= 1.5
    assert (picture.y[20:28, 26:34] == before.y[20:28, 26:34]).all(), "the middle is left alone"
