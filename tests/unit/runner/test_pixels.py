"""Pictures of every kind keep their values: 8 bit sRGB of what the file says."""

import io
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt
import pytest
from av.video.frame import VideoFrame
from PIL import Image, ImageCms

from job_runner.errors import InputInvalid
from job_runner.media.assets import read_image
from tests.unit.runner.media import plan_of
from tests.unit.runner.tagged import at
from tests.unit.runner.test_signal import frames

Pixels = npt.NDArray[Any]
RAMP = np.tile(np.linspace(0, 65535, 64).round().astype(np.uint16), (16, 1))
"""Grey of 16 bit, black to white."""
SHADES = (RAMP / 257).astype(np.float64)


def saved(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def png(pixels: Pixels, pixel_format: str) -> bytes:
    """By FFmpeg, which writes 16 bit of several channels."""
    frame = VideoFrame(pixels.shape[1], pixels.shape[0], pixel_format)
    rows = np.frombuffer(memoryview(frame.planes[0]), np.uint8).reshape(-1, frame.planes[0].line_size).copy()
    data = pixels.astype(">u2").reshape(len(pixels), -1).view(np.uint8)
    rows[:, : data.shape[1]] = data
    frame.planes[0].update(rows.tobytes())
    coder: Any = av.CodecContext.create("png", "w")
    coder.width, coder.height, coder.pix_fmt, coder.time_base = frame.width, frame.height, pixel_format, Fraction(1)
    return b"".join(bytes(packet) for packet in [*coder.encode(frame), *coder.encode(None)])


def channels(*values: Pixels) -> Pixels:
    return np.stack(values, -1)


ALPHA = np.full_like(RAMP, 0x4080)
GREY: dict[str, bytes] = {
    "png, 16 bit": saved(Image.fromarray(RAMP)),
    "tiff, 16 bit": saved(Image.fromarray(RAMP), "TIFF"),
    "tiff, 16 bit, big-endian": saved(Image.fromarray(RAMP.astype(">u2")), "TIFF"),
    "tiff, float": saved(Image.fromarray((RAMP / 65535).astype(np.float32)), "TIFF"),
    "png, 16 bit RGB": png(channels(RAMP, RAMP, RAMP), "rgb48be"),
    "png, 8 bit": saved(Image.fromarray(SHADES.round().astype(np.uint8))),
    "png, palette": saved(Image.fromarray(SHADES.round().astype(np.uint8)).convert("P")),
    "jpeg": saved(Image.fromarray(SHADES.round().astype(np.uint8)), "JPEG", quality=100),
    "tiff, CMYK": saved(Image.fromarray(SHADES.round().astype(np.uint8)).convert("RGB").convert("CMYK"), "TIFF"),
}


@pytest.mark.parametrize("name", GREY)
def test_grey_keeps_its_shades(name: str) -> None:
    found = read_image(GREY[name], "logo").astype(float)
    assert np.abs(found[..., :3] - SHADES[..., None]).max() <= 1
    assert (found[..., 3] == 255).all()


CLEAR: dict[str, bytes] = {
    "png, 16 bit RGBA": png(channels(RAMP, RAMP, RAMP, ALPHA), "rgba64be"),
    "png, 16 bit grey and alpha": png(channels(RAMP, ALPHA), "ya16be"),
    "png, 8 bit grey and alpha": saved(
        Image.fromarray(channels(SHADES.round(), np.full_like(SHADES, 64)).astype(np.uint8), "LA")
    ),
}


@pytest.mark.parametrize("name", CLEAR)
def test_alpha_stays_beside(name: str) -> None:
    found = read_image(CLEAR[name], "logo").astype(float)
    assert np.abs(found[..., :3] - SHADES[..., None]).max() <= 1
    assert np.abs(found[..., 3] - 64).max() <= 1


def test_one_transparent_shade() -> None:
    found = read_image(saved(Image.fromarray(RAMP), transparency=int(RAMP[0, 5])), "logo")
    assert (found[:, 5, 3] == 0).all() and (np.delete(found, 5, axis=1)[..., 3] == 255).all()


def test_a_palette_with_a_transparent_entry() -> None:
    image = Image.new("P", (4, 2), 1)
    image.putpalette([255, 0, 0, 0, 255, 0])
    image.putpixel((0, 0), 0)
    found = read_image(saved(image, transparency=0), "logo")
    assert found[0, 0, 3] == 0 and found[1, 3].tolist() == [0, 255, 0, 255]


def test_black_and_white() -> None:
    found = read_image(saved(Image.fromarray(SHADES > 100)), "logo")
    assert set(np.unique(found[..., :3])) == {0, 255}


def test_floats_beyond_white_are_white() -> None:
    values = np.array([[-1, 0, 0.5, 7, np.nan]], np.float32)
    assert read_image(saved(Image.fromarray(values), "TIFF"), "logo")[0, :, 0].tolist() == [0, 0, 128, 255, 0]


def test_samples_of_32_bit_are_refused() -> None:
    image = Image.fromarray(np.arange(16, dtype=np.int32).reshape(4, 4))
    with pytest.raises(InputInvalid, match=r"logo .* 32 bits; save it with 16 or 8"):
        read_image(saved(image, "TIFF"), "logo")


SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
SWAPPED = SRGB.replace(b"rXYZ", b"????").replace(b"bXYZ", b"rXYZ").replace(b"????", b"bXYZ")
SWAPPED = SWAPPED.replace("sRGB".encode("utf-16-be"), "RGBs".encode("utf-16-be"))
"""A profile in which red is what is blue elsewhere."""


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P"])
def test_a_profile_is_applied(mode: str) -> None:
    image = Image.new("RGB", (4, 4), (204, 102, 0)).convert(mode)
    found = read_image(saved(image, icc_profile=SWAPPED), "logo")[0, 0].astype(int)
    assert np.abs(found - (0, 102, 204, 255)).max() <= 1


def test_lab_is_shown() -> None:
    red = ImageCms.profileToProfile(
        Image.new("RGB", (4, 4), (250, 30, 20)), ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"),
        outputMode="LAB",
    )  # fmt: skip
    assert red is not None
    assert np.abs(read_image(saved(red, "TIFF"), "logo")[0, 0].astype(int) - (250, 30, 20, 255)).max() <= 8


def test_a_profile_that_says_srgb_changes_nothing() -> None:
    image = Image.fromarray(np.random.default_rng(1).integers(0, 255, (8, 8, 3), np.uint8))
    assert (read_image(saved(image, icc_profile=SRGB), "logo")[..., :3] == np.asarray(image)).all()


@pytest.mark.parametrize("profile", [b"no profile at all", bytes(200)])
def test_a_spoilt_profile_is_left_aside(profile: bytes) -> None:
    image = Image.new("RGBA", (4, 4), (10, 200, 30, 40))
    assert read_image(saved(image, icc_profile=profile), "logo")[0, 0].tolist() == [10, 200, 30, 40]


@pytest.mark.parametrize("name", ["png, 16 bit", "png, 8 bit", "png, 16 bit RGB", "jpeg"])
def test_the_same_as_a_clip(tmp_path: Path, name: str) -> None:
    path = tmp_path / ("v.jpg" if name == "jpeg" else "v.png")
    path.write_bytes(GREY[name])
    paths = {"main": path}
    frame = frames(plan_of(paths), paths, [0])[0]
    for column in (1, 20, 40, 62):
        assert abs(at(frame, column / 64)[0] - (16 + 219 * SHADES[0, column] / 255)) <= 1.2
