"""Files on their way, and who hears of it."""

import threading
from pathlib import Path
from typing import Protocol

from spotreel.job import Job


class Watcher(Protocol):
    """Hears how far it is; from several threads."""

    def begin(self, stage: str, path: Path, size: int) -> None:
        """A file, and what is done with it: reading, uploading, fetching."""

    def count(self, size: int) -> None:
        """So many bytes of it are done."""

    def end(self, path: Path, uri: str, sent: bool) -> None:
        """It is where it was to go, or was there already."""


class Unwatched:
    """Nobody listens."""

    def begin(self, stage: str, path: Path, size: int) -> None:
        """Passes over it."""

    def count(self, size: int) -> None:
        """Passes over it."""

    def end(self, path: Path, uri: str, sent: bool) -> None:
        """Passes over it."""


UNWATCHED: Watcher = Unwatched()


def fetch(
    job: Job, to: Path | None, result: str | None, overwrite: bool, watcher: Watcher, stop: threading.Event
) -> Path:
    """See `AsyncClient.fetch`."""
    # boto3 takes a fifth of a second, which others need not wait for.
    from spotreel.fetching import Fetch, check_free, is_same, made_by, place_for
    from spotreel.stores import calls_of

    made = made_by(job, result)
    path = place_for(made, to)
    same = is_same(path, made)
    if not same:
        if not overwrite:
            check_free(path)
        watcher.begin("fetching", path, made.size)
        Fetch(calls_of(job.spec), made, path, watcher.count, stop).run()
    watcher.end(path, made.uri, not same)
    return path
