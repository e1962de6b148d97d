"""The fonts that words are written with, and which of them has a letter.

Asked in turn: the font that the text names, those that come with the runner, Noto Sans CJK (the extra `fonts`), and
Noto Color Emoji. Emoji ask the coloured ones first. What is not installed is left out.
"""

import io
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import sha256
from importlib import import_module
from importlib.util import find_spec
from os import environ
from pathlib import Path
from typing import Any

from PIL import ImageFont

from job_runner.effects.graphemes import ignorable, is_emoji, letters

SHIPPED = ("FiraGO_{}", "NotoSansSymbols2_Regular", "NotoSans_{}", "NotoSansSymbols_Regular", "NotoSansMath_Regular",
           "NotoMusic_Regular")  # fmt: skip
"""Of the package `pymupdf-fonts`: Latin, Greek, Cyrillic, Arabic, Hebrew, Thai, Devanagari, …, and symbols."""
CJK = "noto_cjk_sans_jp_{}"
"""A package a weight: Japanese forms, those of Chinese and Korean where the text's language asks for them."""
EMOJI = "NotoColorEmoji.ttf"
HOME = Path(environ.get("HOME", "/"))
FOLDERS = (
    Path("/usr/share/fonts/truetype/noto"),
    Path("/usr/share/fonts/noto"),
    Path("/usr/local/share/fonts"),
    HOME / ".local/share/fonts",
    HOME / "Library/Fonts",
)
"""Where that file may lie: Debian's package fonts-noto-color-emoji, others', a user's own."""


STRIKES = (109, 136, 160, 128, 96, 72, 64, 48, 32)
"""Sizes of the pictures in such fonts, in pixels; that of Noto Color Emoji first."""


class FontInvalidError(ValueError):
    """These bytes are no font."""


@dataclass(frozen=True)
class Face:
    """A font: a file that lies here, or its bytes. Opening a path costs a tenth of opening as many bytes."""

    source: Path | bytes

    @property
    def data(self) -> bytes:
        """The whole file."""
        return self.source if isinstance(self.source, bytes) else self.source.read_bytes()

    @cached_property
    def digest(self) -> str:
        """Tells two fonts apart."""
        return sha256(self.data).hexdigest()[:16]

    @cached_property
    def characters(self) -> frozenset[int]:
        """The characters it can draw; read when a letter is first looked for. Raises FontInvalidError."""
        return self._tables[0]

    @cached_property
    def colored(self) -> bool:
        """Whether its letters have colours of their own."""
        return self._tables[1]

    @cached_property
    def _tables(self) -> tuple[frozenset[int], bool]:
        # Most jobs write nothing, and fontTools takes its time.
        from fontTools.ttLib import TTFont, TTLibError

        try:
            with TTFont(self._opened, lazy=True, fontNumber=0) as font:
                names = font.getBestCmap() or {}
                painted = _painted(font)
                drawn = frozenset(number for number, name in names.items() if name not in painted)
                return drawn, any(table in font for table in ("CBDT", "sbix", "COLR"))
        except (OSError, TTLibError, KeyError, ValueError, AssertionError) as error:
            raise FontInvalidError(str(error) or type(error).__name__) from error

    @property
    def _opened(self) -> Any:
        return io.BytesIO(self.source) if isinstance(self.source, bytes) else str(self.source)

    @cached_property
    def strike(self) -> int | None:
        """The one size in pixels of a font that is made of pictures; None for outlines, which have any size."""
        for pixels in (None, *STRIKES):
            try:
                ImageFont.truetype(self._opened, pixels or 16)
            except OSError as error:
                if "pixel size" not in str(error):
                    raise FontInvalidError(str(error)) from error
                continue
            except ValueError as error:
                raise FontInvalidError(str(error)) from error
            return pixels
        raise FontInvalidError("its letters are pictures of a size that is not known here")

    @lru_cache(maxsize=64)  # noqa: B019 - faces live as long as the process
    def sized(self, pixels: int) -> ImageFont.FreeTypeFont:
        """Ready to draw; one made of pictures in its own size."""
        return ImageFont.truetype(self._opened, self.strike or pixels)

    def has(self, cluster: str) -> bool:
        """Whether it can draw all that is seen of a grapheme cluster."""
        return all(ord(c) in self.characters or ignorable(c) for c in cluster)


