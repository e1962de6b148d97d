"""Whole jobs that look at an input: in this process, on a local folder whose objects are kept."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from job_runner.results.detections import DetectionRow
from job_runner.results.events import EventRow
from job_runner.results.ndjson import read_rows
from job_runner.session import Session
from job_runner.stop import Stop
from tests.unit.runner.jobs import order
from tests.unit.runner.models import bright_model
from videojob_api.order import Order
from videojob_api.report import Report

Object = dict[str, Any]

MOVING: Object = {"name": "moving", "motion": {}}
LOUD: Object = {"name": "loud", "loudness": {"above": "2dB"}}
SEEN: Object = {"name": "seen", "detect": {"model": {"input": "model"}}}
FOLLOWED: Object = {"name": "followed", "every": 2, "detect": {"model": {"input": "model"}, "track": {}}}


@dataclass
class Desk:
    """A folder with a clip, a model, and jobs that look at the clip."""

    folder: Path
    clip: Path
    model: bytes = field(default_factory=lambda: bright_model((96, 64)))
    input: Object = field(default_factory=dict)
    """More of the input's settings."""

    def __post_init__(self) -> None:
        (self.folder / "model.onnx").write_bytes(self.model)

    def order(self, name: str, *analyses: Object, results: list[Object] | None = None, **more: Any) -> Order:
        """In a workspace of that name, whose objects stay; without outputs."""
        inputs = [{"name": "main", "uri": self.clip.as_uri(), **self.input}]
        if any("detect" in analysis for analysis in analyses):
            inputs.append({"name": "model", "uri": (self.folder / "model.onnx").as_uri()})
        work: Object = {
            "inputs": inputs, "outputs": [], "analyses": [{"input": "main", **each} for each in analyses],
            "results": results or [], "checkpoint": {"retain": "Always"}, **more,
        }  # fmt: skip
        (self.folder / name).mkdir(exist_ok=True)
        return order(self.folder / name, self.clip, **work)

    def look(self, name: str, *analyses: Object, cores: int | None = None, **more: Any) -> Report:
        """The last word of a job in that workspace."""
        return run(self.order(name, *analyses, **more), cores)

    def digests(self, name: str) -> Mapping[str, str]:
        """Of all objects that its analyses have left, by key."""
        root = self.folder / name / "work" / "analysis"
        files = sorted(path for path in root.rglob("*") if path.is_file())
        return {str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}

    def events(self, name: str, analysis: str) -> list[EventRow]:
        """The rows of an analysis."""
        return list(read_rows(self._rows(name, analysis), EventRow))

    def detections(self, name: str, analysis: str) -> list[DetectionRow]:
        """The rows of a detector."""
        return list(read_rows(self._rows(name, analysis), DetectionRow))

    def _rows(self, name: str, analysis: str) -> Path:
        return self.folder / name / "work" / "analysis" / analysis / "rows.ndjson.gz"


def run(made: Order, cores: int | None = None, stop: Stop | None = None) -> Report:
    """The last word."""
    return Session(made.model_copy(update={"max_parallel": cores}), stop or Stop(30)).run()
