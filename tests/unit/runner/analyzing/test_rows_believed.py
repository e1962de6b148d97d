"""What analyses have left in a workspace, as plans and results go by it, and what of it is not believed."""

import gzip
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from job_runner.analysis.curve_rows import packed
from job_runner.analyzing.engines import Engines
from job_runner.analyzing.kinds import Subject
from job_runner.analyzing.stored import detections_in, events_in, fetched, found_by, rows_file
from job_runner.errors import WorkspaceCorrupt
from job_runner.inputs import JobInputs
from job_runner.plan.times import VariableTimes
from job_runner.plan.windows import WindowsPlan
from job_runner.results.detections import DetectionRow
from job_runner.results.events import EventRow
from job_runner.results.ndjson import member
from job_runner.stop import Stop
from job_runner.tracker import Tracker
from job_runner.workspace import names
from job_runner.workspace.directory import file_sha256
from job_runner.workspace.places import Places
from tests.unit.runner.jobs import order
from tests.unit.runner.media import facts_of, make_video
from tests.unit.runner.targets.given import MetadataStore
from videojob_api.analyses import Analysis

TIMES = VariableTimes.of([0, 40, 80, 120], 40, 1000)
PLANNED = WindowsPlan.model_validate(
    {"name": "people", "input": "main", "rate": "25", "total": 4, "window": 2, "times": TIMES}
)
DETECTS = Analysis.model_validate({"name": "people", "detect": {"model": {"input": "model"}}})
MOVES = Analysis.model_validate({"name": "people", "motion": {}})
ROWS = [DetectionRow(n, n / 25, "ball", 0.5, 10.0, 10.0, 20.0, 20.0, 1) for n in (1, 2)]


@pytest.fixture
def store(tmp_path: Path) -> MetadataStore:
    return MetadataStore(tmp_path / "work")


def put_rows(store: MetadataStore, folder: Path, data: bytes, **metadata: str) -> None:
    path = folder / "rows"
    path.write_bytes(data)
    store.put_file(names.rows("people"), path, {"plan": "d", "sha256": file_sha256(path), **metadata}, replace=True)


def subject(folder: Path, analysis: Analysis) -> Subject:
    clip = make_video(folder / "v.mp4", frames=4)
    job = order(folder, clip)
    inputs = JobInputs(job.work, Places(None, None, 0.1), Tracker("a"))
    return Subject(analysis, facts_of(clip), inputs, Engines(job, inputs, Stop(0), None))


def test_windows_of_another_plan_are_refused(store: MetadataStore) -> None:
    store.put("a", b"1", {"plan": "d"})
    store.put("b", b"2", {"plan": "e"})
    with pytest.raises(WorkspaceCorrupt, match="b was made by another plan"), fetched(store, ["a", "b"], "d") as coming:
        list(coming)


@pytest.mark.parametrize(
    ("metadata", "said"),
    [({"plan": "e"}, "was made by another plan"), ({"sha256": "0" * 64}, "is not what was written")],
)
def test_rows_of_another_plan_or_with_other_bytes(
    store: MetadataStore, tmp_path: Path, metadata: Mapping[str, str], said: str
) -> None:
    put_rows(store, tmp_path, member(ROWS), **metadata)
    with pytest.raises(WorkspaceCorrupt, match=rf"rows\.ndjson\.gz {said}"), rows_file(store, "people", "d"):
        pass


def test_what_a_detector_has_found(store: MetadataStore, tmp_path: Path) -> None:
    put_rows(store, tmp_path, member(ROWS))
    found = found_by(subject(tmp_path, DETECTS), PLANNED, True, store, "d")
    assert list(found.curve.values) == [0, 500, 500, 0]
    (track,) = found.tracks
    assert (track.number, track.label, [point.seconds for point in track.points]) == (1, "ball", [0.04, 0.08])
    assert not found_by(subject(tmp_path, DETECTS), PLANNED, False, store, "d").tracks


def test_what_moved(store: MetadataStore, tmp_path: Path) -> None:
    for number, values in enumerate(([0, 100], [100, 0])):
        store.put(names.window("people", number), packed(values), {"plan": "d"})
    found = found_by(subject(tmp_path, MOVES), PLANNED, False, store, "d")
    assert (found.name, found.input, found.curve.grid, len(found.curve.values)) == ("people", "main", PLANNED.grid, 4)


@pytest.mark.parametrize(
    "row", [{"frame": 4}, {"frame": -1}, {"frame": 10**9}, {"frame": 0}, {"x1": 10**400}, {"label": "\n\x07"}], ids=str
)
def test_rows_that_others_wrote_are_a_spoilt_workspace(
    store: MetadataStore, tmp_path: Path, row: dict[str, Any]
) -> None:
    lines = [json.dumps(asdict(ROWS[0])), json.dumps(asdict(ROWS[1]) | row)]
    put_rows(store, tmp_path, gzip.compress("\n".join(lines).encode()))
    with pytest.raises(WorkspaceCorrupt, match=r"people.*; delete the workspace") as raised:
        found_by(subject(tmp_path, DETECTS), PLANNED, True, store, "d")
    assert str(tmp_path) not in str(raised.value)


def test_rows_of_results(tmp_path: Path) -> None:
    path, events = tmp_path / "rows", [EventRow(1, 0.0, 1.0, 5.0, "%")]
    path.write_bytes(member(ROWS))
    assert list(detections_in(path, DETECTS, PLANNED)) == ROWS
    with pytest.raises(WorkspaceCorrupt, match=r"analysis/people/rows\.ndjson\.gz is not what was written"):
        list(events_in(path, PLANNED))
    path.write_bytes(member(events))
    assert list(events_in(path, PLANNED)) == events
