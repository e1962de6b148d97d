"""The end of a runner's log, kept in the workspace: its pod goes with the node, and with the pod its log.

Written every minute and at the end, as it stands on standard output, which holds no secrets. Nothing that goes wrong
with it stops the work or is logged: it would be about itself.
"""

import hashlib
import logging
import tempfile
import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path

from job_runner.errors import RunnerError
from job_runner.workspace import names
from job_runner.workspace.store import Missing, Store, Taken

INTERVAL = 60.0
MOST_BYTES = 65_536


class LogTail(logging.Handler):
    """The last lines, of at most so many bytes."""

    def __init__(self, most: int = MOST_BYTES) -> None:
        super().__init__()
        self._lines: deque[str] = deque()
        self._most, self._size, self.number = most, 0, 0

    def emit(self, record: logging.LogRecord) -> None:
        """Takes a line in, and lets go of the oldest."""
        line = self.format(record) + "\n"
        self._lines.append(line)
        self._size += len(line.encode())
        self.number += 1
        while self._size > self._most and len(self._lines) > 1:
            self._size -= len(self._lines.popleft().encode())

    def text(self) -> str:
        """All of them."""
        self.acquire()
        try:
            return "".join(self._lines)
        finally:
            self.release()


class LogKeeper:
    """Writes an attempt's tail from a thread of its own, while it changes."""

    def __init__(self, tail: LogTail, store: Callable[[], Store], attempt: str, after_success: bool) -> None:
        """`after_success`: also once the job's result is there, when a workspace is cleared of all else."""
        self._tail, self._store, self._key, self._always = tail, store, names.log(attempt), after_success
        self._over, self._written = threading.Event(), 0
        self._thread = threading.Thread(target=self._run, name="log-tail", daemon=True)

    def start(self) -> None:
        """Until `finish`."""
        self._thread.start()

    def finish(self, seconds: float) -> None:
        """The last lines; waits for no longer than this."""
        self._over.set()
        self._thread.join(max(0.0, seconds))

    def _run(self) -> None:
        store: Store | None = None
        over = False
        while not over:
            over = self._over.wait(INTERVAL)
            try:
                store = store or self._store()
                self._write(store)
            except (RunnerError, Missing, Taken, OSError):
                continue

    def _write(self, store: Store) -> None:
        number = self._tail.number
        if number == self._written or not (self._always or store.metadata(names.RESULT) is None):
            return
        data = self._tail.text().encode()
        with tempfile.NamedTemporaryFile() as file:
            Path(file.name).write_bytes(data)
            store.put_file(self._key, Path(file.name), {"sha256": hashlib.sha256(data).hexdigest()}, replace=True)
        self._written = number


def keep_log(store: Callable[[], Store], attempt: str, after_success: bool) -> LogKeeper:
    """Of all that is logged from here on, in the form that standard output has."""
    tail, root = LogTail(), logging.getLogger()
    if root.handlers:
        tail.setFormatter(root.handlers[0].formatter)
    root.addHandler(tail)
    keeper = LogKeeper(tail, store, attempt, after_success)
    keeper.start()
    return keeper
