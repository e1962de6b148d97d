"""Detectors of a job: tried before anything is measured, opened where there is something to measure."""

import hashlib
from importlib.metadata import PackageNotFoundError, version

from job_runner.detection.detector import Detector, detector
from job_runner.detection.signature import Signature
from job_runner.detection.wish import size_of, wish_of
from job_runner.engines.inspection import Form, inspected
from job_runner.engines.model import Model
from job_runner.engines.onnx import OnnxModel, check_installed
from job_runner.errors import InputChanged, SpecInvalid
from job_runner.inputs import JobInputs
from job_runner.plan.analyses import ModelPlan
from job_runner.stop import Stop
from videojob_api.analyses import Analysis, Detections
from videojob_api.order import Work

THREADS = 1
"""Of a call: workers call at the same time, and the same number everywhere gives the same sums."""


def engines_of(work: Work) -> list[str]:
    """What runs models here, by version. Raises ConfigInvalid if that is not installed."""
    if not any(analysis.detect for analysis in work.analyses or []):
        return []
    check_installed()
    try:
        return [f"onnxruntime {version('onnxruntime')}"]
    except PackageNotFoundError:
        return [f"onnxruntime {version('onnxruntime-gpu')}"]


def tried(analysis: Analysis, inputs: JobInputs, stop: Stop) -> ModelPlan:
    """What it takes and gives. Raises InputInvalid for a model that is refused, fails or is no detector."""
    if analysis.detect is None:
        raise SpecInvalid(f"analysis {analysis.name}: remote engines are not supported by this runner yet")
    name = analysis.detect.model.input
    data = inputs.model(name)
    form = Form(name, size_of(analysis.detect), analysis.detect.batch)
    signature, picture = inspected(data, name, form, stop)
    # What is no detector is told before windows are begun.
    detector(signature, picture, name, wish_of(analysis.detect))
    return ModelPlan(sha256=hashlib.sha256(data).hexdigest(), signature=signature.text())


def opened(analysis: Analysis, planned: ModelPlan, inputs: JobInputs) -> tuple[Detector, Model]:
    """For all workers together. Raises InputChanged for another file than was tried."""
    assert analysis.detect is not None
    name = analysis.detect.model.input
    data = inputs.model(name)
    if hashlib.sha256(data).hexdigest() != planned.sha256:
        raise InputChanged(f"input {name} is another model than when the job began; run the job anew")
    return _detector(analysis.detect, name, planned), OnnxModel(data, name, THREADS)


def _detector(wanted: Detections, name: str, planned: ModelPlan) -> Detector:
    signature = Signature.parsed(planned.signature)
    picture = Form(name, size_of(wanted), wanted.batch)(signature)
    return detector(signature, picture, name, wish_of(wanted))
