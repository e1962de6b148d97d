"""What analyses have left in a workspace, read again."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from job_runner.ahead import ahead
from job_runner.analysis.found import Found
from job_runner.analyzing import curves, detections
from job_runner.analyzing.kinds import Subject
from job_runner.errors import InputInvalid, WorkspaceCorrupt
from job_runner.plan.windows import WindowsPlan
from job_runner.results.detections import DetectionRow
from job_runner.results.events import EventRow
from job_runner.results.ndjson import read_rows
from job_runner.results.row import R
from job_runner.workspace import names
from job_runner.workspace.by_plan import file_of, object_of
from job_runner.workspace.store import Store
from videojob_api.analyses import Analysis

AHEAD = 8
"""Windows that are fetched while one is read: a store takes far longer to answer than a window to be read."""


def fetched(store: Store, keys: Sequence[str], digest: str) -> AbstractContextManager[Iterator[bytes]]:
    """Windows one after the other, the next ones fetched meanwhile.

    Taking one raises Missing, and WorkspaceCorrupt for what was made by another plan.
    """
    return ahead(lambda key: object_of(store, key, digest), keys, AHEAD, "fetch")


@contextmanager
def rows_file(store: Store, analysis: str, digest: str) -> Iterator[Path]:
    """All rows of an analysis, as a local file. Raises Missing, and WorkspaceCorrupt for other bytes than were put."""
    with tempfile.TemporaryDirectory(prefix="spotreel-") as scratch:
        path = Path(scratch) / "rows.ndjson.gz"
        file_of(store, names.rows(analysis), digest, path)
        yield path


def detections_in(path: Path, analysis: Analysis, planned: WindowsPlan) -> Iterator[DetectionRow]:
    """Of the file of all rows. Raises WorkspaceCorrupt for what no detector has found."""
    return detections.looked_at(_rows_in(path, DetectionRow, planned.name), planned, analysis.every)


def events_in(path: Path, planned: WindowsPlan) -> Iterator[EventRow]:
    """The same of motion and loudness."""
    return _rows_in(path, EventRow, planned.name)


def _rows_in(path: Path, kind: type[R], analysis: str) -> Iterator[R]:
    try:
        yield from read_rows(path, kind)
    except InputInvalid as error:
        raise WorkspaceCorrupt(f"{names.rows(analysis)} is not what was written; delete the workspace") from error


def found_by(subject: Subject, planned: WindowsPlan, tracked: bool, store: Store, digest: str) -> Found:
    """What an analysis has found, as a plan goes by it."""
    analysis = subject.analysis
    if analysis.detections is None:
        keys = [names.window(planned.name, number) for number in range(planned.count)]
        with fetched(store, keys, digest) as windows:
            curve = curves.curve_of(curves.result_of(analysis, planned, windows))
        return Found(analysis.name, analysis.input, curve)
    video = subject.facts.video
    assert video is not None
    with rows_file(store, analysis.name, digest) as path:
        curve = detections.seen_curve(analysis, planned, video, detections_in(path, analysis, planned))
        rows = detections_in(path, analysis, planned)
        tracks = detections.tracks_of(rows, video.display_size) if tracked else []
    lasting = detections.lasting(tracks, planned, analysis.every, video)
    return Found(analysis.name, analysis.input, curve, lasting, detections.step_of(planned, analysis.every))
