"""segments/k <- plan, k."""

import logging
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from job_runner.cores import decoder_threads
from job_runner.effects.assets import Assets
from job_runner.in_hand import working_on
from job_runner.inputs import JobInputs
from job_runner.media.devices import device_of
from job_runner.media.render import SegmentRenderer
from job_runner.plan.output import OutputPlan
from job_runner.plan.timeline import segment_window
from job_runner.targets.plan import StoredPlan
from job_runner.targets.pool import Build, GoOn, NewBuilder, Workers
from job_runner.tracker import Tracker
from job_runner.workspace import names

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class SegmentFamily:
    """The segments of one output."""

    planned: StoredPlan
    output: OutputPlan
    inputs: JobInputs
    attempt: str
    workers: Workers
    tracker: Tracker

    kind = "segment"

    @property
    def count(self) -> int:
        """As many as the plan says."""
        return self.planned.plan.segments

    @property
    def prefix(self) -> str:
        """Its own for each output."""
        return names.segment_prefix(self.output.name)

    @property
    def metadata(self) -> Mapping[str, str]:
        """By which plan, software and attempt."""
        return {
            "fingerprint": self.planned.plan.fingerprint,
            "attempt": self.attempt,
            "plan": self.planned.digest,
        }

    def key(self, number: int) -> str:
        """Of one segment."""
        return names.segment(self.output.name, number)

    def frames(self, number: int) -> int:
        """Of the output; only the last segment may have fewer than others."""
        return len(segment_window(number, self.planned.plan.frames, self.planned.plan.segment_frames))

    def begin(self, found: AbstractSet[int]) -> NewBuilder:
        """Reads images and fonts if anything is to be rendered, and says what was found."""
        plan = self.planned.plan
        assets = self.inputs.assets() if len(found) < plan.segments else Assets()
        self.tracker.planned(plan, set(found))
        log.info("rendering", extra={"found": len(found), "segments": plan.segments})
        return partial(_builder, partial(self._renderer, assets))

    def _renderer(self, assets: Assets) -> SegmentRenderer[Any]:
        plan, threads, inputs = self.planned.plan, decoder_threads(self.workers.cores), self.inputs
        device = device_of(plan, self.output)
        return SegmentRenderer(plan, device, inputs.open, threads, assets, inputs.damaged)


@contextmanager
def _builder(new: Callable[[], SegmentRenderer[Any]]) -> Iterator[Build]:
    with new() as renderer:
        yield partial(_build, renderer)


def _build(renderer: SegmentRenderer[Any], number: int, go_on: GoOn, encoded: Callable[[], None]) -> bytes | None:
    with working_on(number):
        data = renderer.render(number, go_on, encoded)
    if data is None:
        log.info("segment dropped", extra={"segment": number})
    return data
