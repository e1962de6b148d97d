"""The progress line of files on their way into a store, or out of it."""

import threading
import time
from pathlib import Path

from job_runner.cli.progress import clock, filled, size
from job_runner.cli.width import base


class Moving:
    """Hears of bytes, from several threads, and shows them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stage, self._name, self._size, self._done, self._began = "", "", 0, 0, time.monotonic()
        self._news: list[str] = []

    def begin(self, stage: str, path: Path, size: int) -> None:
        """The next file, or the next that is done with it."""
        with self._lock:
            self._stage, self._name, self._size = stage, base(path.name), size
            self._done, self._began = 0, time.monotonic()

    def count(self, size: int) -> None:
        """So many bytes are done."""
        with self._lock:
            self._done += size

    def end(self, path: Path, uri: str, sent: bool) -> None:
        """Says where it is."""
        with self._lock:
            self._news.append(self.said(path, uri, sent))

    def said(self, path: Path, uri: str, sent: bool) -> str:
        """Of a file that is in the store."""
        return f"{'uploaded' if sent else 'found'}  {base(path.name)} → {uri}"

    def text(self, room: int | None) -> str:
        """The line."""
        with self._lock:
            share = self._done / self._size if self._size else 0.0
            figures = [f"{share:4.0%}", f"{size(self._done)} of {size(self._size)}", self._left()]
            return filled(f"{self._stage} {self._name}", [figure for figure in figures if figure], room, share)

    def _left(self) -> str:
        """At the speed so far."""
        passed = time.monotonic() - self._began
        if not self._done or passed < 1:
            return ""
        speed = self._done / passed
        return f"{size(int(speed))}/s  {clock((self._size - self._done) / speed)} left"

    def news(self) -> list[str]:
        """Each line once."""
        with self._lock:
            said, self._news = self._news, []
        return said


class Fetching(Moving):
    """The same of files that come."""

    def said(self, path: Path, uri: str, sent: bool) -> str:
        """Of a file that is here."""
        return f"fetched  {uri} → {path}" if sent else f"found  {path}, fetched before"
