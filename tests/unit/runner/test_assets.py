"""Images and fonts are read whole, or refused with the input's name."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from job_runner.effects.fonts import bundled
from job_runner.errors import InputInvalid
from job_runner.media import assets
from job_runner.media.assets import FORMATS, load_assets, read_font, read_image, read_whole
from videojob_api.timeline import Timeline

FONT = bundled("NotoSansSymbols2_Regular").data
BOX = {"left": 0, "top": 0, "width": 1, "height": 1}


class Stored(io.RawIOBase):
    """An object of a store, as it is read."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self._inner = io.BytesIO(data)

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._inner.seek(offset, whence)

    def readinto(self, buffer: Any) -> int:
        return self._inner.readinto(buffer)


def picture(form: str = "PNG", size: tuple[int, int] = (6, 4), **options: Any) -> bytes:
    """Red, with a green corner at the top left."""
    image = Image.new("RGB", size, (255, 0, 0))
    image.putpixel((0, 0), (0, 255, 0))
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_that_is_told_is_read(form: str) -> None:
    assert read_image(picture(form), "logo").shape == (4, 6, 4)


def test_an_image_is_as_it_is_to_be_seen() -> None:
    """EXIF's orientation 6: turned by a quarter clockwise, the corner comes to the right."""
    exif = Image.Exif()
    exif[274] = 6
    found = read_image(picture("PNG", exif=exif), "logo")
    assert found.shape == (6, 4, 4)
    assert found[0, 3].tolist() == [0, 255, 0, 255] and found[0, 0].tolist() == [255, 0, 0, 255]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"no image at all", f"input logo is not an image that can be read (it is none of {', '.join(FORMATS)})"),
        (picture("PNG")[:60], "input logo is not an image that can be read"),
        (picture("PPM"), "it is none of PNG"),
    ],
    ids=("text", "cut", "ppm"),
)
def test_what_is_no_image(data: bytes, words: str) -> None:
    with pytest.raises(InputInvalid) as raised:
        read_image(data, "logo")
    assert words in str(raised.value)


def test_too_many_pixels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assets, "MAX_PIXELS", 23)
    with pytest.raises(InputInvalid, match="input logo has 6x4 pixels, 23 are the limit"):
        read_image(picture(), "logo")


def test_a_font_comes_back_as_it_is() -> None:
    assert read_font(FONT, "brand") == FONT
    with pytest.raises(InputInvalid, match="input brand is not a font that can be read"):
        read_font(picture(), "brand")


def test_a_path_and_a_stream_are_read_alike_up_to_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_bytes(b"x" * 100)
    assert read_whole(str(tmp_path / "a"), "a") == read_whole(Stored(b"x" * 100), "a") == b"x" * 100
    monkeypatch.setattr(assets, "MAX_BYTES", 99)
    for media in (str(tmp_path / "a"), Stored(b"x" * 100)):
        with pytest.raises(InputInvalid, match="input a is larger than"):
            read_whole(media, "a")


def test_a_timeline_gets_what_its_overlays_name_each_once() -> None:
    words = {"text": {"content": "a", "font": {"input": "brand"}}, "keyframes": [BOX]}
    image = {"image": {"input": "logo"}, "keyframes": [BOX]}
    timeline = Timeline.model_validate({"overlays": [image, words, image, {"blur": {}, "keyframes": [BOX]}]})
    opened: list[str] = []

    def open_input(name: str) -> Stored:
        opened.append(name)
        return Stored({"logo": picture(), "brand": FONT}[name])

    found = load_assets(timeline, open_input)
    assert sorted(opened) == ["brand", "logo"]
    assert found.fonts == {"brand": FONT}
    assert np.array_equal(found.images["logo"], read_image(picture(), "logo"))
