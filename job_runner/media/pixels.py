"""Any picture that Pillow opens, as 8 bit RGBA in sRGB.

Pillow's own conversion clips samples of 16 bit and floats at 255, and leaves colour profiles aside.
"""

import io
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageCms

_BITS_PER_SAMPLE, _PHOTOMETRIC, _WHITE_IS_ZERO = 258, 262, 0


def rgba_of(image: Image.Image) -> npt.NDArray[np.uint8]:
    """(height, width, 4), alpha not multiplied in. Raises ValueError for samples whose white nobody knows."""
    return np.asarray(_in_srgb(_of_bytes(image), image.info.get("icc_profile")))


def _of_bytes(image: Image.Image) -> Image.Image:
    if image.mode == "F":
        return Image.fromarray(_levels(np.nan_to_num(np.asarray(image, np.float64)).clip(0, 1), 1))
    if image.mode == "I":
        raise ValueError("its samples have 32 bits; save it with 16 or 8")
    return _of_words(image) if image.mode.startswith("I;") else image


def _of_words(image: Image.Image) -> Image.Image:
    """Grey of up to 16 bit, of which one value may be transparent."""
    words = np.asarray(image).astype(np.int64)
    tags: Any = getattr(image, "tag_v2", {})
    top = (1 << max(tags.get(_BITS_PER_SAMPLE, (16,)))) - 1
    grey = Image.fromarray(_levels(top - words if tags.get(_PHOTOMETRIC) == _WHITE_IS_ZERO else words, top))
    clear = image.info.get("transparency")
    if isinstance(clear, int):
        grey.putalpha(Image.fromarray(np.where(words == clear, 0, 255).astype(np.uint8)))
    return grey


def _levels(values: npt.NDArray[Any], top: int) -> npt.NDArray[np.uint8]:
    """0 to `top` as 0 to 255."""
    return np.rint(values * (255 / top)).clip(0, 255).astype(np.uint8)


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """RGBA; a profile that cannot be read or does not fit is as if there were none, as in browsers."""
    own = _profile(image, profile)
    if own is None:
        return image.convert("RGBA")
    colors = image if image.mode in ("RGB", "CMYK", "L", "LAB") else image.convert(_PLAIN.get(image.mode, "RGB"))
    try:
        done = ImageCms.profileToProfile(colors, own, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except ImageCms.PyCMSError:
        return image.convert("RGBA")
    assert done is not None
    if image.has_transparency_data:
        done.putalpha(image.convert("RGBA").getchannel("A"))
    return done.convert("RGBA")


_PLAIN = {"LA": "L", "1": "L"}


def _profile(image: Image.Image, profile: bytes | None) -> Any:
    """None for sRGB: converting it to itself would only round."""
    if image.mode == "LAB":
        return ImageCms.createProfile("LAB")
    try:
        own = ImageCms.ImageCmsProfile(io.BytesIO(profile)) if profile else None
    except OSError:
        return None
    return None if own is None or "sRGB" in ImageCms.getProfileDescription(own) else own
