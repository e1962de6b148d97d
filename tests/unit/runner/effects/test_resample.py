"""Moving crops: smooth below a pixel, no aliasing, the same bytes from Pillow and from the sums here."""

import itertools

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given

from job_runner.effects.picture import Picture
from job_runner.effects.resample import MOST, Box, Size, is_rows_first, resample, resize, resize_array
from job_runner.effects.taps import Taps, taps
from job_runner.plan.geometry import Placement, Rect
from tests.unit.runner.effects.kinds import KINDS, on, read
from tests.unit.runner.effects.planes import Case, resized

Float = npt.NDArray[np.float64]


@given(resized())
def test_the_sums_here_give_what_pillow_gives(case: Case) -> None:
    """Byte for byte: torch has the same sums, and Pillow must not change the order of its axes unnoticed."""
    plane, box, size, top = case
    assert (resize(plane, box, size, top) == resize_array(plane, box, size, top)).all()


@given(resized())
def test_pillow_does_what_the_definition_says(case: Case) -> None:
    """Two passes, each rounded, against one in floats: within two steps."""
    plane, box, size, top = case
    assert np.abs(read(resize(plane, box, size, top)) - defined(plane, box, size, top)).max() <= 2


def defined(plane: Float, box: Box, size: Size, top: int) -> Float:
    """By products with matrices; Pillow rounds the box to single precision, which shows where a plane is wide."""
    across = matrix(taps(box[0], box[2], size[0], plane.shape[1]), plane.shape[1])
    down = matrix(taps(box[1], box[3], size[1], plane.shape[0]), plane.shape[0])
    # Between the passes values are cut to what bytes, or words, hold.
    most = 255 if plane.dtype == np.uint8 else MOST
    if is_rows_first((plane.shape[1], plane.shape[0]), size):
        return np.asarray((down @ plane).clip(0, most) @ across.T).clip(0, top)
    return np.asarray(down @ (plane @ across.T).clip(0, most)).clip(0, top)


def matrix(by: Taps, length: int) -> Float:
    """(count, length): how much each source pixel has of each target pixel."""
    found = np.zeros((len(by.places), length))
    np.add.at(found, (np.arange(len(by.places))[:, None], by.places), by.weights)
    return found


@pytest.mark.parametrize(
    ("size", "target", "rows_first"),
    [
        ((64, 48), (64, 24), True),
        ((64, 48), (52, 24), False),
        ((64, 48), (53, 24), True),
        ((64, 48), (200, 48), False),
        ((64, 48), (200, 47), True),
        ((64, 48), (10, 90), False),
    ],
)
def test_which_axis_is_first(size: Size, target: Size, rows_first: bool) -> None:
    """The sizes of the whole planes decide, not those of the box."""
    assert is_rows_first(size, target) == rows_first


def wave(height: int, width: int, shift: float = 0.0, scale: float = 1.0) -> Float:
    """A smooth pattern known at every point, by its formula; steep, so that rounding to bytes moves nothing."""
    x = ((np.arange(width) + 0.5) * scale + shift)[None, :]
    y = ((np.arange(height) + 0.5) * scale)[:, None]
    found: Float = 128 + 60 * np.sin(x / 3.3) + 50 * np.cos(y / 4.1 + x / 7.7)
    return found


def as_picture(luma: Float) -> Picture:
    """Chroma carries the same pattern, sited on the left of each pair of luma pixels as in MPEG."""
    height, width = luma.shape
    return Picture(np.rint(luma).astype(np.uint8), _chroma(height, width), _chroma(height, width))


def _chroma(height: int, width: int, shift: float = 0.0, scale: float = 1.0) -> npt.NDArray[np.uint8]:
    x = ((2 * np.arange(width // 2) + 0.5) * scale + shift)[None, :]
    y = ((2 * np.arange(height // 2) + 1.0) * scale)[:, None]
    return np.asarray(np.rint(128 + 60 * np.sin(x / 3.3) + 50 * np.cos(y / 4.1 + x / 7.7)), np.uint8)


def registered(a: Float, b: Float) -> float:
    """How far `b`'s content lies to the left of `a`'s, in pixels: least squares on the horizontal gradient."""
    gradient = (a[:, 2:] - a[:, :-2]) / 2
    return float(((b - a)[:, 1:-1] * gradient).sum() / (gradient * gradient).sum())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("scale", [1.0, 0.5])
def test_a_pan_of_a_tenth_of_a_pixel_shows_no_steps(kind: str, scale: float) -> None:
    """Each frame is registered against the one before: 0.1 source pixels further, within 0.02."""
    source, frames = on(kind, as_picture(wave(120, 400))), []
    for number in range(30):
        target = on(kind, as_picture(np.zeros((96, 160))))
        crop = Rect(20 + 0.1 * number, 4, 160 * scale, 96 * scale)
        resample(source, Placement(crop, (160, 96), 0, 0), target)
        frames.append(read(target.y))
    steps = [registered(a, b) for a, b in itertools.pairwise(frames)]
    assert np.allclose(steps, 0.1 / scale, atol=0.02 / scale), steps


@pytest.mark.parametrize("scale", [0.4, 1.0, 1.7])
def test_luma_and_chroma_stay_together(scale: float) -> None:
    """Against the formula itself, at every scale: chroma has its own siting, and must not drift from luma."""
    target = as_picture(np.zeros((60, 160)))
    resample(as_picture(wave(200, 400)), Placement(Rect(30.3, 0, 160 * scale, 60 * scale), (160, 60), 0, 0), target)
    inner = np.s_[4:-4, 4:-4]
    assert np.abs(target.y - wave(60, 160, 30.3, scale))[inner].max() <= 2.5
    assert np.abs(target.u.astype(float) - _chroma(60, 160, 30.3, scale))[inner].max() <= 3.5


def test_getting_smaller_does_not_alias() -> None:
    """Stripes finer than the target's pixels become grey, not a pattern of their own."""
    stripes = np.tile(np.array([0, 255], np.uint8), (120, 200))
    found = resize(stripes, (0, 0, 400, 120), (90, 27)).astype(float)
    assert np.abs(found[:, 3:-3] - 127.5).max() <= 6
