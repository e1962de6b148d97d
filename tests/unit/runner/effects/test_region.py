"""Blur and pixelate against their definitions, on NumPy and on torch."""

import numpy as np
import pytest

from job_runner.effects.assets import Assets
from job_runner.effects.blur import blur, blurred, pixelate
from job_runner.effects.overlay_kinds import pen, strength
from job_runner.effects.picture import Area, Coding, Edges
from tests.unit.runner.effects.kinds import KINDS, on, read
from tests.unit.runner.effects.reference import covered, gaussian, mixed, noise
from videojob_api.overlay import Overlay

BOX = {"left": 0, "top": 0, "width": 1, "height": 1}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("depth", [8, 10])
@pytest.mark.parametrize("sigma", [2.0, 5.0, 9.0, 20.0])
def test_blur_is_close_to_a_gaussian(kind: str, depth: int, sigma: float) -> None:
    """On noise, away from the border: the mean error is below 1 % of the swing, the worst below 4 %."""
    plane, margin = noise(240, 200, depth).y, int(2.5 * sigma)
    inner = Area(margin, margin, plane.shape[1] - 2 * margin, plane.shape[0] - 2 * margin)
    found = read(blurred(on(kind, noise(240, 200, depth)).y, inner, sigma, (1 << depth) - 1))
    wrong = np.abs(found - gaussian(plane, sigma)[margin:-margin, margin:-margin])
    swing = 220 << depth - 8
    assert wrong.mean() <= 0.01 * swing
    assert wrong.max() <= 0.04 * swing


@pytest.mark.parametrize("sigma", [1.0, 5.0, 20.0])
def test_blur_keeps_light_and_flat_areas(sigma: float) -> None:
    flat = np.full((90, 70), 77, np.uint8)
    soft = blurred(flat, Area(3, 5, 60, 70), sigma, 255)
    assert soft.shape == (70, 60) and (soft == 77).all()


@pytest.mark.parametrize("kind", KINDS)
def test_blur_stays_in_its_shape(kind: str) -> None:
    picture, before = on(kind, noise()), noise()
    edges = Edges(10, 10, 40, 36)
    blur(picture, edges, True, 4.0, 0.0, 1.0)
    outside = covered(edges, (48, 64), True) == 0
    assert (read(picture.y)[outside] == before.y[outside]).all()
    inside = covered(Edges(14, 14, 36, 32), (48, 64), True) == 1
    assert read(picture.y)[inside].std() < 0.3 * before.y[inside].std(), "inside it is unrecognisable"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("depth", "block"), [(8, 8), (10, 8), (8, 6), (8, 10)])
def test_pixelate_shows_means_of_squares(kind: str, depth: int, block: int) -> None:
    picture, before = on(kind, noise(depth=depth)), noise(depth=depth)
    pixelate(picture, Edges(8, 4, 48, 40), False, block, 0.0, 1.0)
    wanted = before.y.astype(float)
    for top in range(4, 40, block):
        for left in range(8, 48, block):
            part = np.s_[top : min(40, top + block), left : min(48, left + block)]
            wanted[part] = before.y[part].mean()
    assert np.abs(read(picture.y) - wanted).max() <= 1.01


def test_half_opacity_mixes() -> None:
    picture, full, before = noise(), noise(), noise()
    pixelate(full, Edges(8, 4, 48, 40), False, 8, 0.0, 1.0)
    pixelate(picture, Edges(8, 4, 48, 40), False, 8, 0.0, 0.5)
    wanted = mixed(before.y, full.y.astype(float), np.full(before.y.shape, 0.5))
    assert np.abs(picture.y - wanted).max() <= 1


@pytest.mark.parametrize("kind", ["blur", "pixelate"])
@pytest.mark.parametrize("height", [40, 120, 300])
def test_by_itself_a_region_hides_what_fills_it(kind: str, height: int) -> None:
    """Of detail as wide as the eyes, mouth and nose of a face, a seventh of its height, little contrast is left."""
    picture = noise(320, 320)
    rows, columns = np.indices((320, 320)) // max(1, round(height / 7))
    picture.y[:] = np.where((rows + columns) % 2, 200, 40)
    edges = Edges(8, 8, 8 + height, 8 + height)
    pen(Overlay.model_validate({kind: {}, "keyframes": [BOX]}), Coding(), Assets())(picture, edges, 1.0)
    middle = picture.y[8 + height // 4 : 8 + 3 * height // 4, 8 + height // 4 : 8 + 3 * height // 4]
    assert middle.std() < 0.5 * 80


def test_a_strength_that_is_given_counts() -> None:
    picture = noise(320, 180)
    assert strength(0.03, picture, Edges(0, 0, 90, 90)) == pytest.approx(0.03 * picture.size[1])
    assert strength(None, picture, Edges(0, 0, 90, 60.5)) == pytest.approx(60.5 / 5)
