"""Members by a key, in the order in which they came: one look-up instead of a walk over everything."""

from collections.abc import Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)


class Index(Generic[K]):
    """uids by a key that many of them share. A key without members takes no memory."""

    def __init__(self) -> None:
        self._members: dict[K, dict[str, None]] = {}

    def __len__(self) -> int:
        return len(self._members)

    def add(self, key: K, uid: str) -> None:
        """Files a key under a uid; doing it twice is doing it once."""
        self._members.setdefault(key, {})[uid] = None

    def discard(self, key: K, uid: str) -> None:
        """Takes a key from a uid, if it is there."""
        members = self._members.get(key, {})
        members.pop(uid, None)
        if not members:
            self._members.pop(key, None)

    def of(self, key: K) -> list[str]:
        """The members of now; a list of its own."""
        return list(self._members.get(key, ()))
