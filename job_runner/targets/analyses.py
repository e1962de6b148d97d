"""analyses <- inputs, spec."""

import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass

from job_runner.analyzing.engines import Engines, engines_of
from job_runner.analyzing.kinds import Subject, kind_of
from job_runner.inputs import JobInputs
from job_runner.media.fingerprint import analysis_fingerprint
from job_runner.plan.windows import BEGUN, AnalysesPlan, read_analyses
from job_runner.workspace import names
from job_runner.workspace.store import Missing, Store
from videojob_api.order import Order

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class StoredAnalyses:
    """What counts, and the digest of its bytes, which goes with all that is made by it."""

    plan: AnalysesPlan
    digest: str


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
        try:
            return self._read()
        except Missing:
            return None

    def make(self) -> StoredAnalyses:
        """Raises RunnerError for an input that cannot be looked at, or a model that is none."""
        self.before()
        plan = self._drafted()
        self.store.put(names.ANALYSES, plan.model_dump_json(by_alias=True, exclude_none=True).encode(), {})
        log.info("analyses planned", extra={"windows": sum(windows.count for windows in plan.analyses)})
        # A twin may have been first; from here on only what is stored counts.
        return self._read()

    def _drafted(self) -> AnalysesPlan:
        work = self.order.work
        facts = self.inputs.facts()
        fingerprint = analysis_fingerprint(engines_of(work))
        plan = AnalysesPlan(fingerprint=fingerprint, job=self.order.job, inputs=list(facts.values()), analyses=[])
        # What is read from here on, models and times of frames, are the bytes that were looked at.
        self.inputs.bind(plan)
        windows = [
            kind_of(analysis).cut(Subject(analysis, facts[analysis.input], self.inputs, self.engines))
            for analysis in work.analyses or []
        ]
        return plan.model_copy(update={"analyses": windows})

    def _read(self) -> StoredAnalyses:
        data = self.store.get(names.ANALYSES).data
        plan = read_analyses(data, self.order.workspace)
        BEGUN.check_job(plan.job, self.order.job, self.order.workspace)
        software = analysis_fingerprint(engines_of(self.order.work))
        BEGUN.check_software(plan.fingerprint, software, self.order.workspace)
        return StoredAnalyses(plan, hashlib.sha256(data).hexdigest())
