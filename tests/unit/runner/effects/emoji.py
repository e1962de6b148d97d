"""A font of pictures as Noto Color Emoji is one (CBDT): squares of one colour, made when a test needs them."""

import io
import struct
from functools import lru_cache

from fontTools.feaLib.builder import addOpenTypeFeaturesFromString
from fontTools.fontBuilder import FontBuilder
from fontTools.ttLib.tables.DefaultTable import DefaultTable
from PIL import Image

PIXELS = 109
SIDE = 100
SQUARES = {"face": (255, 0, 0), "woman": (0, 255, 0), "lens": (0, 0, 255), "scientist": (255, 255, 0), "one": (0, 0, 0)}
CHARACTERS = {0x1F600: "face", 0x1F469: "woman", 0x1F52C: "lens", 0x200D: "joiner", ord("1"): "one", 0x20: "blank"}
LIGATURE = "feature ccmp { sub woman joiner lens by scientist; } ccmp;"


@lru_cache(maxsize=1)
def emoji_font() -> bytes:
    """😀 is red; 👩 green and 🔬 blue, and joined they are one yellow square."""
    names = [".notdef", *SQUARES, "joiner", "blank"]
    builder = FontBuilder(PIXELS, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap(CHARACTERS)
    builder.setupHorizontalMetrics({name: (SIDE if name in SQUARES else 0, 0) for name in names})
    builder.setupHorizontalHeader(ascent=SIDE, descent=0)
    builder.setupOS2()
    builder.setupNameTable({"familyName": "Squares"})
    builder.setupPost()
    _pictures(builder)
    addOpenTypeFeaturesFromString(builder.font, LIGATURE)
    file = io.BytesIO()
    builder.save(file)
    return file.getvalue()


def _png(color: tuple[int, int, int]) -> bytes:
    file = io.BytesIO()
    Image.new("RGBA", (SIDE, SIDE), (*color, 255)).save(file, "PNG")
    return file.getvalue()


def _pictures(builder: FontBuilder) -> None:
    """The tables CBDT (small metrics and a PNG each) and CBLC (where each lies)."""
    images = [struct.pack(">BBbbBI", SIDE, SIDE, 0, SIDE, SIDE, len(png)) + png for png in map(_png, SQUARES.values())]
    places = [sum(map(len, images[:count])) for count in range(len(images) + 1)]
    lines = struct.pack(">bbBbbbbbbbbb", SIDE, 0, SIDE, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    below = struct.pack(">HHI", 1, len(images), 8) + struct.pack(">HHI", 1, 17, 4)
    below += b"".join(struct.pack(">I", place) for place in places)
    sizes = struct.pack(">IIII", 8 + 48, len(below), 1, 0) + lines + lines
    sizes += struct.pack(">HHBBBb", 1, len(images), PIXELS, PIXELS, 32, 1)
    for tag, data in (("CBDT", b"".join(images)), ("CBLC", struct.pack(">I", 1) + sizes + below)):
        table = DefaultTable(tag)
        table.data = struct.pack(">HH", 3, 0) + data
        builder.font[tag] = table
