"""analysis/<name>/k <- analyses, k."""

import logging
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from job_runner.analyzing.kinds import Subject, kind_of
from job_runner.analyzing.measures import Measure, NewMeasure
from job_runner.cores import decoder_threads
from job_runner.in_hand import look_done, measuring
from job_runner.plan.timeline import Window
from job_runner.plan.windows import WindowsPlan
from job_runner.targets.analyses import StoredAnalyses
from job_runner.targets.pool import Build, GoOn, NewBuilder
from job_runner.workspace import names

log = logging.getLogger(__name__)


class _DroppedError(Exception):
    """Told to stop, and the rest of a window would take too long."""


@dataclass(frozen=True)
class WindowFamily:
    """The windows of one analysis. `first` is the number of its first among those of all analyses."""

    planned: StoredAnalyses
    subject: Subject
    attempt: str
    cores: int
    first: int

    kind = "window"

    @property
    def windows(self) -> WindowsPlan:
        """How many there are, and which looks each has."""
        return self.planned.plan.analysis(self.subject.analysis.name)

    @property
    def count(self) -> int:
        """As many as the plan says."""
        return self.windows.count

    @property
    def prefix(self) -> str:
        """Its own for each analysis."""
        return names.analysis_prefix(self.windows.name)

    @property
    def metadata(self) -> Mapping[str, str]:
        """By which plan, software and attempt."""
        plan = self.planned
        return {"fingerprint": plan.plan.fingerprint, "attempt": self.attempt, "plan": plan.digest}

    def key(self, number: int) -> str:
        """Of one window."""
        return names.window(self.windows.name, number)

    def frames(self, number: int) -> int:
        """Looks; only the last window may have fewer than others."""
        return len(self.windows.looks(number))

    def begin(self, found: AbstractSet[int]) -> NewBuilder:
        """Opens the model if there is something to measure."""
        log.info("analyzing", extra={"analysis": self.windows.name, "found": len(found), "windows": self.count})
        if len(found) == self.count:
            return _nothing
        new = kind_of(self.subject.analysis).measure(self.subject, self.windows, decoder_threads(self.cores))
        return partial(_builder, new, self.windows.looks, self.first)


@contextmanager
def _nothing() -> Iterator[Build]:
    raise AssertionError("all windows are there")
    yield


@contextmanager
def _builder(new: NewMeasure, looks: Callable[[int], Window], first: int) -> Iterator[Build]:
    with new() as measure:
        yield partial(_build, measure, looks, first)


def _build(
    measure: Measure,
    looks: Callable[[int], Window],
    first: int,
    number: int,
    go_on: GoOn,
    looked: Callable[[], None],
) -> bytes | None:
    window = looks(number)
    left = iter(range(len(window) - 1, -1, -1))

    def seen() -> None:
        looked()
        look_done(first + number)
        # Where it is measured again, after damage, it takes no longer than it has.
        if not go_on(next(left, 0)):
            raise _DroppedError

    try:
        with measuring(first + number):
            return measure(window, seen)
    except _DroppedError:
        log.info("window dropped", extra={"window": number})
        return None
