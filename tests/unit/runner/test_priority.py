"""An encoder that made its threads real-time leaves them as any other's."""

import os
import threading
from collections.abc import Iterator

import pytest

from job_runner.media.priority import ordinary_priority


@pytest.fixture
def thread() -> Iterator[int]:
    """The number of a thread that waits, as those of an encoder do."""
    done, begun = threading.Event(), threading.Event()

    def waiting() -> None:
        begun.set()
        done.wait()

    made = threading.Thread(target=waiting)
    made.start()
    begun.wait()
    assert made.native_id
    yield made.native_id
    done.set()
    made.join()


def test_real_time_threads_become_ordinary_ones(thread: int) -> None:
    try:
        os.sched_setscheduler(thread, os.SCHED_FIFO, os.sched_param(1))
    except PermissionError:
        pytest.skip("only root may make a thread real-time")
    ordinary_priority()
    assert os.sched_getscheduler(thread) == os.SCHED_OTHER


def test_others_stay_as_they_are(thread: int) -> None:
    os.sched_setscheduler(thread, os.SCHED_BATCH, os.sched_param(0))
    ordinary_priority()
    assert os.sched_getscheduler(thread) == os.SCHED_BATCH
