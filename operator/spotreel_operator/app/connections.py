"""Which connections are kept: so many in all, so many of one client, so many new ones a second.

When there is no room left, the client with the most connections loses its newest: one that has a single connection is
never shut out by another that has hundreds.
"""

from collections.abc import Callable
from typing import Protocol

from spotreel_operator.app.buckets import Buckets

NEW_PER_SECOND = 50.0


class Connection(Protocol):
    """What is counted."""

    @property
    def client(self) -> str:
        """The address at the other end."""

    def abort(self) -> None:
        """Closes it at once."""


class Connections:
    """`admit` before anything is read, `release` when it is over."""

    def __init__(self, limit: int, per_client: int, refused: Callable[[], None] = lambda: None) -> None:
        self._limit, self._per_client, self._refused = limit, per_client, refused
        self._new = Buckets(NEW_PER_SECOND, max(NEW_PER_SECOND, per_client))
        self._of: dict[str, dict[Connection, None]] = {}
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def admit(self, connection: Connection, now: float) -> bool:
        """Whether it may stay; then it counts."""
        if not self._has_room(connection.client, now):
            self._refused()
            return False
        self._of.setdefault(connection.client, {})[connection] = None
        self._count += 1
        return True

    def release(self, connection: Connection) -> None:
        """It is over; a second time means nothing."""
        mine = self._of.get(connection.client, {})
        if connection in mine:
            del mine[connection]
            self._count -= 1
        if not mine:
            self._of.pop(connection.client, None)

    def _has_room(self, client: str, now: float) -> bool:
        mine = len(self._of.get(client, {}))
        if self._new.take(client, now) or mine >= self._per_client:
            return False
        return self._count < self._limit or self._make_room(mine + 1)

    def _make_room(self, wanted: int) -> bool:
        greediest = max(self._of.values(), key=len, default={})
        if len(greediest) <= wanted:
            return False
        newest = next(reversed(greediest))
        self.release(newest)
        newest.abort()
        self._refused()
        return True
