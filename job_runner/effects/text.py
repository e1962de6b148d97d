"""Words as a bitmap: wrapped, aligned, in the first font that has their letters.

Shaping and the order of right-to-left scripts are HarfBuzz's and FriBiDi's, through Pillow. A letter that no font
has shows as that font's empty box: it must not vanish.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib import import_module
from itertools import groupby
from unicodedata import bidirectional, category, combining

import numpy as np
from PIL import Image, ImageDraw, ImageFont, features

from job_runner.effects.bitmap import RGBA

BUNDLED = {
    "Regular": ("FiraGO_Regular", "NotoSansSymbols2_Regular"),
    "Bold": ("FiraGO_Bold", "NotoSansSymbols2_Regular"),
}
LEADING = 1.2
"""Between lines, in font sizes."""

Color = tuple[int, int, int, int]


class FontInvalidError(ValueError):
    """These bytes are no font."""


@dataclass(frozen=True)
class Face:
    """A font file."""

    data: bytes

    @cached_property
    def characters(self) -> frozenset[int]:
        """The characters it has; read when a letter is first looked for. Raises FontInvalidError."""
        # Most jobs write nothing, and fontTools takes its time.
        from fontTools.ttLib import TTFont, TTLibError

        try:
            with TTFont(io.BytesIO(self.data), lazy=True, fontNumber=0) as font:
                return frozenset(font.getBestCmap() or {})
        except (OSError, TTLibError, KeyError, ValueError, AssertionError) as error:
            raise FontInvalidError(str(error) or type(error).__name__) from error

    @lru_cache(maxsize=32)  # noqa: B019 - faces live as long as the process
    def sized(self, pixels: int) -> ImageFont.FreeTypeFont:
        """Ready to draw."""
        return ImageFont.truetype(io.BytesIO(self.data), pixels)


@dataclass(frozen=True)
class Style:
    """Pixels and sRGB colours."""

    size: int
    color: Color
    align: str = "Left"
    stroke: Color | None = None
    stroke_width: int = 0
    background: Color | None = None

    @property
    def margin(self) -> int:
        """Between the words and the sides of the box: for their outline, and on a ground of their own."""
        return self.stroke_width + (round(self.size * 0.3) if self.background else 0)


@lru_cache(maxsize=8)
def face(data: bytes) -> Face:
    """Read once, however many workers write with it. Raises FontInvalidError."""
    try:
        ImageFont.truetype(io.BytesIO(data), 16)
    except (OSError, ValueError) as error:
        raise FontInvalidError(str(error) or type(error).__name__) from error
    return Face(data)


@lru_cache(maxsize=4)
def bundled(name: str) -> Face:
    """A font of the package `pymupdf-fonts`, which keeps each as a module."""
    return face(import_module(f"pymupdf_fonts.{name}").fontbuffer)


def faces(weight: str, own: bytes | None = None) -> list[Face]:
    """In the order in which they are asked for a letter."""
    return [*([face(own)] if own else []), *map(bundled, BUNDLED[weight])]


def draw_text(content: str, width: int, height: int, style: Style, fonts: Sequence[Face]) -> RGBA:
    """The words in a box of `width` by `height` pixels, in the middle of its height."""
    canvas = Image.new("RGBA", (max(1, width), max(1, height)), style.background or (*style.color[:3], 0))
    lines = wrapped(content, width - 2 * style.margin, style.size, fonts)
    step = round(LEADING * style.size)
    # Letters are blended as in a picture with alpha, so that their soft edges stay soft.
    layer = Image.new("RGBA", canvas.size, (*(style.stroke or style.color)[:3], 0))
    pen = ImageDraw.Draw(layer)
    for number, line in enumerate(lines):
        middle = height / 2 + (number - (len(lines) - 1) / 2) * step
        _line(pen, line, middle + 0.36 * style.size, width, style, fonts)
    return np.asarray(Image.alpha_composite(canvas, layer) if style.background else layer)


def _line(
    pen: ImageDraw.ImageDraw, line: str, baseline: float, width: int, style: Style, fonts: Sequence[Face]
) -> None:
    runs = visual(line, fonts)
    free = width - sum(_length(text, used, style.size) for text, used in runs)
    margin = style.margin
    left = {"Left": float(margin), "Center": free / 2, "Right": free - margin}[style.align]
    for text, used in runs:
        pen.text(
            (left, baseline),
            text,
            font=used.sized(style.size),
            fill=style.color,
            anchor="ls",
            stroke_width=style.stroke_width if style.stroke else 0,
            stroke_fill=style.stroke,
        )
        left += _length(text, used, style.size)


def _length(text: str, used: Face, size: int) -> float:
    return used.sized(size).getlength(text)


def wrapped(content: str, width: int, size: int, fonts: Sequence[Face]) -> list[str]:
    """Lines broken at blanks where they are too long; a word that is wider than the box stands alone."""
    lines = []
    for paragraph in content.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            longer = f"{line} {word}" if line else word
            if line and sum(_length(t, f, size) for t, f in runs(longer, fonts)) > width:
                lines.append(line)
                longer = word
            line = longer
        lines.append(line)
    return lines


def visual(line: str, fonts: Sequence[Face]) -> list[tuple[str, Face]]:
    """Runs from left to right; a line that begins in a right-to-left script runs the other way."""
    found = runs(line, fonts)
    return found[::-1] if _right_to_left(line) else found


def _right_to_left(line: str) -> bool:
    strong = next((kind for c in line if (kind := bidirectional(c)) in ("L", "R", "AL")), "L")
    return strong != "L"


def runs(line: str, fonts: Sequence[Face]) -> list[tuple[str, Face]]:
    """Pieces of one font each. Blanks, marks and joiners stay with what stands before them."""
    chosen: list[Face] = []
    for character in line:
        sticks = chosen and (character.isspace() or combining(character) or category(character) in ("Cf", "Mn"))
        chosen.append(chosen[-1] if sticks else _first_with(character, fonts))
    alike = (list(run) for _, run in groupby(zip(line, chosen, strict=True), lambda pair: id(pair[1])))
    return [("".join(character for character, _ in run), run[0][1]) for run in alike]


def _first_with(character: str, fonts: Sequence[Face]) -> Face:
    return next((font for font in fonts if ord(character) in font.characters), fonts[0])


def unordered(content: str) -> bool:
    """Whether this machine would write a right-to-left script from left to right: it has no FriBiDi."""
    return not features.check("raqm") and any(bidirectional(c) in ("R", "AL") for c in content)


def missing(content: str, fonts: Sequence[Face]) -> str:
    """The characters that no font has."""
    shown = {c for c in content if not c.isspace() and category(c) not in ("Cf", "Mn")}
    return "".join(sorted(c for c in shown if not any(ord(c) in font.characters for font in fonts)))
