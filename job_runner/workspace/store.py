"""The store protocol: what the runner asks of an object store, and nothing more.

Every write is atomic and, unless it replaces, first writer wins; who finds there what is its own write,
unacknowledged, has won too.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol


class Missing(Exception):
    """There is no such object."""


class Taken(Exception):
    """There is another object already."""


@dataclass(frozen=True)
class Stored:
    """An object's bytes and the metadata it was written with (empty where a store keeps none)."""

    data: bytes
    metadata: Mapping[str, str] = field(default_factory=dict)


class Store(Protocol):
    """A folder of objects. Keys are relative paths with slashes."""

    def list(self, prefix: str) -> set[str]:
        """Keys that begin with `prefix`, however many."""

    def get(self, key: str) -> Stored:
        """An object. Raises Missing."""

    def fetch(self, key: str, path: Path) -> Mapping[str, str]:
        """Copies an object of any size into a local file; its metadata. Raises Missing."""

    def metadata(self, key: str) -> Mapping[str, str] | None:
        """An object's metadata; None if it is not there."""

    def put(self, key: str, data: bytes, metadata: Mapping[str, str]) -> bool:
        """Writes an object that nobody else has written; False if somebody has, be it the same."""

    def put_file(self, key: str, path: Path, metadata: Mapping[str, str], replace: bool) -> None:
        """Writes a file. Raises Taken if other bytes are there and `replace` is false."""

    def delete(self, keys: Iterable[str]) -> None:
        """Removes objects; those that are gone already do not matter."""
