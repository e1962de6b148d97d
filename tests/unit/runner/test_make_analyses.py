"""The same bytes of every window and every result, whoever measures which window, when, and how often it is ended."""

import random
import threading
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from job_runner.make_analyses import counted
from job_runner.plan import windows as plan
from job_runner.targets import queue
from job_runner.workspace import names
from job_runner.workspace.directory import DirectoryStore
from tests.unit.runner.looked import FOLLOWED, LOUD, MOVING, SEEN, Desk
from tests.unit.runner.media import make_video
from videojob_api.exit_codes import ExitCode
from videojob_api.names import Note
from videojob_api.report import Report
from videojob_api.status import AnalysisStatus

ALL = (MOVING, LOUD, FOLLOWED)
CLIP_FRAMES = 240
OBJECTS = 6 + 6 + 5 + 2 * len(ALL)
"""Windows of each, then rows and how many they are of each."""


@pytest.fixture(autouse=True)
def short_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many of them in a short clip, and more cores than this machine may have."""
    monkeypatch.setattr(plan, "PICTURES", 40)
    monkeypatch.setattr(plan, "LEVELS", 17)
    monkeypatch.setattr(plan, "FRAMES", 24)
    monkeypatch.setattr("job_runner.cores.usable_cores", lambda: 8)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_video(tmp_path_factory.mktemp("clip") / "v.mp4", frames=CLIP_FRAMES, sound=True)


@pytest.fixture(scope="module")
def wanted(clip: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """What one core leaves, in order."""
    with pytest.MonkeyPatch.context() as patched:
        for name, size in (("PICTURES", 40), ("LEVELS", 17), ("FRAMES", 24)):
            patched.setattr(plan, name, size)
        desk = Desk(tmp_path_factory.mktemp("wanted"), clip)
        assert desk.look("one", *ALL, cores=1).exit_code == 0
    found = desk.digests("one")
    assert len(found) == OBJECTS
    return found


def test_clips_are_counted_of_those_that_they_come_from() -> None:
    statuses = [AnalysisStatus(name="moving", events=3), AnalysisStatus(name="people", tracks=2)]
    assert [status.cuts for status in counted(statuses, ["moving"], 2)] == [2, None]


@pytest.fixture
def desk(tmp_path: Path, clip: Path) -> Desk:
    return Desk(tmp_path, clip)


def test_any_number_of_workers(desk: Desk, wanted: Mapping[str, str]) -> None:
    assert desk.look("many", *ALL, cores=7).exit_code == 0
    assert desk.digests("many") == wanted


@pytest.mark.parametrize("seed", range(2))
def test_any_order_of_windows(
    desk: Desk, wanted: Mapping[str, str], seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The decoder that stays open jumps to and fro."""
    chance = random.Random(seed)
    monkeypatch.setattr(queue, "next_number", lambda free, last, others: chance.choice(sorted(free)) if free else None)
    assert desk.look("shuffled", *ALL, cores=1 + seed).exit_code == 0
    assert desk.digests("shuffled") == wanted


def test_windows_are_listed_once_before_they_are_made(
    desk: Desk, wanted: Mapping[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """For progress and for what is missing together; and once more where something was."""
    listed, whole = Counter[str](), DirectoryStore.list

    def counting(self: DirectoryStore, prefix: str) -> set[str]:
        listed[prefix] += prefix.startswith("analysis/")
        return whole(self, prefix)

    monkeypatch.setattr(DirectoryStore, "list", counting)
    assert desk.look("listed", *ALL).exit_code == 0
    work = desk.folder / "listed" / "work"
    for made in (names.RESULT, names.window("moving", 2), *(names.found(name) for name in ("moving", "loud"))):
        (work / made).unlink()
    listed.clear()
    assert desk.look("listed", *ALL).exit_code == 0
    assert +listed == {"analysis/moving/": 2, "analysis/loud/": 1, "analysis/followed/": 1}
    assert desk.digests("listed") == wanted


class KilledError(BaseException):
    """As if the process had ended."""


def test_killed_at_any_write(desk: Desk, wanted: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    chance, left = random.Random(5), 0
    put, put_file = DirectoryStore.put, DirectoryStore.put_file

    def dying(*arguments: Any, whole: Any = put, **more: Any) -> Any:
        nonlocal left
        left -= 1
        if left == 0:
            raise KilledError
        return whole(*arguments, **more)

    monkeypatch.setattr(DirectoryStore, "put", dying)
    monkeypatch.setattr(DirectoryStore, "put_file", lambda *given, **more: dying(*given, whole=put_file, **more))
    kills = 0
    while True:
        left = chance.randrange(1, 12)
        try:
            word = desk.look("killed", *ALL, cores=2)
            break
        except KilledError:
            kills += 1
    assert word.exit_code == 0 and kills >= 2
    assert desk.digests("killed") == wanted


def test_twins(desk: Desk, wanted: Mapping[str, str]) -> None:
    words: list[Report] = []
    made = [threading.Thread(target=lambda: words.append(desk.look("twins", *ALL, cores=2))) for _ in range(2)]
    for each in made:
        each.start()
    for each in made:
        each.join()
    assert [word.exit_code for word in words] == [0, 0]
    assert desk.digests("twins") == wanted
    assert words[0].analyses == words[1].analyses


def test_rows_do_not_depend_on_the_length_of_windows(
    desk: Desk, wanted: Mapping[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    assert desk.look("long", *ALL).exit_code == 0
    long = desk.digests("long")
    assert {key: long[key] for key in long if "rows" in key} == {key: wanted[key] for key in wanted if "rows" in key}
    assert len(long) == 1 + 1 + 3 + 2 * len(ALL)


def test_a_twin_that_finished_and_cleaned_up_while_we_looked(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it has made is ours too, wherever we stand."""
    results = [{"analysis": "seen", "uri": (desk.folder / "seen.ndjson.gz").as_uri()}]
    get, twins = DirectoryStore.get, list[Report]()

    def overtaken(self: DirectoryStore, key: str) -> Any:
        if key == names.window("seen", 3):
            monkeypatch.setattr(DirectoryStore, "get", get)
            twins.append(desk.look("we", SEEN, results=results, checkpoint={}))
        return get(self, key)

    monkeypatch.setattr(DirectoryStore, "get", overtaken)
    word = desk.look("we", SEEN, results=results, checkpoint={})
    assert (word.exit_code, twins[0].exit_code) == (0, 0), word.message
    assert word.results == twins[0].results and word.analyses == twins[0].analyses
    assert {path.name for path in (desk.folder / "we" / "work").iterdir()} == {names.RESULT}


def test_a_window_that_vanishes_is_a_spoilt_workspace(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    get = DirectoryStore.get

    def lost(self: DirectoryStore, key: str) -> Any:
        return get(self, "lost" if key == names.window("seen", 3) else key)

    monkeypatch.setattr(DirectoryStore, "get", lost)
    word = desk.look("lost", SEEN)
    assert word.exit_code == ExitCode.WORKSPACE_CORRUPT and "run the job again" in (word.message or "")


def test_an_analysis_that_nothing_goes_by_is_noted(clip: Path, tmp_path: Path) -> None:
    desk = Desk(tmp_path, clip)
    asked = [{"analysis": "moving", "uri": (tmp_path / "rows.ndjson.gz").as_uri()}]
    report = desk.look("one", MOVING, LOUD, results=asked)
    assert report.exit_code == 0
    assert [(note.reason, note.message.split(":")[0]) for note in report.warnings] == [
        (Note.ANALYSIS_UNUSED, "analysis loud is done for nothing")
    ]
