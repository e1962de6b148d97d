"""The cut list and its picture, beside an output <- plan, curves of the analyses that it was cut by."""

import json
import logging
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from job_runner.analysis.found import Found
from job_runner.analysis.result import Result, exact
from job_runner.analysis.spans import Span, strength
from job_runner.errors import AccessDenied, ConfigInvalid, OutputExists
from job_runner.plan.clips import ClipPlan
from job_runner.plan.plan import Plan
from job_runner.targets.destination import Destination
from job_runner.workspace.directory import file_sha256
from job_runner.workspace.places import Places
from videojob_api.order import Order
from videojob_api.output import Output

log = logging.getLogger(__name__)
JSON, PICTURE = ".cuts.json", ".cuts.png"


@dataclass(frozen=True)
class CutsTarget:
    """For people: which parts of the input the output shows, and why. An output is right without it."""

    order: Order
    output: Output
    plan: Plan
    found: Sequence[Found]
    places: Places

    def make(self) -> None:
        """Writes both where the job may write beside its output, and passes over them where it may not."""
        from job_runner.analysis.curve import picture

        results = [self._result(found) for found in self.found]
        with tempfile.TemporaryDirectory(prefix="spotreel-") as scratch:
            listed, drawn = Path(scratch) / "cuts.json", Path(scratch) / "cuts.png"
            listed.write_text(json.dumps(self._document(), indent=1, ensure_ascii=False) + "\n", "utf-8")
            picture(results, self.plan.clips[0].input).save(drawn, "PNG")
            for path, ending in ((listed, JSON), (drawn, PICTURE)):
                self._write(path, ending)

    def _write(self, path: Path, ending: str) -> None:
        folder, slash, name = self.output.uri.rpartition("/")
        uri = folder + slash + name.rsplit(".", 1)[0] + ending
        try:
            self._check(uri)
            metadata = {"job": self.order.job, "sha256": file_sha256(path)}
            Destination(self.order, uri, True, self.places).write(path, metadata)
        except (ConfigInvalid, AccessDenied, OutputExists) as error:
            log.warning("no cut list beside the output", extra={"error": str(error)})

    def _check(self, uri: str) -> None:
        """Raises OutputExists for what the job itself reads or writes, or another's file that must stay.

        A folder tells nobody's: there it goes with the output, whose own `ifExists` has been heard.
        """
        work = self.order.work
        if uri in {*(item.uri for item in work.inputs), *(result.uri for result in work.results or [])}:
            raise OutputExists(f"{uri} is an input or a result of this job")
        replaces = self.output.if_exists == "Replace" or self.order.local_files
        Destination(self.order, uri, replaces, self.places).check()

    def _document(self) -> dict[str, Any]:
        return {
            "input": self.plan.clips[0].input,
            "analyses": [found.name for found in self.found],
            "cuts": [self._cut(clip) for clip in self.plan.clips],
        }

    def _cut(self, clip: ClipPlan) -> dict[str, Any]:
        start, end = self._source(clip)
        return {"start": exact(start), "end": exact(end), "at": exact(self.plan.seconds(clip.first))}

    def _source(self, clip: ClipPlan) -> tuple[Fraction, Fraction]:
        """From when to when of its input, in seconds."""
        clock = self.plan.clip_clock(clip)
        return clock.seconds(clip.source), clock.seconds(clip.source + clip.frames)

    def _result(self, found: Found) -> Result:
        """With the cuts of the plan, for the picture."""
        curve = found.curve
        cuts = [Span(first, end, strength(curve.values, first, end)) for first, end in self._moments(found)]
        how = (curve.unit, curve.scale, curve.grid, curve.values, curve.threshold)
        return Result(found.name, *how, curve.events, cuts)

    def _moments(self, found: Found) -> Iterator[tuple[int, int]]:
        for clip in self.plan.clips:
            start, end = self._source(clip)
            yield found.curve.grid.count(start), min(found.curve.grid.total, found.curve.grid.count(end))