def _painted(font: Any) -> set[str]:
    """Letters that are only instructions to a painter that FreeType is not (COLR version 1)."""
    if "COLR" not in font or font["COLR"].version == 0:
        return set()
    listed = font["COLR"].table.BaseGlyphList
    return {record.BaseGlyph for record in listed.BaseGlyphPaintRecord} if listed else set()


@dataclass(frozen=True)
class Fonts:
    """What a text is written with: the font that it names, those in their order, and that of emoji."""

    named: Face | None
    plain: tuple[Face, ...]
    emoji: Face | None = None

    @property
    def first(self) -> Face:
        """What blanks are as wide as in, and whose box stands for what no font has."""
        return self.named if self.named and not self.named.colored else self.plain[0]

    def find(self, cluster: str) -> Face | None:
        """The first that has the cluster; None if no font has."""
        return _first_with(cluster, self)

    def of(self, cluster: str) -> Face:
        """The same, or what has its first character at least."""
        return self.find(cluster) or self.find(cluster[0]) or self.first

    def missing(self, content: str) -> list[str]:
        """The letters that no font has."""
        return sorted(cluster for cluster in letters(content) if self.find(cluster) is None)


@lru_cache(maxsize=4096)
def _first_with(cluster: str, fonts: Fonts) -> Face | None:
    named, colored = [fonts.named] if fonts.named else [], [fonts.emoji] if fonts.emoji else []
    if is_emoji(cluster):
        order = [*named, *colored, *fonts.plain]
    else:
        # Fonts of emoji have figures too, for keycaps.
        order = sorted([*named, *fonts.plain, *colored], key=lambda font: font.colored)
    return next((font for font in order if font.has(cluster)), None)


@lru_cache(maxsize=8)
def face(data: bytes) -> Face:
    """Read once, however many workers write with it. Raises FontInvalidError."""
    made = Face(data)
    _ = made.strike
    return made


@lru_cache(maxsize=16)
def bundled(name: str) -> Face:
    """A font of the package `pymupdf-fonts`, which keeps each as a module."""
    return Face(import_module(f"pymupdf_fonts.{name}").fontbuffer)


@lru_cache(maxsize=4)
def installed_cjk(weight: str) -> Face | None:
    """Chinese, Japanese and Korean, if the extra is here."""
    name = CJK.format(weight.lower())
    return Face(Path(str(import_module(name).FONT_PATH))) if find_spec(name) else None


@lru_cache(maxsize=1)
def installed_emoji() -> Face | None:
    """Emoji in colour, if the file is here. One whose emoji FreeType cannot draw counts as having none."""
    return next((Face(folder / EMOJI) for folder in FOLDERS if (folder / EMOJI).is_file()), None)


def faces(weight: str, own: bytes | None = None) -> Fonts:
    """All that are here, in the order in which they are asked for a letter. Raises FontInvalidError."""
    cjk = installed_cjk(weight)
    return Fonts(face(own) if own else None, (*_shipped(weight), *([cjk] if cjk else ())), installed_emoji())


def _shipped(weight: str) -> tuple[Face, ...]:
    return tuple(bundled(name.format(weight)) for name in SHIPPED)


def installed_for(texts: Iterable[tuple[str, str]]) -> list[str]:
    """Digests of the fonts that may be here or not, if these texts (weight, content) have letters for them.

    Two runners that have not the same ones would write other letters.
    """
    wanted: set[Face | None] = set()
    for weight, content in texts:
        always = Fonts(None, _shipped(weight))
        if any(is_emoji(letter) or always.find(letter) is None for letter in letters(content)):
            wanted |= {installed_cjk(weight), installed_emoji()}
    return sorted(font.digest if font else "none" for font in wanted)
