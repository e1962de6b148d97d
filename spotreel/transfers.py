"""Files on their way, and who hears of it."""

import threading
from pathlib import Path
from typing import Protocol

from spotreel.errors import LogsGone
from spotreel.job import Job
from spotreel.logs import gone_words, kept_at
from videojob_api.status import Attempt


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


def kept_lines(job: Job, attempt: Attempt, tail: int | None) -> list[str]:
    """The end of the log of an attempt whose pod is gone. Raises LogsGone or StoreError."""
    uri = kept_at(job, attempt)
    from job_runner.workspace.places import split_s3
    from job_runner.workspace.store import Missing
    from spotreel.stores import calls_of, store_words

    calls = calls_of(job.spec)
    bucket, key = split_s3(uri)
    with store_words():
        try:
            data = calls(uri, lambda: calls.client.get_object(Bucket=bucket, Key=key)["Body"].read())
        except Missing as error:
            raise LogsGone(gone_words(attempt, uri)) from error
    lines: list[str] = data.decode(errors="replace").splitlines()
    return lines if tail is None else lines[-tail:] if tail else []


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
