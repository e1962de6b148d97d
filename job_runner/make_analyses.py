"""The part of the Makefile that stands before the plan: analyses, their windows, and what they have found.

analyses <- inputs, spec      analysis/<name>/k <- analyses, k
analysis/<name>/rows, analysis/<name>/found <- all windows of an analysis
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import accumulate
from pathlib import Path

from job_runner.analysis.found import AllFound, Found
from job_runner.analyzing.engines import Engines
from job_runner.analyzing.kinds import Subject
from job_runner.analyzing.stored import found_by
from job_runner.inputs import JobInputs
from job_runner.plan.plan import Plan
from job_runner.plan.windows import expected_frames
from job_runner.stop import Stop
from job_runner.targets.analyses import AnalysesTarget, StoredAnalyses
from job_runner.targets.family import ShareDone, make_all, stored
from job_runner.targets.found import FoundTarget
from job_runner.targets.pool import Workers
from job_runner.targets.shares import Runner
from job_runner.targets.target import brought
from job_runner.targets.windows import WindowFamily
from job_runner.tracker import Tracker
from job_runner.workspace.store import Store
from videojob_api.names import Note
from videojob_api.order import Order
from videojob_api.spec_notes import spec_notes
from videojob_api.status import AnalysisStatus
from videojob_api.usage import cutting_analyses, tracked_analyses


@dataclass(frozen=True)
class Analyzed:
    """All analyses of a job, done."""

    planned: StoredAnalyses
    subjects: list[Subject]
    statuses: list[AnalysisStatus]
    store: Store
    tracked: set[str]
    cutting: Collection[str]
    """Names of those that clips come from."""

    def found(self) -> AllFound:
        """What they have found, as plans go by it; read from the workspace each time."""
        return {s.analysis.name: self._found(s, s.analysis.name in self.tracked) for s in self.subjects}

    def cut_by(self) -> list[Found]:
        """The same of those that clips come from, without the tracks of things: a cut list has no use for them."""
        return [self._found(self.subject(name), tracked=False) for name in self.cutting]

    def _found(self, subject: Subject, tracked: bool) -> Found:
        planned = self.planned.plan.analysis(subject.analysis.name)
        return found_by(subject, planned, tracked, self.store, self.planned.digest)

    def subject(self, name: str) -> Subject:
        """The analysis of that name, and its input."""
        return next(subject for subject in self.subjects if subject.analysis.name == name)

    def status(self, name: str) -> AnalysisStatus:
        """How much the analysis of that name has found."""
        return next(status for status in self.statuses if status.name == name)

    def with_cuts(self, plans: Sequence[Plan]) -> list[AnalysisStatus]:
        """How much each has found; of those that clips come from, also how many clips the plans have."""
        return counted(self.statuses, self.cutting, sum(len(plan.clips) for plan in plans))


def counted(statuses: Sequence[AnalysisStatus], cutting: Collection[str], clips: int) -> list[AnalysisStatus]:
    """The statuses, those of the `cutting` analyses with the number of clips. Pure."""
    return [s.model_copy(update={"cuts": clips}) if s.name in cutting else s for s in statuses]


class AnalysesMaker:
    """Brings one job's analyses, one after the other, by all workers."""

    def __init__(
        self,
        order: Order,
        inputs: JobInputs,
        store: Store,
        tracker: Tracker,
        stop: Stop,
        cores: int,
        secrets: Path | None = None,
    ) -> None:
        """`secrets` is the folder of mounted Secrets, None at a desk."""
        self._order, self._inputs, self._store = order, inputs, store
        self._tracker, self._stop, self._cores = tracker, stop, cores
        self._engines = Engines(order, inputs, stop, secrets)
        self._tracked = tracked_analyses(order.work)
        # Whoever renders needs what all windows come to.
        stays = order.shard.stays or bool(order.work.outputs)
        self._runner = Runner(order.shard, stays, order.attempt)

    def make(self, before: Callable[[], None], between: Callable[[], None]) -> Analyzed:
        """`before` is called before anything is looked at, `between` whenever workers are about to be sent off.

        Both may raise to end the work. Raises RunnerError; Disrupted if told to stop before the end, ShareDone if
        what is missing is left to others.
        """
        for note in spec_notes(self._order.work):
            self._tracker.warn(Note(note.reason), note.message)
        planned = brought(AnalysesTarget(self._order, self._inputs, self._store, self._engines, before))
        plan, work = planned.plan, self._order.work
        self._inputs.bind(plan)
        subjects = [Subject(a, plan.input(a.input), self._inputs, self._engines) for a in work.analyses or []]
        firsts = accumulate((a.count for a in plan.analyses), initial=0)
        families = [
            WindowFamily(planned, subject, self._order.attempt, self._cores, first)
            for subject, first in zip(subjects, firsts, strict=False)
        ]
        # All are counted before the first is begun: how far the job is would fall with each that came later.
        there = [self._listed(family) for family in families]
        self._tracker.analyzing(sum(a.total for a in plan.analyses), expected_frames(work, plan.inputs))
        found = (self._left_or_brought(*each, between) for each in zip(families, there, strict=True))
        statuses = [status for status in found if status]
        if len(statuses) < len(families):
            raise ShareDone
        return Analyzed(planned, subjects, statuses, self._store, self._tracked, cutting_analyses(work))

    def _listed(self, family: WindowFamily) -> set[int]:
        """Numbers of the windows that are there, which count as progress."""
        there = stored(family, self._store)
        self._tracker.windows(family.windows.name, family.count, family.frames, there)
        return there

    def _left_or_brought(
        self, family: WindowFamily, there: set[int], between: Callable[[], None]
    ) -> AnalysisStatus | None:
        """None if its last windows are left to others: there may be work in the next analysis."""
        try:
            return self._brought(family, there, between)
        except ShareDone:
            return None

    def _brought(self, family: WindowFamily, there: set[int], between: Callable[[], None]) -> AnalysisStatus:
        name = family.windows.name
        workers = Workers(self._cores, self._tracker.window_counter(name), self._stop)
        # Others may have made windows of a later analysis since they were listed.
        listed = there if self._runner.shard.total == 1 else None
        windows = partial(make_all, family, self._store, workers, between, self._runner, listed)
        found = brought(
            FoundTarget(
                family.subject, family.windows, name in self._tracked, windows, self._store, family.metadata,
                self._stop.check,
            )
        )  # fmt: skip
        self._tracker.analyzed(found)
        return found
