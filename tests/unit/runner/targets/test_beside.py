"""Work beside a block: its value, its error, and its end when the block is left."""

import threading
from collections.abc import Callable

import pytest

from job_runner.errors import Disrupted
from job_runner.stop import Stop
from job_runner.targets.beside import Beside

SECONDS = 30


def until_told(ended: threading.Event) -> Callable[[Callable[[], None]], None]:
    """Work that has no end of its own."""

    def work(stop_here: Callable[[], None]) -> None:
        try:
            while not ended.wait(0.001):
                stop_here()
        finally:
            ended.set()

    return work


def test_its_value_is_waited_for() -> None:
    go = threading.Event()
    with Beside("side", lambda stop_here: go.wait(SECONDS), Stop(30)) as side:
        side.check()
        go.set()
        assert side.result() is True


def test_its_error_is_seen_as_soon_as_it_has_ended() -> None:
    failed = threading.Event()

    def work(stop_here: Callable[[], None]) -> None:
        failed.set()
        raise ValueError("odd")

    with Beside("side", work, Stop(30)) as side:
        assert failed.wait(SECONDS)
        with pytest.raises(ValueError, match="odd"):
            side.result()
        with pytest.raises(ValueError, match="odd"):
            side.check()


def test_nobody_waits_for_it_after_an_error() -> None:
    ended = threading.Event()
    with pytest.raises(KeyError), Beside("side", until_told(ended), Stop(30)):
        raise KeyError("main")
    assert ended.is_set()


def test_a_stop_ends_it_too() -> None:
    stop = Stop(30)
    with Beside("side", until_told(threading.Event()), stop) as side:
        stop.request()
        with pytest.raises(Disrupted, match="told to stop"):
            side.result()
