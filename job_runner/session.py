"""One run of the maker, from an order to an exit code: signals, errors, the last word."""

import logging
import signal
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from job_runner.cores import granted_cores
from job_runner.disk import is_full, scratch_folder
from job_runner.errors import DiskFull, Disrupted, InputInvalid, RunnerError, SpecInvalid
from job_runner.make import Maker
from job_runner.media.probe import UndecodableError
from job_runner.second_try import crashes_again
from job_runner.stop import Stop
from job_runner.supervise import ASKED
from job_runner.targets.family import ShareDone
from job_runner.tracker import Tracker
from job_runner.workspace.places import Places
from job_runner.workspace.reach import Reach
from videojob_api.exit_codes import ExitCode, end_of
from videojob_api.names import Outcome
from videojob_api.order import Order
from videojob_api.report import Report
from videojob_api.values import BadValueError

log = logging.getLogger(__name__)
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, ASKED)


class Session:
    """`run()` makes the order's result and returns the last report; it raises nothing."""

    def __init__(self, order: Order, stop: Stop, secrets: Path | None = None) -> None:
        self.tracker = Tracker(order.attempt)
        self.stop = stop
        self._order, self._secrets = order, secrets

    def run(self) -> Report:
        """The last word, its exit code and outcome set."""
        try:
            made = self._maker().make()
            self.tracker.made(made.outputs, made.results, made.analyses)
            return self._last(ExitCode.OK, "result committed")
        except ShareDone:
            last = self._last(ExitCode.OK, share_words(self.tracker.report()))
            return last.model_copy(update={"outcome": Outcome.SHARE_DONE})
        except Exception as error:
            return self._failed(_known(error))

    def after_crash(self, number: int) -> Report:
        """The last word on a run that signal `number` has ended: the input's fault if one crashes again, alone."""
        try:
            crashes_again(self._order, self._places, self.stop)
        except InputInvalid as error:
            self._maker().forget(error)
            return self._failed(error)
        name = signal.Signals(number).name
        if self.stop.requested:
            return self._failed(Disrupted(f"stopped while looking for the input that crashed the runner ({name})"))
        return self._last(128 + number, f"the runner crashed ({name}); no input crashes it when alone")

    def places(self, patience: float) -> Places:
        """The stores that the order allows; refused access is tried again for so many seconds."""
        order = self._order
        reach = Reach(order.allowed_uris, order.allowed_endpoints, order.local_files)
        return Places(order.work.storage, self._secrets, patience, reach)

    def _places(self) -> Places:
        return self.places(self._order.patience_seconds)

    def _maker(self) -> Maker:
        cores = granted_cores(self._order.max_parallel)
        return Maker(self._order, self._places(), self.tracker, self.stop, cores, self._secrets)

    def _failed(self, error: Exception) -> Report:
        """Failure codes count only if nobody told the runner to stop."""
        if self.stop.requested:
            return self._last(ExitCode.DISRUPTED, str(error) if isinstance(error, Disrupted) else "stopped")
        if isinstance(error, RunnerError):
            return self._last(error.code, str(error), error.reason)
        log.error("crashed", exc_info=error)
        return self._last(ExitCode.CRASH, f"{type(error).__name__}: {error}")

    def _last(self, code: int, message: str, reason: str | None = None) -> Report:
        """A code that is not in the table of ends is that of a crash."""
        end = end_of(code)
        outcome = end.outcome if end else Outcome.FAILED
        return self.tracker.report().model_copy(
            update={"exit_code": int(code), "outcome": outcome, "message": message, "reason": reason}
        )


def share_words(report: Report) -> str:
    """What a runner says that leaves the rest of a job to others: of segments, or of windows where there are none."""
    counts, what = (report.segments, "segments") if report.segments.total else (report.windows, "windows")
    left = counts.total - counts.done
    return f"its share is done: {counts.by_this} {what} by this runner, {left} of {counts.total} left to others"


def _known(error: Exception) -> Exception:
    """What a library raised, said in our words where we know it."""
    if isinstance(error, OSError) and is_full(error):
        return DiskFull(f"no space left in {scratch_folder()}; give the pod more ephemeral storage")
    if isinstance(error, BadValueError):
        return SpecInvalid(str(error))
    if isinstance(error, UndecodableError):
        return InputInvalid(f"an input cannot be decoded ({error.strerror})")
    return error


def on_stop(action: Callable[[], None]) -> None:
    """Calls `action` on the first signal to stop; a second one has its ordinary effect.

    One that is ignored stays so, as it is the parent's.
    """

    def handle(number: int, frame: FrameType | None) -> None:
        # First: one that comes while `action` runs is the second already, and would be lost.
        signal.signal(number, signal.SIG_DFL)
        action()

    for number in STOP_SIGNALS:
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, handle)
