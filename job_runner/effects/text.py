"""Words as a bitmap: in lines, aligned, in fonts that have their letters.

Shaping and the order of right-to-left scripts are HarfBuzz's and FriBiDi's, through Pillow. A letter that no font
has shows as a font's empty box: it must not vanish.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import ceil, floor
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, features

from job_runner.effects.bidi import mixed
from job_runner.effects.bitmap import RGBA
from job_runner.effects.fonts import Fonts
from job_runner.effects.graphemes import Line, letters, pieces
from job_runner.effects.layout import Layout, lay_out
from job_runner.effects.runs import Run, visual

LEADING = 1.2
"""Between lines, in font sizes."""
MIDDLE = 0.36
"""From the middle of a line to its baseline, in font sizes: half of a capital."""
LANGUAGE = "en"
"""Where a text says none. Without one, HarfBuzz would ask the machine's locale."""

Color = tuple[int, int, int, int]


@dataclass(frozen=True)
class Style:
    """Pixels and sRGB colours. `least` is the smallest size that letters may shrink to; 0: the same size."""

    size: int
    color: Color
    align: str = "Left"
    stroke: Color | None = None
    stroke_width: int = 0
    background: Color | None = None
    least: int = 0
    language: str | None = None

    @property
    def outline(self) -> int:
        """Width of the stroke that is drawn."""
        return self.stroke_width if self.stroke else 0

    @property
    def pad(self) -> int:
        """Between the words and the sides of a ground of their own."""
        return round(self.size * 0.3) if self.background else 0

    def at(self, size: int) -> "Style":
        """The same, smaller; the stroke with the letters."""
        thin = max(1, self.stroke_width * size // self.size) if self.stroke_width else 0
        return replace(self, size=size, stroke_width=thin)


@dataclass(frozen=True)
class Ink:
    """What is seen of a line, from where its baseline begins, and how far it goes on."""

    advance: float = 0
    left: int = 0
    top: int = 0
    right: int = 0
    bottom: int = 0


@dataclass(frozen=True)
class _Box:
    """A `Setting` of the layout: a rectangle, and letters of a style in it."""

    width: int
    height: int
    style: Style
    fonts: Fonts

    @property
    def most(self) -> int:
        return self.height // max(1, _step(self.style)) + 1

    def wide(self, line: Line) -> bool:
        # A word of ten thousand letters is not measured to its end.
        begin = line[: 4 + 4 * self.width // self.style.size]
        return self._wide(begin) or (begin != line and self._wide(line))

    def _wide(self, line: Line) -> bool:
        ink = ink_of(line, self.style, self.fonts)
        return max(ink.right, ceil(ink.advance)) - min(ink.left, 0) > self.width - 2 * self.style.pad

    def high(self, lines: Sequence[Line]) -> bool:
        top, bottom = _extent(lines, self.style, self.fonts)
        return bottom - top > self.height


def _step(style: Style) -> int:
    return round(LEADING * style.size)


def _extent(lines: Sequence[Line], style: Style, fonts: Fonts) -> tuple[int, int]:
    """The first and last row of the ink, from the first baseline."""
    inks = [(ink_of(line, style, fonts), number * _step(style)) for number, line in enumerate(lines)]
    return min(ink.top + down for ink, down in inks), max(ink.bottom + down for ink, down in inks)


def lay_text(content: str, width: int, height: int, style: Style, fonts: Fonts) -> Layout:
    """How the words go into a box of `width` by `height` pixels."""

    def at(size: int) -> _Box:
        return _Box(width, height, style.at(size), fonts)

    return lay_out(pieces(content), style.size, min(style.size, style.least or style.size), at)


def needed(layout: Layout, style: Style, fonts: Fonts) -> tuple[int, int]:
    """Width and height of the smallest box that the lines go into."""
    if not layout.lines:
        return 1, 1
    style = style.at(layout.size)
    inks = [ink_of(line, style, fonts) for line in layout.lines]
    top, bottom = _extent(layout.lines, style, fonts)
    width = max(max(ink.right, ceil(ink.advance)) - min(ink.left, 0) for ink in inks)
    return max(1, width + 2 * style.pad), max(1, bottom - top)


def draw_text(content: str, width: int, height: int, style: Style, fonts: Fonts) -> RGBA:
    """The words in a box of `width` by `height` pixels, in the middle of its height."""
    width, height = max(1, width), max(1, height)
    return draw_layout(lay_text(content, width, height, style, fonts), width, height, style, fonts)


def draw_layout(layout: Layout, width: int, height: int, style: Style, fonts: Fonts) -> RGBA:
    """Lines that were laid out for this box, or for one that is smaller."""
    canvas = Image.new("RGBA", (width, height), style.background or (*style.color[:3], 0))
    # Letters are blended as in a picture with alpha, so that their soft edges stay soft.
    layer = Image.new("RGBA", canvas.size, (*(style.stroke or style.color)[:3], 0))
    style = style.at(layout.size)
    spots = places(layout, width, height, style, fonts)
    # All outlines first: that of a letter must not cover the letter before it, nor the line above.
    for outlined in (True, False) if style.outline else (False,):
        for line, spot in zip(layout.lines, spots, strict=True):
            _draw_line(layer, line, spot, style, fonts, outlined)
    return np.asarray(Image.alpha_composite(canvas, layer) if style.background else layer)


def places(layout: Layout, width: int, height: int, style: Style, fonts: Fonts) -> list[tuple[int, int]]:
    """Where each line's baseline begins; moved from where it belongs as far as ink would stick out."""
    if not layout.lines:
        return []
    count, step = len(layout.lines), _step(style)
    top, bottom = _extent(layout.lines, style, fonts)
    first = round(height / 2 - (count - 1) / 2 * step + MIDDLE * style.size)
    first = max(min(first, height - bottom), -top)
    inks = [ink_of(line, style, fonts) for line in layout.lines]
    return [(_left(ink, width, style), first + number * step) for number, ink in enumerate(inks)]


def covered(layout: Layout, width: int, height: int, style: Style, fonts: Fonts) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of the ink in a box."""
    style = style.at(layout.size)
    spots = places(layout, width, height, style, fonts)
    inks = [(spot, ink_of(line, style, fonts)) for spot, line in zip(spots, layout.lines, strict=True)]
    sides = [(x + ink.left, y + ink.top, x + ink.right, y + ink.bottom) for (x, y), ink in inks]
    lefts, tops, rights, bottoms = zip(*sides, strict=True) if sides else ((0,),) * 4
    return min(lefts), min(tops), max(rights), max(bottoms)


def _left(ink: Ink, width: int, style: Style) -> int:
    margin = style.pad + style.outline
    wanted = {"Left": margin, "Center": (width - ink.advance) / 2, "Right": width - margin - ink.advance}
    return max(min(round(wanted[style.align]), width - style.pad - ink.right), style.pad - ink.left)


@lru_cache(maxsize=4096)
def ink_of(line: Line, style: Style, fonts: Fonts) -> Ink:
    """What a line covers, its outline with it."""
    spans, at = [], 0.0
    for run in visual(line, fonts):
        left, top, right, bottom = _bounds(run, style)
        if right > left and bottom > top:
            spans.append((floor(at + left), top, ceil(at + right), bottom))
        at += _length(run, style)
    if not spans:
        return Ink(at)
    lefts, tops, rights, bottoms = zip(*spans, strict=True)
    return Ink(at, min(lefts), min(tops), max(rights), max(bottoms))


def _shaping(style: Style, run: Run) -> dict[str, Any]:
    """What Raqm is told, where it is there."""
    return {"direction": run.direction, "language": style.language or LANGUAGE} if features.check("raqm") else {}


def _length(run: Run, style: Style) -> float:
    length = run.face.sized(style.size).getlength(run.text, **_shaping(style, run))
    return length * style.size / run.face.strike if run.face.strike else length


def _bounds(run: Run, style: Style) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of the ink, from the baseline."""
    outline = 0 if run.face.strike else style.outline
    box = run.face.sized(style.size).getbbox(run.text, anchor="ls", stroke_width=outline, **_shaping(style, run))
    unit = style.size / run.face.strike if run.face.strike else 1
    left, top, right, bottom = (side * unit for side in box)
    return floor(left), floor(top), ceil(right), ceil(bottom)


def write_line(image: Image.Image, line: Line, spot: tuple[int, int], style: Style, fonts: Fonts) -> None:
    """Letters on a picture, without an outline, the baseline from `spot` on."""
    layer = Image.new("RGBA", image.size, (*style.color[:3], 0))
    _draw_line(layer, line, spot, style, fonts, outlined=False)
    image.paste(layer, mask=layer)


def _draw_line(
    layer: Image.Image, line: Line, spot: tuple[int, int], style: Style, fonts: Fonts, outlined: bool
) -> None:
    pen, at = ImageDraw.Draw(layer), float(spot[0])
    for run in visual(line, fonts):
        if not run.face.colored:
            pen.text(
                (at, spot[1]),
                run.text,
                font=run.face.sized(style.size),
                fill=style.stroke if outlined else style.color,
                anchor="ls",
                stroke_width=style.outline if outlined else 0,
                **_shaping(style, run),
            )
        elif not outlined:
            _draw_pictures(layer, run, (at, spot[1]), style)
        at += _length(run, style)


def _draw_pictures(layer: Image.Image, run: Run, spot: tuple[float, int], style: Style) -> None:
    """Letters with colours of their own: drawn in the size that they have, then resized."""
    left, top, right, bottom = _bounds(run, style)
    if right <= left or bottom <= top:
        return
    font, shaping = run.face.sized(style.size), _shaping(style, run)
    box = font.getbbox(run.text, anchor="ls", **shaping)
    large = Image.new("RGBA", (ceil(box[2] - box[0]), ceil(box[3] - box[1])))
    pen, start = ImageDraw.Draw(large), (-box[0], -box[1])
    pen.text(start, run.text, font=font, fill=style.color[:3], anchor="ls", embedded_color=True, **shaping)
    small = large.resize((right - left, bottom - top), Image.Resampling.LANCZOS)
    if style.color[3] < 255:
        small.putalpha(small.getchannel("A").point(lambda alpha: (alpha * style.color[3] + 127) // 255))
    whole = Image.new("RGBA", layer.size)
    whole.paste(small, (round(spot[0]) + left, spot[1] + top))
    layer.alpha_composite(whole)


def unordered(content: str) -> bool:
    """Whether this machine would write letters apart or in the wrong order: it has no FriBiDi."""
    return not features.check("raqm") and (mixed(content) or any(len(letter) > 1 for letter in letters(content)))
