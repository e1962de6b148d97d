"""Keeps an encoder from taking the machine."""

import os
from contextlib import suppress
from pathlib import Path

_THREADS = Path("/proc/self/task")


def ordinary_priority() -> None:
    """Back to the ordinary scheduler, every thread of this process.

    SVT-AV1, opened by root, makes itself and whoever opened it real-time (SCHED_FIFO, priority 99), and children
    inherit that: two of them stop a machine of two cores.
    """
    if not _THREADS.exists():
        return
    for thread in _THREADS.iterdir():
        with suppress(OSError):
            if os.sched_getscheduler(int(thread.name)) == os.SCHED_FIFO:
                os.sched_setscheduler(int(thread.name), os.SCHED_OTHER, os.sched_param(0))
