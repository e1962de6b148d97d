"""What a user should know of words that will not be seen as they are written."""

from collections.abc import Iterator
from unicodedata import name

from job_runner.effects.graphemes import is_emoji
from job_runner.effects.picture import Edges
from job_runner.effects.text import unordered
from job_runner.effects.words import Words, box_of
from videojob_api.names import Note
from videojob_api.overlay import Overlay

NAMED = 8
"""Letters that a message names; of the others it tells how many."""


def spelling_notes(overlay: Overlay, words: Words, size: tuple[int, int]) -> Iterator[tuple[Note, str]]:
    """Kind and message of each: letters apart, letters that no font has, words that do not fit.

    `size` is the picture's.
    """
    content = overlay.text.content if overlay.text else ""
    if unordered(content):
        yield Note.TEXT_UNORDERED, "letters stand apart or in the wrong order; install libfribidi here"
    if lacking := words.fonts.missing(content):
        yield Note.GLYPHS_MISSING, f"no font here has {_named(lacking)}; {_remedy(lacking)}"
    if short := _shortened(words) or _outside(overlay, words, size):
        yield Note.TEXT_SHORTENED, short


def _shortened(words: Words) -> str:
    layout, least = words.layout, words.style.least
    if not layout.lines:
        return "the box is too small for a single letter; nothing is drawn; make the box larger"
    if layout.cut:
        shown = "".join(layout.lines[-1])[-20:]
        return f"cut after {shown!r}: {_too_much(layout.size)}"
    if layout.size < least:
        return f"smaller than shrinkTo says: {_too_much(layout.size)}"
    return ""


def _outside(overlay: Overlay, words: Words, size: tuple[int, int]) -> str:
    """Words may come in from outside, but must be whole in one keyframe at least, if any are known yet."""
    if not overlay.points:
        return ""
    inks = (words.ink(box_of(keyframe, size)) for keyframe in overlay.points)
    whole = any(_within(ink, size) for ink in inks)
    return (
        "" if whole else "part of the words is outside the picture in every keyframe; move the box, or make it smaller"
    )


def _within(ink: Edges, size: tuple[int, int]) -> bool:
    return ink.left > -1 and ink.top > -1 and ink.right < size[0] + 1 and ink.bottom < size[1] + 1


def _too_much(size: int) -> str:
    return f"the box is too small for all words in letters of {size} pixels; make it larger, or size or shrinkTo less"


def _named(lacking: list[str]) -> str:
    more = f" and {len(lacking) - NAMED} more" if len(lacking) > NAMED else ""
    return ", ".join(map(_spelt, lacking[:NAMED])) + more


def _spelt(letter: str) -> str:
    """The letter, its code points, and the name of the first that has one."""
    points = " ".join(f"U+{ord(c):04X}" for c in letter)
    return f"{letter} ({points} {name(letter[0], '')})".replace(" )", ")")


def _remedy(lacking: list[str]) -> str:
    here = "install Debian's fonts-noto-color-emoji" if all(map(is_emoji, lacking)) else "install spotreel[fonts]"
    return f"name one in text.font that has, or {here} if it is not here"
