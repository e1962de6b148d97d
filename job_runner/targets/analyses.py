"""analyses <- inputs, spec."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from job_runner.analyzing.engines import Engines
from job_runner.analyzing.kinds import Subject, kind_of
from job_runner.inputs import JobInputs
from job_runner.media.fingerprint import analysis_fingerprint
from job_runner.plan.windows import BEGUN, AnalysesPlan, read_analyses
from job_runner.targets.plan_object import Kept, PlanObject
from job_runner.workspace import names
from job_runner.workspace.store import Store
from videojob_api.order import Order

log = logging.getLogger(__name__)

StoredAnalyses = Kept[AnalysesPlan]


@dataclass(frozen=True)
class AnalysesTarget:
    """Which bytes the inputs are, and how they are looked at. Made once, by the first runner."""

    order: Order
    inputs: JobInputs
    store: Store
    engines: Engines
    before: Callable[[], None]
    """Called before anything is looked at: it raises where the job cannot end well."""

    def stored(self) -> StoredAnalyses | None:
        """Raises WorkspaceCorrupt or ConfigInvalid if this runner cannot go by it."""
        return self._object.stored()

    def make(self) -> StoredAnalyses:
        """Raises RunnerError for an input that cannot be looked at, or a model that is none."""
        self.before()
        plan = self._drafted()
        self._object.put(plan)
        log.info("analyses planned", extra={"windows": sum(windows.count for windows in plan.analyses)})
        return self._object.read()

    def _drafted(self) -> AnalysesPlan:
        work = self.order.work
        facts = self.inputs.facts()
        fingerprint = analysis_fingerprint()
        plan = AnalysesPlan(fingerprint=fingerprint, job=self.order.job, inputs=list(facts.values()), analyses=[])
        # What is read from here on, models and times of frames, are the bytes that were looked at.
        self.inputs.bind(plan)
        windows = [
            kind_of(analysis).cut(Subject(analysis, facts[analysis.input], self.inputs, self.engines))
            for analysis in work.analyses or []
        ]
        return plan.model_copy(update={"analyses": windows})

    @property
    def _object(self) -> PlanObject[AnalysesPlan]:
        return PlanObject(
            names.ANALYSES, BEGUN, read_analyses, lambda plan: analysis_fingerprint(), self.order, self.store
        )
