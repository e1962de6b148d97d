"""A frame's memory as arrays."""

import av
import numpy as np
import pytest

from job_runner.media.cpu.planes import blank, bordered, copied, over, picture_of
from job_runner.media.recipe import Form, Recipe
from job_runner.plan.geometry import Placement, Rect
from job_runner.plan.matrix import Signal
from tests.unit.runner.media import numbered

FORMS = [Form((96, 64), "yuv420p", 1, False), Form((96, 64), "yuv420p10le", 9, True)]
EACH_FORM = pytest.mark.parametrize("form", FORMS, ids=lambda form: form.pixel_format)
EIGHT = FORMS[0]


def recipe(form: Form, placement: Placement | None = None, border: tuple[int, int, int] = (0, 0, 0)) -> Recipe:
    return Recipe(1, placement, Signal(form.matrix, form.full), form, border)


@EACH_FORM
def test_a_blank_frame_is_of_one_colour_everywhere(form: Form) -> None:
    frame = blank(form, (100, 90, 160))
    assert (frame.width, frame.height, frame.format.name) == (96, 64, form.pixel_format)
    picture = picture_of(frame, form)
    assert [set(np.unique(plane).tolist()) for plane in picture.planes] == [{100}, {90}, {160}]
    assert [plane.shape for plane in picture.planes] == [(64, 96), (32, 48), (32, 48)]
    assert (picture.depth, picture.full) == (form.depth, form.full)


@EACH_FORM
def test_what_is_written_into_the_arrays_is_in_the_frame(form: Form) -> None:
    frame = blank(form, (16, 128, 128))
    picture_of(frame, form).y[10, 20] = 77
    assert int(frame.to_ndarray()[10, 20]) == 77


def test_a_copy_is_nobody_elses() -> None:
    frame = numbered(5)
    copy = copied(frame, EIGHT)
    assert (copy.to_ndarray() == frame.to_ndarray()).all()
    picture_of(copy, EIGHT).y[...] = 1
    assert (frame.to_ndarray() == numbered(5).to_ndarray()).all()


def test_a_border_lies_around_the_picture() -> None:
    inner = blank(EIGHT.sized((32, 16)), (200, 90, 160))
    place = Placement(Rect(0, 0, 32, 16), (32, 16), 40, 20)
    picture = picture_of(bordered(inner, recipe(EIGHT, place, (255, 255, 255))), EIGHT)
    assert (picture.y[20:36, 40:72] == 200).all() and (picture.u[10:18, 20:36] == 90).all()
    assert (picture.v[10:18, 20:36] == 160).all()
    picture.y[20:36, 40:72], picture.u[10:18, 20:36] = 235, 128
    assert (picture.y == 235).all() and (picture.u == 128).all(), "white everywhere else"


@pytest.mark.parametrize(("alpha", "luma"), [(255, 200), (0, 16), (128, 108)])
def test_transparent_pixels_show_what_is_under_them(alpha: int, luma: int) -> None:
    """Colours come multiplied by alpha, as the filters give them: counted from black."""
    frame = av.VideoFrame(96, 64, "yuva420p")
    for plane, value in zip(frame.planes, (16 + round(184 * alpha / 255), 128, 128, alpha), strict=True):
        plane.update(bytes([value]) * plane.buffer_size)
    picture = picture_of(over(frame, recipe(EIGHT)), EIGHT)
    assert np.abs(picture.y.astype(int) - luma).max() <= 1
    assert (picture.u == 128).all() and (picture.v == 128).all()
