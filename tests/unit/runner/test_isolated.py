"""What is tried in a process of its own ends, says how, and takes nothing with it."""

import faulthandler
import os
import resource
import signal
import sys
import time

import pytest

from job_runner.isolated import MEMORY_BYTES, isolated
from job_runner.stop import Stop


def test_isolated_ends() -> None:
    stop = Stop(0)
    assert isolated(lambda: 7, 30, stop) == 7
    assert isolated(lambda: 1 // 0, 30, stop) == 1
    assert isolated(_crash, 30, stop) == -signal.SIGSEGV
    assert isolated(_sleep, 0.2, stop) is None
    stop.request()
    assert isolated(_sleep, 30, stop) is None


@pytest.mark.skipif(sys.platform != "linux", reason="macOS has these limits in name only")
def test_isolated_memory_is_limited() -> None:
    """Asked of the child: to take too much would fail on a small machine without a limit too."""
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    most = MEMORY_BYTES if hard == resource.RLIM_INFINITY else min(MEMORY_BYTES, hard)
    assert isolated(lambda: 10 + (resource.getrlimit(resource.RLIMIT_DATA)[0] == most), 30, Stop(0)) == 11
    assert isolated(lambda: 10 + (resource.getrlimit(resource.RLIMIT_CORE)[0] == 0), 30, Stop(0)) == 11


def test_isolated_is_silent_unless_it_may_speak(capfd: pytest.CaptureFixture[str]) -> None:
    assert isolated(_speak, 30, Stop(0)) == 0 and capfd.readouterr() == ("", "")
    assert isolated(_speak, 30, Stop(0), silent=False) == 0 and capfd.readouterr() == ("out", "err")


def _speak() -> int:
    os.write(1, b"out")
    os.write(2, b"err")
    return 0


def _crash() -> int:
    faulthandler.disable()
    signal.raise_signal(signal.SIGSEGV)
    return 0


def _sleep() -> int:
    time.sleep(60)
    return 0
