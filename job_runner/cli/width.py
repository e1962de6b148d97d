"""How wide text is in a terminal, and how it is made to fit."""

import unicodedata
from urllib.parse import unquote

_UNSEEN = ("Mn", "Me", "Cf")


def columns(text: str) -> int:
    """Columns of a terminal that `text` takes: two for most of East Asia's letters and for emoji, none for marks."""
    return sum(_column(letter) for letter in text)


def _column(letter: str) -> int:
    if unicodedata.category(letter) in _UNSEEN:
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def shortened(text: str, room: int) -> str:
    """`text` in at most `room` columns, its middle left out: beginnings and endings tell names apart."""
    if columns(text) <= room:
        return text
    if room < 3:
        return _start(text, room)
    tail = _start(text[::-1], (room - 1) // 2)[::-1]
    return f"{_start(text, room - 1 - columns(tail))}…{tail}"


def _start(text: str, room: int) -> str:
    """As much of the beginning as fits."""
    kept, taken = "", 0
    for letter in text:
        taken += _column(letter)
        if taken > room:
            break
        kept += letter
    return kept


def base(uri: str) -> str:
    """The last part of a URI as people know it; what would move a terminal's cursor shows as a question mark."""
    name = unquote(uri.rsplit("/", 1)[-1])
    return "".join(letter if letter.isprintable() else "?" for letter in name)
