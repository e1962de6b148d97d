"""A VideoJob on its way to a cluster: its local inputs are read, named after their bytes, and brought into a store."""

import threading
from pathlib import Path
from typing import Any

from spotreel.digest import Digest, Stopped, digest
from spotreel.local_files import check_target, check_written, local_inputs, place_of, with_places
from spotreel.transfers import Watcher

Object = dict[str, Any]


class Submission:
    """`read`, then `upload`; `stop` from another thread ends either at once."""

    def __init__(self, videojob: Object, upload_to: str | None, watcher: Watcher) -> None:
        check_written(videojob)
        self._videojob, self._watcher, self._stop = videojob, watcher, threading.Event()
        self._paths = local_inputs(videojob)
        self._target = check_target(upload_to, self._paths) if self._paths else ""
        self._digests: dict[Path, Digest] = {}

    def read(self) -> Object:
        """The VideoJob with its inputs where they will be. Raises LocalFileError or Stopped."""
        for path in self._paths:
            self._watcher.begin("reading", path, path.stat().st_size if path.exists() else 0)
            self._digests[path] = digest(path, self._count)
        return with_places(self._videojob, {path: self._uri(path) for path in self._paths})

    def upload(self) -> None:
        """Brings each file to its place. Raises StoreError, LocalFileError or Stopped."""
        if not self._paths:
            return
        # boto3 takes a fifth of a second, which others need not wait for.
        from spotreel.stores import calls_of
        from spotreel.upload import Upload

        calls = calls_of(self._videojob["spec"])
        for path, found in self._digests.items():
            self._watcher.begin("uploading", path, found.size)
            sent = Upload(calls, self._uri(path), found, self._watcher.count, self._stop).run()
            self._watcher.end(path, self._uri(path), sent)

    def stop(self) -> None:
        """What is in hand ends with Stopped."""
        self._stop.set()

    def _uri(self, path: Path) -> str:
        return place_of(self._target, path, self._digests[path].sha256)

    def _count(self, size: int) -> None:
        if self._stop.is_set():
            raise Stopped
        self._watcher.count(size)
