"""A file's name on a picture, in whatever script it is: letters that no font here has are told by their code points."""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from unicodedata import category

from PIL import Image, ImageDraw, ImageFont

from job_runner.effects.fonts import Fonts, faces
from job_runner.effects.graphemes import Line, clusters, unseen
from job_runner.effects.text import Style, ink_of, write_line

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont
WEIGHT, SIZE = "Regular", 13
ELLIPSIS = "…"
_ORDERS = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Change the order of letters: with them a name can pretend to be another."""
_UNSHOWN = ("Cc", "Cs", "Zl", "Zp")
"""Unicode's categories of controls, of halves of a pair, and of ends of lines."""


@dataclass(frozen=True)
class Title:
    """A line of text, ready to be drawn; `width` is in pixels."""

    width: int
    draw: Callable[[Image.Image, tuple[int, int]], None]
    """On a picture, from the left end of its baseline on."""


def title(name: str, room: float, color: tuple[int, int, int], plain: Font) -> Title:
    """A name in so many pixels, its middle left out if it is too wide.

    One of ASCII is written in the font that is `plain`, others in fonts that have their letters.
    """
    if name.isascii() and name.isprintable():
        return _plain(shortened(tuple(name), room, lambda line: plain.getlength("".join(line))), color, plain)
    fonts, style = faces(WEIGHT), Style(SIZE, (*color, 255))
    line = shortened(legible(name, fonts), room, lambda some: ink_of(some, style, fonts).advance)
    return Title(
        ceil(ink_of(line, style, fonts).advance),
        lambda image, spot: write_line(image, line, spot, style, fonts),
    )


def _plain(line: Line, color: tuple[int, int, int], font: Font) -> Title:
    text = "".join(line)
    return Title(
        ceil(font.getlength(text)), lambda image, spot: ImageDraw.Draw(image).text(spot, text, color, font, "ls")
    )


def legible(name: str, fonts: Fonts) -> Line:
    """Its letters as people see them; what cannot be seen is spelt, such as \\u8a66."""
    return tuple(shown for cluster in clusters(name) for shown in _shown(cluster, fonts))


def _shown(cluster: str, fonts: Fonts) -> Line:
    hidden = any(c in _ORDERS or category(c) in _UNSHOWN for c in cluster)
    if not hidden and (unseen(cluster) or fonts.find(cluster)):
        return (cluster,)
    return tuple(cluster.encode("unicode_escape").decode())


def shortened(line: Line, room: float, width: Callable[[Line], float]) -> Line:
    """A line in so much room, its middle left out if it is too wide: beginnings and endings tell names apart."""
    kept = len(line)
    short = line
    while width(short) > room and kept > 1:
        kept -= 1
        short = (*line[: kept - kept // 2], ELLIPSIS, *line[len(line) - kept // 2 :])
    return short
