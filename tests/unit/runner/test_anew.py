"""An interpreter of its own: how it ends is told, and it never outlives the question."""

import os
import signal
import time
from functools import partial
from pathlib import Path

import pytest

from job_runner.anew import anew
from job_runner.stop import Stop


def gives(code: int) -> int:
    return code


def dies(number: int) -> int:
    os.kill(os.getpid(), number)
    return 0


def raises() -> int:
    raise ValueError


def waits(file: Path) -> int:
    file.write_text(str(os.getpid()))
    time.sleep(60)
    return 0


@pytest.mark.parametrize(
    ("action", "code"),
    [(partial(gives, 0), 0), (partial(gives, 7), 7), (partial(dies, signal.SIGSEGV), -signal.SIGSEGV), (raises, 1)],
)
def test_how_it_ends(action: partial[int], code: int) -> None:
    assert anew(action, 60, Stop(0)) == code


class StopsOnce(Stop):
    """Requested, or broken off, as soon as the child is there."""

    def __init__(self, file: Path, error: Exception | None = None) -> None:
        super().__init__(0)
        self._file, self._error = file, error

    def wait(self, seconds: float) -> bool:
        time.sleep(seconds)
        if self._file.exists() and self._file.read_text():
            if self._error:
                raise self._error
            self.request()
        return self.requested


def is_gone(file: Path) -> bool:
    try:
        os.kill(int(file.read_text()), 0)
    except ProcessLookupError:
        return True
    return False


def test_a_stop_ends_it(tmp_path: Path) -> None:
    file = tmp_path / "pid"
    assert anew(partial(waits, file), 60, StopsOnce(file)) is None and is_gone(file)


def test_so_does_what_is_raised_meanwhile(tmp_path: Path) -> None:
    file = tmp_path / "pid"
    with pytest.raises(KeyError):
        anew(partial(waits, file), 60, StopsOnce(file, KeyError("interrupted")))
    assert is_gone(file)


def test_time_is_up(tmp_path: Path) -> None:
    assert anew(partial(waits, tmp_path / "pid"), 0.1, Stop(0)) is None
