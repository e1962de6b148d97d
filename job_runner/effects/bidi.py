"""Which letters run from right to left: FriBiDi's levels (UAX 9), from the library that Pillow shapes with.

Pillow orders the letters of one call itself; a line of several fonts takes several calls, and their order is ours.
"""

import ctypes
import re
import sys
from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby
from typing import TypeVar
from unicodedata import bidirectional

from PIL import features

Item = TypeVar("Item")
NAMES = {"darwin": "libfribidi.0.dylib", "win32": "fribidi.dll"}
RIGHT_TO_LEFT = frozenset(("R", "AL", "AN", "RLE", "RLO", "RLI"))
LEFT_MARK, RIGHT_MARK = "\u200e", "\u200f"
_AUTO = 0x40
"""FRIBIDI_PAR_ON: the direction of the first letter that has one, else from left to right."""
_CONTROLS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def mixed(text: str) -> bool:
    """Whether any of it runs from right to left."""
    return any(bidirectional(c) in RIGHT_TO_LEFT for c in text)


def lead(paragraph: str) -> str:
    """A mark to begin each of its lines with, so that all have the paragraph's direction; none if it needs none."""
    if not mixed(paragraph):
        return ""
    return RIGHT_MARK if resolved(paragraph)[0] % 2 else LEFT_MARK


def without_controls(text: str) -> str:
    """The letters of a run whose direction is known."""
    return _CONTROLS.sub("", text)


def levels(text: str) -> Sequence[int]:
    """The embedding level of each character: odd ones run from right to left."""
    return resolved(text)[1] if mixed(text) else [0] * len(text)


@lru_cache(maxsize=512)
def resolved(text: str) -> tuple[int, tuple[int, ...]]:
    """The paragraph's level, and that of each character. All 0 where there is no FriBiDi."""
    library, length = _library(), len(text)
    if library is None:
        return 0, (0,) * length
    characters = (ctypes.c_uint32 * length)(*map(ord, text))
    types, brackets, found = ((kind * length)() for kind in (ctypes.c_uint32, ctypes.c_uint32, ctypes.c_int8))
    base = ctypes.c_uint32(_AUTO)
    library.fribidi_get_bidi_types(characters, length, types)
    library.fribidi_get_bracket_types(characters, length, types, brackets)
    library.fribidi_get_par_embedding_levels_ex(types, brackets, length, ctypes.byref(base), found)
    return base.value & 1, tuple(found)


@lru_cache(maxsize=1)
def _library() -> ctypes.CDLL | None:
    # Pillow loads the same file, by the same name; one without the other would be of no use.
    if not features.check("raqm"):
        return None
    try:
        return ctypes.CDLL(NAMES.get(sys.platform, "libfribidi.so.0"))
    except OSError:
        return None


def in_order(items: Sequence[Item], item_levels: Sequence[int]) -> list[Item]:
    """From left to right: every stretch of a level or higher turned round, the highest first (UAX 9, L2)."""
    order = list(range(len(items)))
    for level in range(max(item_levels, default=0), 0, -1):
        order = _turned(order, [item_levels[at] >= level for at in order])
    return [items[at] for at in order]


def _turned(order: Sequence[int], high: Sequence[bool]) -> list[int]:
    stretches = (list(group) for _, group in groupby(zip(order, high, strict=True), lambda pair: pair[1]))
    return [at for stretch in stretches for at, _ in (stretch[::-1] if stretch[0][1] else stretch)]
