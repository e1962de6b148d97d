"""Text that whoever exported a model has left in it: as much of it as is worth keeping."""

from collections.abc import Iterable

MOST_LETTERS = 1_000_000
"""Of all keys and texts together."""


def kept(found: Iterable[tuple[str, str]]) -> dict[str, str]:
    """By key, without what is too long for the room that is left."""
    metadata, left = {}, MOST_LETTERS
    for key, text in found:
        if len(key) + len(text) <= left:
            metadata[key] = text
            left -= len(key) + len(text)
    return metadata
