"""A result of an analysis, in a file or in a database <- its rows."""

import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from job_runner.analyzing.detections import classes_of
from job_runner.analyzing.kinds import Subject, kind_of
from job_runner.analyzing.stored import detections_in, events_in
from job_runner.plan.windows import WindowsPlan
from job_runner.results.about import About
from job_runner.results.detections import DetectionRow
from job_runner.results.formats import file_bytes, format_of
from job_runner.results.row import Kind, Row
from job_runner.targets.destination import Destination
from job_runner.workspace.directory import file_sha256
from videojob_api.results import Result
from videojob_api.status import AnalysisStatus, ResultStatus

WriteRows = Callable[[Result, str, Kind, Iterable[Row]], str]
"""Puts the rows of the input of that name into a result's table; gives the table's name."""


@dataclass(frozen=True)
class HandedTarget:
    """What one analysis has found, where people need it. It lies outside of the workspace, as an output does.

    Made anew by each attempt that comes so far: the same rows give the same file, and replace the same rows.
    """

    result: Result
    subject: Subject
    planned: WindowsPlan
    found: AnalysisStatus
    rows: Callable[[], Path]
    """The file of all rows of the analysis, fetched when it is asked for."""
    destination: Destination | None
    write_rows: WriteRows
    stop_here: Callable[[], None]

    def make(self) -> ResultStatus:
        """Raises OutputExists, what fetching the rows raises, and what the database raises."""
        self.stop_here()
        path = self.rows()
        return self._file(path) if self.destination else self._table(path)

    def _table(self, path: Path) -> ResultStatus:
        table = self.write_rows(self.result, self.subject.facts.name, self._kind, self._rows_in(path))
        return ResultStatus(analysis=self.planned.name, table=table, rows=self._count)

    def _file(self, rows: Path) -> ResultStatus:
        assert self.destination and self.result.uri
        form, kind = format_of(self.result.uri, self.result.format), self._kind
        with tempfile.TemporaryDirectory(prefix="spotreel-") as scratch:
            path = Path(scratch) / "result"
            with path.open("wb") as file:
                file.writelines(file_bytes(form, kind, self._rows_in(rows), self._about()))
            sha256 = file_sha256(path)
            self.destination.write(path, {"job": self.destination.order.job, "sha256": sha256})
            return ResultStatus(
                analysis=self.planned.name, uri=self.result.uri, rows=self._count, size_bytes=path.stat().st_size,
                sha256=sha256,
            )  # fmt: skip

    @property
    def _kind(self) -> Kind:
        return kind_of(self.subject.analysis).row

    @property
    def _count(self) -> int:
        return self.found.detections if self.found.detections is not None else self.found.events or 0

    def _about(self) -> About:
        """The input, its picture's size, the model's classes in its order, and the frames that were looked at."""
        video, times = self.subject.facts.video, self.planned.times
        looked = range(0, times.frames, self.subject.analysis.every) if times else ()
        labels = classes_of(self.subject.analysis, self.planned)
        return About(self.subject.facts.name, video.display_size if video else (0, 0), labels, looked)

    def _rows_in(self, path: Path) -> Iterator[Row]:
        """A stop is heard between them: a slow database may take as long as all else."""
        detects = self._kind is DetectionRow
        rows = detections_in(path, self.subject.analysis, self.planned) if detects else events_in(path, self.planned)
        for row in rows:
            self.stop_here()
            yield row
