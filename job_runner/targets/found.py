"""analysis/<name>/rows, analysis/<name>/found <- all windows."""

import logging
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from job_runner.analyzing.kinds import Subject, kind_of
from job_runner.analyzing.stored import fetched
from job_runner.detection.most import MOST_DETECTIONS
from job_runner.errors import WorkspaceCorrupt
from job_runner.plan.windows import WindowsPlan
from job_runner.results.detections import DetectionRow
from job_runner.results.ndjson import members
from job_runner.results.row import Row
from job_runner.workspace import names
from job_runner.workspace.by_plan import object_of
from job_runner.workspace.directory import file_sha256
from job_runner.workspace.store import Missing, Store, Taken
from videojob_api.status import AnalysisStatus

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class FoundTarget:
    """What all windows of an analysis come to. `windows` gives their keys, and makes those that are missing."""

    subject: Subject
    planned: WindowsPlan
    tracked: bool
    windows: Callable[[], Sequence[str]]
    store: Store
    metadata: Mapping[str, str]
    stop_here: Callable[[], None]
    """Called for each window, and may raise: to follow an hour's detections takes a while."""

    def stored(self) -> AnalysisStatus | None:
        """How much was found; None if that is not known yet. Raises WorkspaceCorrupt for what cannot be read."""
        key = names.found(self.planned.name)
        try:
            return AnalysisStatus.model_validate_json(object_of(self.store, key, self.metadata["plan"]))
        except Missing:
            return None
        except ValueError as error:
            raise WorkspaceCorrupt(f"{key} is not what was written; delete the workspace") from error

    def make(self) -> AnalysisStatus:
        """Rows first, how many they are last. Raises RunnerError."""
        keys = self.windows()
        tally = _Tally()
        with tempfile.TemporaryDirectory(prefix="spotreel-") as scratch, suppress(Taken):
            path = Path(scratch) / "rows.ndjson.gz"
            with path.open("wb") as file, fetched(self.store, keys, self.metadata["plan"]) as windows:
                file.writelines(members(tally.counted(self._rows(windows))))
            metadata = {**self.metadata, "sha256": file_sha256(path)}
            self.store.put_file(names.rows(self.planned.name), path, metadata, replace=False)
        found = self._status(tally)
        self.store.put(names.found(self.planned.name), found.model_dump_json(by_alias=True).encode(), self.metadata)
        log.info("analyzed", extra={"analysis": found.name, "rows": tally.rows})
        return found

    def _rows(self, windows: Iterable[bytes]) -> Iterator[Row]:
        analysis = self.subject.analysis
        return kind_of(analysis).rows(analysis, self.planned, self._until_stopped(windows), self.tracked)

    def _until_stopped(self, windows: Iterable[bytes]) -> Iterator[bytes]:
        for data in windows:
            self.stop_here()
            yield data

    def _status(self, tally: "_Tally") -> AnalysisStatus:
        detects = kind_of(self.subject.analysis).row is DetectionRow
        return AnalysisStatus(
            name=self.planned.name,
            windows=self.planned.count,
            total=self.planned.count,
            events=None if detects else tally.rows,
            detections=tally.rows if detects else None,
            tracks=len(tally.tracks) if self.tracked else None,
            full_frames=tally.full or None,
        )


@dataclass
class _Tally:
    """Rows that have passed, the different things in them, and frames with as many boxes as are kept."""

    rows: int = 0
    tracks: set[int] = field(default_factory=set)
    full: int = 0
    _frame: tuple[int, int] = (-1, 0)
    """That of the last box, and how many it has so far."""

    def counted(self, rows: Iterable[Row]) -> Iterator[Row]:
        for row in rows:
            self.rows += 1
            if isinstance(row, DetectionRow):
                self._count(row)
            yield row

    def _count(self, row: DetectionRow) -> None:
        self._frame = (row.frame, self._frame[1] + 1 if row.frame == self._frame[0] else 1)
        self.full += self._frame[1] == MOST_DETECTIONS
        if row.track is not None:
            self.tracks.add(row.track)
