"""Frames of any pixel format, matrix and orientation in the output's form, without a file around them."""

import numpy as np
import pytest
from av.video.frame import VideoFrame

from job_runner.media.cpu.scale import Scaler
from job_runner.media.recipe import Form, Recipe
from job_runner.media.signal import is_rgb, signal_of
from job_runner.plan.facts import ColorTags
from tests.unit.runner.tagged import COLORS, Tags, at, codes, off, plain

GREYS = {"gray": 255, "gray10le": 1023, "gray12le": 4095, "gray16le": 65535, "ya8": 255, "ya16le": 65535}


@pytest.mark.parametrize("full", [None, True, False])
@pytest.mark.parametrize("name", GREYS)
def test_grey_keeps_its_values(name: str, full: bool | None) -> None:
    """Untagged grey is full range, as FFmpeg has it; limited is what is tagged so."""
    top = GREYS[name]
    unit = (top + 1) >> 8
    low, whole = (16 * unit, 219 * unit) if full is False else (0, top)
    shades = (0.0, 0.25, 0.5, 0.75, 1.0)
    frame = VideoFrame(96, 64, name)
    values = [round(low + whole * shade) for shade in shades]
    kind = np.dtype(np.uint8 if top == 255 else np.uint16)
    channels = 2 if name.startswith("ya") else 1
    rows = np.zeros((64, frame.planes[0].line_size // kind.itemsize), kind)
    for number, value in enumerate(values):
        rows[:, number * 18 * channels : (number + 1) * 18 * channels] = value
    if channels == 2:
        rows[:, 1::2] = top
    frame.planes[0].update(rows.tobytes())
    frame.color_range = {None: 0, True: 2, False: 1}[full]
    form = Form((96, 64), "yuv420p", 1, False)
    recipe = Recipe(1, None, signal_of(frame, ColorTags(), (96, 64)), form, (16, 128, 128))
    shown = Scaler().apply(frame, recipe)
    for number, shade in enumerate(shades):
        assert off(at(shown, (18 * number + 9) / 96), (16 + 219 * shade, 128, 128)) <= 1


FORMATS_OF_CAMERAS = [
    "yuv422p", "yuv444p", "yuv411p", "yuv410p", "yuv440p", "yuyv422", "uyvy422", "nv12", "nv16", "p010le",
    "p210le", "yuv420p12le", "yuv422p10le", "yuv444p16le", "yuv420p10be", "rgb24", "bgr24", "rgb48be", "bgr0",
    "gbrp", "gbrp10le", "gbrp16be", "x2rgb10le", "vuyx", "xv30le", "y212le",
]  # fmt: skip


@pytest.mark.parametrize("orientation", [1, 2, 4, 6, 7])
@pytest.mark.parametrize("name", FORMATS_OF_CAMERAS)
def test_every_pixel_format_keeps_its_colours(name: str, orientation: int) -> None:
    rgb = COLORS[0]
    if is_rgb(name):
        shown = np.full((64, 96, 3), np.rint(np.asarray(rgb) * 255), np.uint8)
        frame = VideoFrame.from_ndarray(shown, "rgb24").reformat(format=name)
    else:
        sides = {"src_colorspace": 1, "dst_colorspace": 1, "src_color_range": 1, "dst_color_range": 1}
        frame = plain(rgb, Tags(1), "yuv444p16le", (96, 64)).reformat(format=name, **sides)
    frame.colorspace, frame.color_range = (0, 2) if is_rgb(name) else (1, 1)
    source = signal_of(frame, ColorTags(), (96, 64))
    for form in (Form((96, 64), "yuv420p", 1, False), Form((64, 48), "yuv420p10le", 6, False),
                 Form((64, 48), "yuv420p", 9, True)):  # fmt: skip
        found = at(Scaler().apply(frame, Recipe(orientation, None, source, form, (16, 128, 128))))
        assert off(found, codes(rgb, form.matrix, form.full, form.depth)) <= 2 * (1 << (form.depth - 8))


def test_ycgco_is_converted() -> None:
    """Y, Cg, Co of ITU-T H.273 eq. 41 to 43, in limited range."""
    r, g, b = COLORS[0]
    y, cg, co = (r + 2 * g + b) / 4, (2 * g - r - b) / 4, (r - b) / 2
    frame = VideoFrame(96, 64, "yuv420p")
    for plane, value in zip(frame.planes, (16 + 219 * y, 128 + 224 * cg, 128 + 224 * co), strict=True):
        plane.update(bytes([round(value)]) * plane.buffer_size)
    frame.colorspace, frame.color_range = 8, 1
    form = Form((96, 64), "yuv420p", 1, False)
    found = Scaler().apply(frame, Recipe(1, None, signal_of(frame, ColorTags(), (96, 64)), form, (16, 128, 128)))
    assert off(at(found), codes(COLORS[0], 1)) <= 1.5


@pytest.mark.parametrize(("own", "matrix"), [(1, 1), (2, 6), (5, 6), (6, 5), (6, 6), (9, 9)])
def test_a_frame_that_needs_nothing_is_handed_on(own: int, matrix: int) -> None:
    frame = plain(COLORS[0], Tags(own), "yuv420p", (96, 64))
    recipe = Recipe(
        1, None, signal_of(frame, ColorTags(), (96, 64)), Form((96, 64), "yuv420p", matrix, False), (0, 0, 0)
    )
    assert Scaler().apply(frame, recipe) is frame
