"""Images and fonts that overlays need, read whole, once a worker."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image, ImageOps, UnidentifiedImageError

from job_runner.effects.assets import Assets
from job_runner.effects.fonts import FontInvalidError, face
from job_runner.errors import InputInvalid
from job_runner.media.untrusted import MAX_PIXELS
from job_runner.workspace.ranges import Opened
from videojob_api.timeline import Timeline
from videojob_api.usage import fonts_of, images_of

if TYPE_CHECKING:
    from job_runner.effects.bitmap import RGBA

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")
MAX_BYTES = 64 * 2**20


def read_whole(media: Opened, name: str) -> bytes:
    """Raises InputInvalid for more than 64 MB: an image or a font is less."""
    file = Path(media).open("rb") if isinstance(media, str) else media  # noqa: SIM115
    with file:
        data = b"".join(iter(lambda: file.read(2**20) or b"", b"")) if _size(file) <= MAX_BYTES else None
    if data is None:
        raise InputInvalid(f"input {name} is larger than {MAX_BYTES >> 20} MB: too much for an image or a font")
    return data


def _size(file: io.IOBase | io.BufferedReader) -> int:
    end = file.seek(0, io.SEEK_END)
    file.seek(0)
    return end


def read_image(data: bytes, name: str) -> RGBA:
    """As it is to be seen, its EXIF orientation applied. Raises InputInvalid."""
    from job_runner.media.pixels import rgba_of

    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            if image.width * image.height > MAX_PIXELS:
                raise InputInvalid(f"input {name} has {image.width}x{image.height} pixels, {MAX_PIXELS} are the limit")
            return rgba_of(ImageOps.exif_transpose(image))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise InputInvalid(
            f"input {name} is not an image that can be read ({_words(error)}); use PNG or JPEG"
        ) from error


def _words(error: Exception) -> str:
    """Pillow names the object in memory that it has read."""
    return f"it is none of {', '.join(FORMATS)}" if isinstance(error, UnidentifiedImageError) else str(error)


def read_font(data: bytes, name: str) -> bytes:
    """The same bytes, if they are a font. Raises InputInvalid."""
    try:
        _ = face(data).characters
    except FontInvalidError as error:
        raise InputInvalid(f"input {name} is not a font that can be read ({error}); use TTF or OTF") from error
    return data


def load_assets(timeline: Timeline, open_input: Callable[[str], Opened]) -> Assets:
    """Everything that the timeline's overlays name."""
    images = {name: read_image(read_whole(open_input(name), name), name) for name in set(images_of(timeline))}
    fonts = {name: read_font(read_whole(open_input(name), name), name) for name in set(fonts_of(timeline))}
    return Assets(images, fonts)
