"""What windows hold, read again."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from job_runner.errors import WorkspaceCorrupt

Value = TypeVar("Value")


def all_of(analysis: str, windows: Iterable[bytes], unpacked: Callable[[bytes], Iterable[Value]]) -> Iterator[Value]:
    """Of all windows, in order. Raises WorkspaceCorrupt for one that is spoilt."""
    for number, data in enumerate(windows):
        try:
            if not data:
                # To gzip nothing is a file of no members.
                raise ValueError("it is empty")
            yield from list(unpacked(data))
        except (ValueError, RecursionError) as error:
            raise WorkspaceCorrupt(
                f"window {number} of analysis {analysis} is not what was written ({error}); delete the workspace"
            ) from error
