"""Memories of bounded size: the oldest entries make room."""

from typing import Any


def drop_oldest(kept: dict[Any, Any], most: int) -> None:
    """Until there are at most so many; what was put in first goes first."""
    while len(kept) > most:
        del kept[next(iter(kept))]
