"""Detectors of a job: tried before anything is measured, opened where there is something to measure."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from job_runner.detection.detector import Detector, detector
from job_runner.detection.signature import Signature
from job_runner.detection.wish import size_of, wish_of
from job_runner.engines.device import CPU
from job_runner.engines.file_engine import BY_CLASS, BY_OPTION, FileEngine, engine_of
from job_runner.engines.inspection import Form, inspected
from job_runner.engines.model import Model
from job_runner.engines.remote.address import check_engine
from job_runner.engines.remote.connect import Engine, connected
from job_runner.errors import InputChanged, NodeUnfit, SpecInvalid
from job_runner.inputs import JobInputs
from job_runner.plan.windows import BEGUN, ModelPlan
from job_runner.stop import Stop
from videojob_api.analyses import Analysis, Detect, Detections, Remote
from videojob_api.order import Order
from videojob_api.problem import dotted
from videojob_api.usage import tracks_named
from videojob_api.values import parse_duration

THREADS = 1
"""Of a call: workers call at the same time, and the same number everywhere gives the same sums."""

MOST_LISTED = 20

NewModel = Callable[[], AbstractContextManager[Model]]
"""Called by each worker, in its own thread."""


@dataclass(frozen=True)
class Engines:
    """What one order's analyses may ask. `secrets` is the folder of mounted Secrets, None at a desk."""

    order: Order
    inputs: JobInputs
    stop: Stop
    secrets: Path | None

    def tried(self, analysis: Analysis) -> ModelPlan:
        """What it takes and gives.

        Raises InputInvalid for a model that is refused, fails or is no detector, SpecInvalid for one that is not
        trusted, ConfigInvalid if what runs it is not installed.
        """
        if analysis.remote:
            return self._remote_tried(analysis, analysis.remote)
        assert analysis.detect
        name = analysis.detect.model.input
        data = self.inputs.model(name)
        engine = self._file_engine(data, name)
        signature, picture = inspected(data, name, _form(analysis.detect, name), self.stop, engine)
        # What is no detector is told before windows are begun.
        self._check_followed(analysis, detector(signature, picture, name, wish_of(analysis.detect)))
        return ModelPlan(
            device=_device(engine, data, name), runtime=engine.words(), sha256=hashlib.sha256(data).hexdigest(),
            signature=signature.text(),
        )  # fmt: skip

    def opened(self, analysis: Analysis, planned: ModelPlan) -> tuple[Detector, NewModel]:
        """A file serves all workers together, an engine each by a connection of its own.

        Raises InputChanged for another model than was tried, ConfigInvalid where other software would run it, NodeUnfit
        where it cannot run on what it began on.
        """
        if analysis.remote:
            wanted = analysis.remote
            return _detector(wanted, wanted.model, planned), lambda: self._remote(wanted, planned)
        assert analysis.detect
        name = analysis.detect.model.input
        data = self.inputs.model(name)
        if hashlib.sha256(data).hexdigest() != planned.sha256:
            raise InputChanged(f"input {name} is another model than when the job began; run the job anew")
        engine = self._file_engine(data, name)
        BEGUN.check_software(planned.runtime or "", engine.words(), self.order.workspace)
        model = engine.load(data, name, THREADS, planned.device)
        if model.device != planned.device:
            raise NodeUnfit(
                f"analysis {analysis.name} was begun on {planned.device}, which {engine.name} cannot use here"
            )
        return _detector(analysis.detect, name, planned), lambda: nullcontext(model)

    def _file_engine(self, data: bytes, name: str) -> FileEngine:
        how = BY_OPTION if self.order.local_files else BY_CLASS
        return engine_of(data, name, self.order.trusted_models, how)

    def _check_followed(self, analysis: Analysis, found: Detector) -> None:
        """Raises SpecInvalid for a class that the timeline goes by and that is never found: it would hide nobody."""
        for path, wanted in tracks_named(self.order.work):
            if wanted.analysis == analysis.name and wanted.label and not found.gives(wanted.label):
                known = ", ".join(list(found.names.values())[:MOST_LISTED]) or "numbers alone, such as 0"
                raise SpecInvalid(
                    f"{dotted((*path, 'label'))}: model {found.model} has no class {wanted.label}; its classes: {known}"
                )

    def _remote_tried(self, analysis: Analysis, wanted: Remote) -> ModelPlan:
        with connected(self._engine(wanted), self.stop.check) as model:
            signature, picture = model.tried(_form(wanted, wanted.model))
            self._check_followed(analysis, detector(signature, picture, wanted.model, wish_of(wanted)))
            return ModelPlan(version=model.version or "", signature=signature.text())

    @contextmanager
    def _remote(self, wanted: Remote, planned: ModelPlan) -> Iterator[Model]:
        """Raises InputChanged where another version answers than did at first."""
        with connected(self._engine(wanted, planned.version), self.stop.check) as model:
            yield model

    def _engine(self, wanted: Remote, version: str | None = None) -> Engine:
        """Of the version that answered at first, if it has one. Raises ConfigInvalid for one that is not allowed."""
        check_engine(wanted.url, self.order.allowed_endpoints)
        patience = self.order.patience_seconds
        return Engine(
            url=wanted.url, model=wanted.model, version=wanted.version or version or "", headers=self._headers(wanted),
            seconds=float(parse_duration(wanted.timeout)), first=patience, later=patience,
        )  # fmt: skip

    def _headers(self, wanted: Remote) -> Path | None:
        where = wanted.secret_ref
        if where is None:
            return None
        if self.secrets is None:
            raise SpecInvalid(f"Secret {where.name} of engine {wanted.url} is known in a cluster only; leave it out")
        return self.secrets / where.name / where.key


def _device(engine: FileEngine, data: bytes, name: str) -> str:
    """What it runs on, which need not be the best that is there."""
    best = engine.best_device()
    return engine.load(data, name, THREADS, best).device if best != CPU else CPU


def _form(wanted: Detect | Remote, name: str) -> Form:
    return Form(name, size_of(wanted), wanted.batch)


def _detector(wanted: Detections, name: str, planned: ModelPlan) -> Detector:
    signature = Signature.parsed(planned.signature)
    picture = Form(name, size_of(wanted), wanted.batch)(signature)
    return detector(signature, picture, name, wish_of(wanted))
