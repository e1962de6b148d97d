"""Each effect against a slow float reference, straight from its definition."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from job_runner.effects.blend import FULL, blend
from job_runner.effects.box import Edges, fill, outline
from job_runner.effects.keyframes import EASINGS, value_at
from job_runner.effects.picture import Picture, yuv_of
from job_runner.effects.spotlight import spotlight

Float = npt.NDArray[np.float64]


def noise(width: int = 64, height: int = 48) -> Picture:
    random = np.random.default_rng(1)

    def make(rows: int, columns: int) -> npt.NDArray[np.uint8]:
        return random.integers(16, 236, (rows, columns), dtype=np.uint8)

    return Picture(make(height, width), make(height // 2, width // 2), make(height // 2, width // 2))


def coverage(edges: Edges, shape: tuple[int, int], oversample: int = 16) -> Float:
    """Share of each pixel inside, by counting points."""
    height, width = shape
    x = (np.arange(width * oversample) + 0.5) / oversample
    y = (np.arange(height * oversample) + 0.5) / oversample
    inside = ((x >= edges.left) & (x < edges.right))[None, :] & ((y >= edges.top) & (y < edges.bottom))[:, None]
    share: Float = inside.reshape(height, oversample, width, oversample).mean((1, 3))
    return share


def mixed(plane: npt.NDArray[np.uint8], value: int, share: Float) -> Float:
    result: Float = plane + (value - plane.astype(float)) * share
    return result


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
    fill(picture, edges, (200, 90, 160), opacity)
    share = coverage(edges, (48, 64)) * opacity
    assert np.abs(picture.y - mixed(before.y, 200, share)).max() <= 2 + 190 * 2 / 16
    half = share.reshape(24, 2, 32, 2).mean((1, 3))
    assert np.abs(picture.u - mixed(before.u, 90, half)).max() <= 2 + 190 * 2 / 16


def test_box_on_whole_pixels_is_exact() -> None:
    picture, before = noise(), noise()
    fill(picture, Edges(8, 4, 20, 10), (200, 90, 160), 1.0)
    assert (picture.y[4:10, 8:20] == 200).all() and (picture.u[2:5, 4:10] == 90).all()
    picture.y[4:10, 8:20] = before.y[4:10, 8:20]
    assert (picture.y == before.y).all(), "nothing outside is touched"


@given(EDGES)
def test_outline_is_the_box_without_its_inside(edges: Edges) -> None:
    picture, before = noise(), noise()
    outline(picture, edges, 3.0, (200, 90, 160), 1.0)
    inner = edges.grown(-3)
    hollow = inner.right > inner.left and inner.bottom > inner.top
    share = coverage(edges, (48, 64)) - (coverage(inner, (48, 64)) if hollow else 0)
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


@given(st.floats(0, 1))
def test_easings_go_from_0_to_1(x: float) -> None:
    for name, ease in EASINGS.items():
        assert -1e-6 <= ease(x) <= 1 + 1e-6
        if name != "Hold":
            assert ease(0.0) == pytest.approx(0, abs=1e-6) and ease(1.0) == pytest.approx(1, abs=1e-6)


def test_easing_is_that_of_css() -> None:
    assert EASINGS["EaseInOut"](0.5) == pytest.approx(0.5, abs=1e-6)
    assert EASINGS["EaseIn"](0.5) == pytest.approx(0.3153568, abs=1e-5)
    assert EASINGS["EaseOut"](0.5) == pytest.approx(0.6846432, abs=1e-5)


def test_keyframes_hold_outside() -> None:
    points = [(1.0, "Linear", (0.0,)), (3.0, "Linear", (10.0,)), (4.0, "Hold", (99.0,))]
    assert [value_at(points, t)[0] for t in (0, 1, 2, 3, 3.9, 4, 9)] == [0, 0, 5, 10, 10, 99, 99]


@pytest.mark.parametrize(
    ("rgb", "matrix", "yuv"),
    [((255, 255, 255), 1, (235, 128, 128)), ((0, 0, 0), 1, (16, 128, 128)), ((255, 0, 0), 1, (63, 102, 240)),
     ((255, 0, 0), 6, (81, 90, 240)), ((0, 0, 255), 5, (41, 240, 110))],
)  # fmt: skip
def test_colors_in_limited_range(rgb: tuple[int, int, int], matrix: int, yuv: tuple[int, int, int]) -> None:
    assert yuv_of(rgb, matrix) == yuv
