"""A parent that outlives the work.

FFmpeg may crash on what it reads, and then somebody must be left to say so. The parent forks before anything large is
imported, so it costs a millisecond; it passes on signals and exit codes, and acts only when the work has crashed.
"""

import os
import signal
import sys
from collections.abc import Callable
from typing import NoReturn

# Its page must be there before the first child is: only then all of them share it.
import job_runner.in_hand  # noqa: F401

CRASHES = frozenset({signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGILL, signal.SIGFPE})
"""How a process ends that has destroyed itself. SIGKILL is not among them: that was somebody else, or no memory."""

ASKED = signal.SIGUSR1
"""How the parent passes on SIGTERM and SIGINT. A terminal, or who kills a process group, signals parent and child;
told by the parent alone, the child hears of it once."""

_PASSED_ON = (signal.SIGTERM, signal.SIGINT)
_DUMP = signal.SIGUSR2
"""As videojob_api.dump has it, which is not imported here: the parent stays small."""
_PR_SET_PDEATHSIG = 1

Work = Callable[[], int]


def supervised(work: Work, after_crash: Callable[[int], int]) -> int:
    """The exit code of `work`, run in a child; 128 and the signal's number for a killed one, as in shells.

    If it crashes, `after_crash(signal)` is run in another child, and its exit code counts unless it crashes as well.
    """
    heard = {number for number in _PASSED_ON if signal.getsignal(number) != signal.SIG_IGN}
    watched = heard | {signal.SIGCHLD, _DUMP}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, watched)
    for number in watched:
        # PID 1 is sent nothing, and nobody SIGCHLD, that it has no handler for.
        signal.signal(number, lambda number, frame: None)
    watch = _Watch(watched, before)
    code = watch.run(work)
    if -code in CRASHES and not watch.asked:
        code = _looked_again(watch, -code, after_crash)
    return _ended(code, watch.asked, heard)


def _looked_again(watch: "_Watch", crash: int, after_crash: Callable[[int], int]) -> int:
    """The exit code of `after_crash`, or of the crash if that is ended by a signal that is no stop."""
    said = watch.run(lambda: after_crash(crash))
    if said >= 0 or (watch.asked and -said == ASKED):
        return said
    sys.stderr.write(f"spotreel: crashed ({signal.Signals(crash).name}), and again while looking for the reason\n")
    return -crash


class _Watch:
    """Runs children one after the other. `asked` is the last signal that was passed on, 0 if there was none."""

    def __init__(self, watched: set[signal.Signals], before: set[signal.Signals | int]) -> None:
        self._watched, self._before = watched, before
        self.asked = 0

    def run(self, work: Work) -> int:
        """Its exit code; negative: the signal that ended it."""
        parent = os.getpid()
        child = os.fork()
        if not child:
            self._work(parent, work)
        while True:
            number = signal.sigwait(self._watched)
            if number == _DUMP:
                os.kill(child, number)
            elif number != signal.SIGCHLD:
                self._pass_on(number, child)
            elif (code := _reaped(child)) is not None:
                return code

    def _work(self, parent: int, work: Work) -> NoReturn:
        die_with(parent)
        for number in self._watched:
            signal.signal(number, signal.SIG_DFL if number == signal.SIGCHLD else signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_SETMASK, self._before)
        code = work()
        # What has been done is done: the libraries' own end, which may crash as well, adds nothing to it.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)

    def _pass_on(self, number: int, child: int) -> None:
        """As PID 1 only the first: kubelet asks again after its own restart, which must not cut the grace period."""
        if not self.asked or os.getpid() != 1:
            self.asked = number
            os.kill(child, ASKED)


def _reaped(child: int) -> int | None:
    """The child's exit code once it has ended. Orphans end up with PID 1, so everybody is waited for."""
    code = None
    try:
        while (ended := os.waitpid(-1, os.WNOHANG)) != (0, 0):
            code = os.waitstatus_to_exitcode(ended[1]) if ended[0] == child else code
    except ChildProcessError:
        pass
    return code


def _ended(code: int, asked: int, heard: set[signal.Signals]) -> int:
    """For the process's end. A child that did not know what it was asked for has ended by it: so does the parent."""
    if -code != ASKED or not asked:
        return code if code >= 0 else 128 - code
    signal.signal(asked, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, heard)
    os.kill(os.getpid(), asked)
    return 128 + asked


def die_with(parent: int) -> None:
    """The kernel kills this process when its parent is gone, however that went. Linux only."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)


def silence_libraries() -> None:
    """What C libraries write to standard error goes nowhere; what Python writes still arrives.

    The C library has a line of its own to say of a crash, which is no help to a person.
    """
    encoding = sys.stderr.encoding
    sys.stderr = open(os.dup(2), "w", buffering=1, encoding=encoding, errors="backslashreplace")  # noqa: PTH123, SIM115
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)
