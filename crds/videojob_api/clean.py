"""Makes text from outside fit to be shown: in a terminal by kubectl, in a status, in an event.

Pods, reports and specs may hold anything: escape sequences that rewrite the line before, characters that turn the
direction of reading, signs of no width, halves of surrogate pairs that no encoder takes.
"""

import re
import unicodedata

_ESCAPES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"  # control sequences: colours, cursor, erasing
    r"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?"  # titles, links and their like
    r"|\x1b[ -/]*[0-~]?"  # all others
)
_ELLIPSIS = "…"
_UNKNOWN = "\ufffd"
_READ = 8
"""Characters that are read for each byte that is kept: what goes on for ever is not read for ever."""


def clean(text: str, most: int) -> str:
    """One line of at most `most` bytes of UTF-8, without anything that a terminal would obey or not show."""
    begin = text[: _READ * most]
    shown = begin if begin.isprintable() else "".join(map(_shown, _ESCAPES.sub("", begin)))
    return _cut(" ".join(shown.split()), most)


def _shown(character: str) -> str:
    """Itself, a blank, a sign for what cannot be shown, or nothing."""
    if character.isprintable():
        return character
    category = unicodedata.category(character)
    if category == "Cf":
        return ""
    return _UNKNOWN if category in ("Cs", "Co", "Cn") else " "


def _cut(text: str, most: int) -> str:
    """An ellipsis stands for what is left out."""
    data = text.encode()
    if len(data) <= most:
        return text
    return data[: most - len(_ELLIPSIS.encode())].decode(errors="ignore") + _ELLIPSIS
