"""Child processes that never outlive us, and ports nobody else has."""

import ctypes
import os
import random
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)
_PAGE = os.sysconf("SC_PAGE_SIZE")


def die_with_parent() -> None:
    """For `preexec_fn`: the kernel kills the child when its parent is gone, however that went."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def die_with_parent_as(user: int) -> None:
    """The same as another user, of whom the kernel must be told last: it forgets the signal where a user changes."""
    os.setgroups([])
    os.setgid(user)
    os.setuid(user)
    die_with_parent()


def resident(pid: int) -> int:
    """Bytes in memory of a process and of all that it has started; 0 once it is gone."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        children = [
            int(child) for file in Path(f"/proc/{pid}/task").glob("*/children") for child in file.read_text().split()
        ]
    except (OSError, IndexError):
        return 0
    return pages * _PAGE + sum(resident(child) for child in children)


def free_port() -> int:
    """A port below the ephemeral range, so that no outgoing connection can take it meanwhile."""
    for port in random.sample(range(18000, 32000), 200):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
    raise RuntimeError("no free port between 18000 and 32000")


class Child:
    """A process with its log in a file; as another `user`, by number, where this one may become that."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        log: Path,
        env: Mapping[str, str] | None = None,
        user: int | None = None,
    ) -> None:
        self.name, self.command, self.log = name, list(command), log
        log.parent.mkdir(parents=True, exist_ok=True)
        self._file = log.open("ab")
        self.process = subprocess.Popen(
            self.command,
            stdout=self._file,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            env={**os.environ, **(env or {})},
            preexec_fn=die_with_parent if user is None else lambda: die_with_parent_as(user),
            start_new_session=True,
        )

    def wait_until(self, ready: Callable[[], bool], seconds: float = 60) -> None:
        """Polls; raises with the log's end if the process dies or never gets ready."""
        deadline = time.monotonic() + seconds
        while not ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{self.name} did not start:\n{self.tail()}")
            time.sleep(0.05)

    def tail(self, lines: int = 15) -> str:
        """The last lines of the log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def signal(self, number: signal.Signals) -> None:
        """To this process alone."""
        if self.process.poll() is None:
            self.process.send_signal(number)

    def stop(self, grace: float = 0) -> int | None:
        """SIGTERM, then SIGKILL after `grace` seconds; to the whole group. Gives the exit code."""
        if self._file.closed:
            # Stopped before: its number may be another process's by now.
            return self.process.returncode
        if grace and self.process.poll() is None:
            self.process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(grace)
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        code = self.process.wait()
        self._file.close()
        return code
