"""What a process is doing, written into its log when it gets SIGUSR2: figures, and the stack of everything that runs.

A thread of its own waits for the signal, so that it is answered also while the main loop hangs. What stands at the
same place is written once, with its number: most of a crowd does.
"""

import logging
import os
import resource
import signal
import sys
import threading
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

SIGNAL = signal.SIGUSR2
MOST_PLACES = 200
_PROC = Path("/proc/self")

log = logging.getLogger(__name__)
# Written whatever the process' level: somebody has asked for it.
log.setLevel(logging.INFO)


class Stack(NamedTuple):
    """Where something stands: a thread, a task. The innermost call comes last."""

    who: str
    lines: str


class State(NamedTuple):
    """Of a process, or of a part of it."""

    stacks: list[Stack]
    figures: Mapping[str, float]


def nothing_more() -> State:
    """For a process that has threads only."""
    return State([], {})


def dump_on_signal(more: Callable[[], State] = nothing_more) -> None:
    """Belongs to the main thread, before there are others: they inherit that the signal is not for them."""
    # PID 1 is sent nothing that it has no handler for.
    signal.signal(SIGNAL, lambda number, frame: None)
    signal.pthread_sigmask(signal.SIG_BLOCK, {SIGNAL})
    threading.Thread(target=_answer, args=(more,), name="dump", daemon=True).start()


def _answer(more: Callable[[], State]) -> None:
    while True:
        signal.sigwait({SIGNAL})
        try:
            stacks, figures = more()
            write(State([*threads(), *stacks], {**of_the_process(), **figures}))
        except Exception:
            log.exception("the dump has failed")


def write(state: State) -> None:
    """Into the log: figures, then a record for each place."""
    log.info("dump", extra=dict(state.figures))
    for who, lines in grouped(state.stacks)[:MOST_PLACES]:
        log.info("%s", who, extra={"stack": lines})


def grouped(stacks: Iterable[Stack]) -> list[Stack]:
    """Each place once, named after all that stand there; in the order in which they come."""
    places: dict[str, Counter[str]] = {}
    for stack in stacks:
        places.setdefault(stack.lines, Counter())[stack.who] += 1
    return [Stack(", ".join(map(_named, names.items())), lines) for lines, names in places.items()]


def _named(found: tuple[str, int]) -> str:
    who, count = found
    return who if count == 1 else f"{who} ({count} times)"


def threads() -> list[Stack]:
    """Of all threads but this one."""
    names = {thread.ident: thread.name for thread in threading.enumerate()}
    frames = {ident: frame for ident, frame in sys._current_frames().items() if ident != threading.get_ident()}
    return [
        Stack(f"thread {names.get(ident, ident)}", written(traceback.extract_stack(frame)))
        for ident, frame in frames.items()
    ]


def written(summary: traceback.StackSummary) -> str:
    """A stack as Python writes it."""
    return "".join(summary.format()).rstrip()


def of_the_process() -> dict[str, float]:
    """Memory in bytes, threads, open files."""
    figures: dict[str, float] = {
        "memory_peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        "threads": threading.active_count(),
    }
    if _PROC.exists():
        pages = int((_PROC / "statm").read_text().split()[1])
        figures |= {"memory": pages * os.sysconf("SC_PAGE_SIZE"), "open_files": len(list((_PROC / "fd").iterdir()))}
    return figures
