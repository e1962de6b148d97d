"""output <- plan, all segments, audio."""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from job_runner.media.join import join
from job_runner.plan.output import OutputPlan
from job_runner.targets.ahead import FetchedAhead
from job_runner.targets.destination import Destination
from job_runner.targets.plan import StoredPlan
from job_runner.workspace.by_plan import file_of
from job_runner.workspace.directory import file_sha256
from job_runner.workspace.store import Store
from videojob_api.status import OutputStatus
from videojob_api.values import format_duration


@dataclass(frozen=True)
class OutputTarget:
    """The finished file. It lies outside of the workspace: that it is there, the result says, which is made last."""

    planned: StoredPlan
    output: OutputPlan
    segments: Sequence[str]
    audio: str | None
    store: Store
    destination: Destination
    stop_here: Callable[[], None]

    def make(self) -> OutputStatus:
        """Joined and written. Raises OutputExists, and WorkspaceCorrupt if the parts are not what was stored."""
        with tempfile.TemporaryDirectory(prefix="spotreel-") as scratch:
            joined = self._joined(Path(scratch))
            self.stop_here()
            return self._written(joined)

    def _joined(self, folder: Path) -> Path:
        audio = self._fetch(self.audio, folder / self.audio) if self.audio else None
        joined = folder / f"output.{self.output.container}"
        segments = FetchedAhead(self.segments, self._fetch, folder)
        join(self.planned.plan, self.output, segments, audio if audio and audio.stat().st_size else None, joined)
        return joined

    def _fetch(self, key: str, path: Path) -> Path:
        self.stop_here()
        file_of(self.store, key, self.planned.digest, path)
        return path

    def _written(self, joined: Path) -> OutputStatus:
        plan, sha256 = self.planned.plan, file_sha256(joined)
        metadata = {"job": plan.job, "sha256": sha256, "frames": str(plan.frames)}
        self.destination.write(joined, metadata)
        return OutputStatus(
            name=self.output.name,
            uri=self.destination.uri,
            size_bytes=joined.stat().st_size,
            sha256=sha256,
            frames=plan.frames,
            duration=format_duration(plan.duration),
        )
