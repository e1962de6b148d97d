"""What analyses have left, read again: however it was cut into windows, and nothing that others have made."""

import threading
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from job_runner.analysis.curve_rows import packed
from job_runner.analyzing.curves import event_rows_of
from job_runner.analyzing.detections import detection_rows
from job_runner.analyzing.engines import Engines
from job_runner.analyzing.kinds import Subject
from job_runner.analyzing.stored import AHEAD, fetched, found_by, rows_file
from job_runner.errors import WorkspaceCorrupt
from job_runner.inputs import JobInputs
from job_runner.plan.times import VariableTimes
from job_runner.plan.windows import WindowsPlan
from job_runner.results.detections import DetectionRow
from job_runner.results.ndjson import member, members
from job_runner.stop import Stop
from job_runner.tracker import Tracker
from job_runner.workspace import names
from job_runner.workspace.places import Places
from job_runner.workspace.store import Missing, Stored
from tests.unit.runner.jobs import order
from tests.unit.runner.media import facts_of, make_video
from tests.unit.runner.targets.given import MetadataStore
from videojob_api.analyses import Analysis

DETECTS = Analysis.model_validate({"name": "look", "detect": {"model": {"input": "m"}, "track": {"maxGap": "200ms"}}})
MOVES = Analysis.model_validate({"name": "look", "motion": {}})
FRAMES = 50
TIMES = VariableTimes(scale=25, first=0, steps=[(1, FRAMES)])

boxes = st.tuples(st.integers(0, FRAMES - 1), st.sampled_from("ab"), st.integers(0, 30), st.integers(0, 20))
cuts = st.lists(st.integers(0, FRAMES), max_size=9)


def planned(window: int = 10) -> WindowsPlan:
    return WindowsPlan(name="look", input="main", rate=Fraction(25), total=FRAMES, window=window, times=TIMES)


def row(frame: int, label: str, left: float, top: float, track: int | None = None) -> DetectionRow:
    return DetectionRow(frame, frame / 25, label, 0.5, left, top, left + 12, top + 12, track)


def parted(borders: Sequence[int]) -> list[tuple[int, int]]:
    edges = sorted({0, FRAMES, *borders})
    return list(pairwise(edges))


@given(st.lists(boxes, max_size=60), cuts)
def test_detections_and_their_tracks_depend_on_no_window(found: list[tuple[int, str, int, int]], at: list[int]) -> None:
    rows = sorted((row(*each) for each in found), key=lambda each: each.frame)
    pieces = [member(r for r in rows if first <= r.frame < end) for first, end in parted(at)]
    for tracked in (False, True):
        whole = list(detection_rows(DETECTS, planned(), [member(rows)], tracked))
        assert list(detection_rows(DETECTS, planned(), pieces, tracked)) == whole and len(whole) == len(rows)


@given(st.lists(st.none() | st.integers(0, 1000), min_size=FRAMES, max_size=FRAMES), cuts)
def test_events_depend_on_no_window(values: list[int | None], at: list[int]) -> None:
    pieces = [packed(values[first:end]) for first, end in parted(at)]
    assert list(event_rows_of(MOVES, planned(), pieces)) == list(event_rows_of(MOVES, planned(), [packed(values)]))


@pytest.fixture
def store(tmp_path: Path) -> MetadataStore:
    return MetadataStore(tmp_path / "work")


@pytest.fixture
def subject(tmp_path: Path) -> Subject:
    clip = make_video(tmp_path / "v.mp4", frames=FRAMES)
    job = order(tmp_path, clip)
    inputs = JobInputs(job.work, Places(None, None, 0.1), Tracker("a"))
    return Subject(DETECTS, facts_of(clip), inputs, Engines(job, inputs, Stop(0), None))


def put_rows(store: MetadataStore, folder: Path, rows: list[DetectionRow], **metadata: str) -> None:
    (folder / "rows").write_bytes(b"".join(members(rows)))
    store.put_file(names.rows("look"), folder / "rows", {"plan": "d", **metadata}, replace=False)


def test_what_plans_go_by(tmp_path: Path, store: MetadataStore, subject: Subject) -> None:
    put_rows(store, tmp_path, [row(10, "a", 24, 16, 1), row(10, "b", 0, 0, 2), row(11, "a", 48, 16, 1)])
    found = found_by(subject, planned(), True, store, "d")
    assert found.curve.values[9:13] == [0, 1000, 500, 0] and not found.curve.events, "it is too short"
    assert [(track.number, track.label, len(track.points)) for track in found.tracks] == [(1, "a", 2), (2, "b", 1)]
    assert found.tracks[0].points[1] == (11 / 25, 0.5, 0.25, 0.625, 0.4375)
    assert not found_by(subject, planned(), False, store, "d").tracks


def test_rows_are_the_bytes_that_were_put(tmp_path: Path, store: MetadataStore) -> None:
    with pytest.raises(Missing), rows_file(store, "look", "d"):
        pass
    put_rows(store, tmp_path, [row(1, "a", 0, 0)], sha256="0" * 64)
    with (
        pytest.raises(WorkspaceCorrupt, match=r"rows.ndjson.gz is not what was written"),
        rows_file(store, "look", "d"),
    ):
        pass


def test_windows_of_another_plan_are_refused(store: MetadataStore) -> None:
    for number, plan in enumerate(("d", "d", "other")):
        store.put(names.window("look", number), str(number).encode(), {"plan": plan})
    with fetched(store, [names.window("look", number) for number in range(3)], "d") as coming:
        assert [next(coming), next(coming)] == [b"0", b"1"]
        with pytest.raises(WorkspaceCorrupt, match="made by another plan"):
            next(coming)


class CrowdedStore(MetadataStore):
    """Answers only once `AHEAD` have been asked for, and counts how many are in flight together."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self._count, self._crowded = threading.Lock(), threading.Event()
        self.asked = self.in_flight = self.most = 0

    def get(self, key: str) -> Stored:
        with self._count:
            self.asked, self.in_flight = self.asked + 1, self.in_flight + 1
            self.most = max(self.most, self.in_flight)
            if self.asked == AHEAD:
                self._crowded.set()
        assert self._crowded.wait(60), "they are fetched one at a time"
        found = super().get(key)
        with self._count:
            self.in_flight -= 1
        return found


def test_the_next_windows_are_fetched_meanwhile_and_no_others(tmp_path: Path) -> None:
    store = CrowdedStore(tmp_path / "work")
    keys = [names.window("look", number) for number in range(3 * AHEAD)]
    for number, key in enumerate(keys):
        store.put(key, b"%d" % number, {"plan": "d"})
    with fetched(store, keys, "d") as coming:
        for number, data in enumerate(coming):
            assert data == b"%d" % number and store.asked <= number + 1 + AHEAD
    assert store.most == AHEAD and store.asked == len(keys)
