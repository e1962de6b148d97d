"""Tables that say something of each member of a closed set: whole, and without a second word on any of them."""

from collections.abc import Callable, Collection, Iterable
from typing import TypeVar

Key = TypeVar("Key")
Row = TypeVar("Row")


def keyed(rows: Iterable[Row], key: Callable[[Row], Key]) -> dict[Key, Row]:
    """The rows by their keys, in their order. Raises ValueError that names a key with two rows."""
    found: dict[Key, Row] = {}
    for row in rows:
        if key(row) in found:
            raise ValueError(f"two rows for {key(row)!r}")
        found[key(row)] = row
    return found


def whole(members: Collection[Key], rows: Iterable[Row], key: Callable[[Row], Key]) -> dict[Key, Row]:
    """The rows by their keys, exactly one for each member.

    Raises ValueError that names members without a row, keys with two, and keys that are no members.
    """
    found = keyed(rows, key)
    if missing := [member for member in members if member not in found]:
        raise ValueError(f"no row for {_listed(missing)}")
    if others := [each for each in found if each not in members]:
        raise ValueError(f"rows for what is no member: {_listed(others)}")
    return found


def _listed(keys: Iterable[object]) -> str:
    return ", ".join(repr(key) for key in keys)
