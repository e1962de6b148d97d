"""Something that may crash, tried in a process of its own: small, silent, and not for ever."""

import os
import resource
import signal
from collections.abc import Callable
from contextlib import suppress
from typing import NoReturn

from job_runner.stop import Stop
from job_runner.supervise import die_with

MEMORY_BYTES = 4 * 2**30
"""Enough for a decoder of the largest picture that is let in; the rest of the machine is the others'."""

POLL_SECONDS = 0.05


def isolated(action: Callable[[], int], seconds: float, stop: Stop, silent: bool = True) -> int | None:
    """The exit code that `action` gives, negative for the signal that ended it; 1 for an error that it raised.

    None after so many seconds, or once `stop` is requested. The caller must have no threads.
    """
    parent = os.getpid()
    child = os.fork()
    if not child:
        confined(parent, action, silent)
    left = seconds
    while left > 0 and not stop.requested:
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            return os.waitstatus_to_exitcode(status)
        stop.wait(POLL_SECONDS)
        left -= POLL_SECONDS
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None


def confined(parent: int, action: Callable[[], int], silent: bool) -> NoReturn:
    """Ends this process with what `action` gives, within the memory that it may have, and with the parent.

    Nothing of the caller's is run at the end: no `finally` of its, no atexit.
    """
    code = 1
    try:
        die_with(parent)
        _limit(resource.RLIMIT_CORE, 0)
        _limit(resource.RLIMIT_DATA, MEMORY_BYTES)
        if silent:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, 1)
            os.dup2(nowhere, 2)
        code = action()
    finally:
        os._exit(code)


def _limit(kind: int, most: int) -> None:
    """Where the system knows that limit: macOS has it in name only."""
    _, hard = resource.getrlimit(kind)
    with suppress(OSError, ValueError):
        resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
