"""Rows of all windows, and how many they are, stored once."""

import gzip
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from job_runner.analysis.curve_rows import packed
from job_runner.analyzing.engines import Engines
from job_runner.analyzing.kinds import Subject
from job_runner.detection.most import MOST_DETECTIONS
from job_runner.errors import Disrupted, WorkspaceCorrupt
from job_runner.inputs import JobInputs
from job_runner.plan.times import VariableTimes
from job_runner.plan.windows import WindowsPlan
from job_runner.results.detections import DetectionRow
from job_runner.results.ndjson import member, read_rows
from job_runner.stop import Stop
from job_runner.targets.found import FoundTarget
from job_runner.targets.target import brought
from job_runner.tracker import Tracker
from job_runner.workspace import names
from job_runner.workspace.places import Places
from job_runner.workspace.store import Store
from tests.unit.runner.jobs import order
from tests.unit.runner.media import facts_of, make_video
from tests.unit.runner.targets.given import MetadataStore
from videojob_api.analyses import Analysis
from videojob_api.status import AnalysisStatus

METADATA = {"plan": "digest", "attempt": "a-0-1", "fingerprint": "f"}
TIMES = VariableTimes.of([0, 100, 200, 300], 100, 1000)
DETECTS = {"name": "people", "detect": {"model": {"input": "model"}}}
MOVES = {"name": "people", "motion": {}}


@pytest.fixture
def store(tmp_path: Path) -> MetadataStore:
    return MetadataStore(tmp_path / "work")


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    return make_video(tmp_path / "v.mp4", frames=4)


def nothing() -> None:
    """Nobody asks to stop."""


def target(
    store: Store, clip: Path, kind: Mapping[str, object], windows: Sequence[bytes], tracked: bool,
    stop_here: Callable[[], None] = nothing,
) -> FoundTarget:  # fmt: skip
    analysis = Analysis.model_validate(kind)
    job = order(clip.parent, clip)
    inputs = JobInputs(job.work, Places(None, None, 0.1), Tracker("a"))
    total = len(windows) * 2
    planned = WindowsPlan.model_validate(
        {"name": "people", "input": "main", "rate": "10", "total": total, "window": 2, "times": TIMES}
    )
    keys = [names.window("people", number) for number in range(len(windows))]

    def made() -> Sequence[str]:
        for key, data in zip(keys, windows, strict=True):
            store.put(key, data, METADATA)
        return keys

    subject = Subject(analysis, facts_of(clip), inputs, Engines(job, inputs, Stop(0), None))
    return FoundTarget(subject, planned, tracked, made, store, METADATA, stop_here)


def row(frame: int, left: float = 0.0) -> DetectionRow:
    return DetectionRow(frame, frame / 10, "ball", 0.9, left, 0.0, left + 10, 10.0)


def rows_in(store: Store, folder: Path) -> list[DetectionRow]:
    store.fetch(names.rows("people"), folder / "rows.ndjson.gz")
    return list(read_rows(folder / "rows.ndjson.gz"))


def test_rows_of_all_windows_and_how_many_they_are(tmp_path: Path, store: MetadataStore, clip: Path) -> None:
    rows = [row(0), row(1), row(1, 50.0), row(3)]
    made = target(store, clip, DETECTS, [member(rows[:3]), member(rows[3:])], tracked=False)
    assert made.stored() is None
    found = brought(made)
    assert found == AnalysisStatus(name="people", windows=2, total=2, detections=4)
    assert rows_in(store, tmp_path) == rows
    metadata = store.metadata(names.rows("people"))
    assert metadata and metadata["plan"] == "digest" and len(metadata["sha256"]) == 64
    assert made.stored() == found and store.metadata(names.found("people")) == METADATA


def test_things_are_followed_over_the_borders_of_windows(tmp_path: Path, store: MetadataStore, clip: Path) -> None:
    windows = [member([row(0), row(1)]), member([row(2), row(3), row(3, 60.0)])]
    found = target(store, clip, DETECTS, windows, tracked=True).make()
    assert (found.detections, found.tracks) == (5, 2)
    assert [each.track for each in rows_in(store, tmp_path)] == [1, 1, 1, 1, 2]


def test_frames_with_as_many_boxes_as_are_kept_are_counted(store: MetadataStore, clip: Path) -> None:
    crowd = [row(frame, float(k)) for frame in (1, 3) for k in range(MOST_DETECTIONS)]
    windows = [member([row(0), *crowd[:MOST_DETECTIONS]]), member(crowd[MOST_DETECTIONS:])]
    made = target(store, clip, DETECTS, windows, tracked=False)
    assert brought(made).full_frames == 2
    again = made.stored()
    assert again and again.full_frames == 2, "who goes on knows it too"


@pytest.mark.parametrize(("kind", "window"), [(DETECTS, member([])), (MOVES, packed([0, 0]))])
def test_nothing_found_is_a_file_too(
    store: MetadataStore, clip: Path, kind: Mapping[str, object], window: bytes
) -> None:
    found = target(store, clip, kind, [window], tracked=kind is DETECTS).make()
    assert (found.events, found.detections, found.tracks) == ((0, None, None) if kind is MOVES else (None, 0, 0))
    assert gzip.decompress(store.get(names.rows("people")).data) == b""


def test_a_twin_may_be_first_with_either(store: MetadataStore, clip: Path) -> None:
    windows = [member([row(0)]), member([])]
    first = target(store, clip, DETECTS, windows, tracked=False).make()
    assert target(store, clip, DETECTS, windows, tracked=False).make() == first
    store.delete([names.found("people")])
    assert target(store, clip, DETECTS, windows, tracked=False).make() == first, "killed between the two"


def test_a_stop_is_heard_at_each_window(store: MetadataStore, clip: Path) -> None:
    left = iter(range(2))

    def stop() -> None:
        if next(left, None) is None:
            raise Disrupted("told to stop")

    with pytest.raises(Disrupted):
        target(store, clip, DETECTS, [member([row(0)])] * 3, tracked=True, stop_here=stop).make()
    assert len(store.list("")) == 3, "windows alone"


@pytest.mark.parametrize("said", [b"", b"[]", b'{"name": "people", "win'])
def test_what_cannot_be_read_is_a_spoilt_workspace(store: MetadataStore, clip: Path, said: bytes) -> None:
    store.put(names.found("people"), said, METADATA)
    with pytest.raises(WorkspaceCorrupt, match=r"found\.json is not what was written; delete the workspace"):
        target(store, clip, DETECTS, [], tracked=False).stored()


@pytest.mark.parametrize("key", [names.found("people"), names.window("people", 1)])
def test_what_another_plan_has_made_is_refused(store: MetadataStore, clip: Path, key: str) -> None:
    store.put(key, b"theirs", {"plan": "another"})
    with pytest.raises(WorkspaceCorrupt, match=f"{key} was made by another plan; delete the workspace"):
        brought(target(store, clip, DETECTS, [member([row(0)]), member([])], tracked=False))
