"""Several runners at one job: the same bytes, whoever comes, dies, comes twice or comes too late."""

import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from job_runner.session import Session, share_words
from job_runner.stop import Stop
from job_runner.workspace import names
from job_runner.workspace.directory import DirectoryStore, file_sha256
from tests.unit.runner.jobs import order
from tests.unit.runner.looked import LOUD, MOVING
from tests.unit.runner.media import make_video
from videojob_api.exit_codes import ExitCode
from videojob_api.names import Outcome
from videojob_api.order import Order, Shard
from videojob_api.report import Report, SegmentCounts

FRAMES = 300
"""Ten segments."""


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_video(tmp_path_factory.mktemp("clip") / "v.mp4", frames=FRAMES, sound=True)


@pytest.fixture(scope="module")
def wanted(clip: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The sha256 of what one runner makes."""
    folder = tmp_path_factory.mktemp("wanted")
    last = Session(order(folder, clip), Stop(30)).run()
    assert last.outcome == Outcome.SUCCEEDED
    return str(last.outputs[0].sha256)


def shard_order(folder: Path, clip: Path, shard: Shard, attempt: str = "", **more: Any) -> Order:
    update = {"shard": shard, "attempt": attempt or f"a-{shard.index}-1", "max_parallel": 1}
    return order(folder, clip, **more).model_copy(update=update)


def lane(index: int | None, total: int, joins: bool | None = None) -> Shard:
    return Shard(index=index, total=total, joins=index == 0 if joins is None else joins)


def session(made: Order) -> Session:
    return Session(made, Stop(30))


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Segments of these tests take less time than it takes to begin one."""
    monkeypatch.setattr("job_runner.targets.shares.PATIENCE", 1e6)


def together(sessions: Sequence[Session]) -> list[Report]:
    """The last words, in order."""
    words: dict[int, Report] = {}

    def run(number: int) -> None:
        words[number] = sessions[number].run()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(sessions))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [words[number] for number in range(len(sessions))]


def left(folder: Path) -> set[str]:
    return {path.name for path in (folder / "work").rglob("*") if path.is_file()}


@pytest.mark.parametrize("total", [2, 3, 7])
def test_any_number_of_runners(tmp_path: Path, clip: Path, wanted: str, total: int) -> None:
    words = together([session(shard_order(tmp_path, clip, lane(index, total))) for index in range(total)])
    assert [word.exit_code for word in words] == [0] * total, [word.message for word in words]
    assert words[0].outcome == Outcome.SUCCEEDED and words[0].outputs[0].sha256 == wanted
    assert file_sha256(tmp_path / "out.mp4") == wanted and left(tmp_path) == {names.RESULT}
    assert {word.outcome for word in words[1:]} <= {Outcome.SHARE_DONE, Outcome.SUCCEEDED}
    assert sum(word.segments.by_this for word in words) == FRAMES // 30, "each counts for whoever was first"


def test_one_after_the_other(tmp_path: Path, clip: Path, wanted: str, patient: None) -> None:
    """The other leaves what it would begin with, and the first, which stays, makes that too."""
    last = session(shard_order(tmp_path, clip, lane(2, 3))).run()
    assert (last.exit_code, last.outcome, last.outputs) == (0, Outcome.SHARE_DONE, [])
    assert last.segments == SegmentCounts(done=9, total=10, by_this=9)
    assert last.message == "its share is done: 9 segments by this runner, 1 of 10 left to others"
    assert names.segment("main", 0) not in DirectoryStore(tmp_path / "work").list("")
    assert names.AUDIO not in left(tmp_path) and not (tmp_path / "out.mp4").exists()
    assert session(shard_order(tmp_path, clip, lane(0, 3))).run().outputs[0].sha256 == wanted


def test_a_join_that_is_an_attempt_of_its_own(tmp_path: Path, clip: Path, wanted: str) -> None:
    """It makes what is missing, too, and all others end with their share."""
    words = together([session(shard_order(tmp_path, clip, lane(index, 2, joins=False))) for index in range(2)])
    assert [word.outcome for word in words] == [Outcome.SHARE_DONE] * 2
    assert names.AUDIO in left(tmp_path), "the first makes it beside its segments"
    assert not (tmp_path / "out.mp4").exists() and names.RESULT not in left(tmp_path)
    DirectoryStore(tmp_path / "work").delete([names.segment("main", 4), names.AUDIO])
    last = session(shard_order(tmp_path, clip, lane(None, 2, joins=True))).run()
    assert (last.outcome, last.outputs[0].sha256, last.segments.by_this) == (Outcome.SUCCEEDED, wanted, 1)
    assert left(tmp_path) == {names.RESULT}


def killed_after(made: Order, frames: int) -> Report:
    """A runner that is told to stop, and has no time left."""
    stop, seen = Stop(0), 0
    one = Session(made, stop)
    count = one.tracker.frame

    def frame(number: int) -> None:
        nonlocal seen
        count(number)
        seen += 1
        if seen == frames:
            stop.request()

    one.tracker.frame = frame  # type: ignore[method-assign,assignment]
    return one.run()


def test_runners_that_are_stopped_and_come_again(tmp_path: Path, clip: Path, wanted: str) -> None:
    """The second begins in the middle of its share; the first has to end nowhere near."""
    for index, frames in ((1, 40), (0, 75), (1, 100)):
        word = killed_after(shard_order(tmp_path, clip, lane(index, 2)), frames)
        assert (word.exit_code, word.outcome) == (ExitCode.DISRUPTED, Outcome.DISRUPTED)
    words = together([session(shard_order(tmp_path, clip, lane(index, 2), f"a-{index}-2")) for index in range(2)])
    assert [word.exit_code for word in words] == [0, 0] and words[0].outputs[0].sha256 == wanted


def test_a_twin_of_the_first(tmp_path: Path, clip: Path, wanted: str) -> None:
    twins = [shard_order(tmp_path, clip, lane(0, 2), f"a-0-{number}") for number in (1, 2)]
    words = together([session(made) for made in twins])
    assert [word.outcome for word in words] == [Outcome.SUCCEEDED] * 2, [word.message for word in words]
    assert {word.outputs[0].sha256 for word in words} == {wanted}
    assert left(tmp_path) == {names.RESULT}


def test_the_number_of_runners_is_changed(tmp_path: Path, clip: Path, wanted: str) -> None:
    """The first was told that it is alone; then there are three more."""
    shards = [Shard(index=0), *(lane(index, 4) for index in (1, 2, 3))]
    words = together([session(shard_order(tmp_path, clip, shard)) for shard in shards])
    assert words[0].outputs[0].sha256 == wanted, words[0].message
    assert words[0].segments.by_this < FRAMES // 30


def held(monkeypatch: pytest.MonkeyPatch, key: str, meanwhile: Callable[[], None]) -> None:
    """Once an object is about to be written, something else happens first."""
    put, seen = DirectoryStore.put, list[str]()

    def later(self: DirectoryStore, name: str, data: bytes, metadata: Mapping[str, str]) -> bool:
        if name == key and not seen:
            seen.append(name)
            meanwhile()
        return put(self, name, data, metadata)

    monkeypatch.setattr(DirectoryStore, "put", later)


def test_one_that_was_given_up_stores_a_segment_after_the_end(
    tmp_path: Path, clip: Path, wanted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It hears that the job is done, says so, and leaves nothing behind."""
    others: list[Report] = []

    def finish() -> None:
        others.append(session(shard_order(tmp_path, clip, lane(0, 2))).run())

    held(monkeypatch, names.segment("main", 5), finish)
    word = session(shard_order(tmp_path, clip, lane(1, 2), "a-1-1")).run()
    assert others[0].outputs[0].sha256 == wanted and file_sha256(tmp_path / "out.mp4") == wanted
    assert (word.outcome, word.outputs) == (Outcome.SUCCEEDED, others[0].outputs)
    assert left(tmp_path) == {names.RESULT}


def test_progress_is_what_all_have_made(tmp_path: Path, clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("job_runner.targets.lane.OWN_SECONDS", 0.0)
    one = session(shard_order(tmp_path, clip, lane(1, 2)))
    seen: list[Report] = []

    def made_elsewhere() -> None:
        DirectoryStore(tmp_path / "work").put(names.segment("main", 0), b"theirs", {})

    frame = one.tracker.frame

    def counting(number: int) -> None:
        frame(number)
        seen.append(one.tracker.report())

    one.tracker.frame = counting  # type: ignore[method-assign,assignment]
    held(monkeypatch, names.segment("main", 5), made_elsewhere)
    last = one.run()
    assert last.outcome == Outcome.SHARE_DONE
    assert any(report.segments.done == report.segments.by_this + 1 for report in seen)
    assert all(report.frames == 30 * report.segments.done + report.in_hand for report in seen)
    assert [report.frames for report in seen] == sorted(report.frames for report in seen)


def test_a_failure_of_a_part_is_the_jobs(tmp_path: Path, clip: Path) -> None:
    (tmp_path / "out.mp4").write_text("mine")
    word = session(shard_order(tmp_path, clip, lane(1, 2))).run()
    assert (word.exit_code, word.outcome) == (ExitCode.OUTPUT_EXISTS, Outcome.FAILED)


def test_an_unshared_run_lists_twice(tmp_path: Path, clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before its segments and after them, as it did before there were shares, and once to clean up."""
    listed: list[str] = []
    found = DirectoryStore.list

    def counting(self: DirectoryStore, prefix: str) -> set[str]:
        listed.append(prefix)
        return found(self, prefix)

    monkeypatch.setattr(DirectoryStore, "list", counting)
    monkeypatch.setattr("job_runner.targets.lane.OWN_SECONDS", 0.0)
    assert session(order(tmp_path, clip)).run().exit_code == 0
    assert listed == [names.segment_prefix("main")] * 2 + [""]


@pytest.fixture
def short_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("job_runner.plan.windows.PICTURES", 40)
    monkeypatch.setattr("job_runner.plan.windows.LEVELS", 30)


def looking(folder: Path, clip: Path, shard: Shard, outputs: bool) -> Order:
    folder.mkdir(exist_ok=True)
    more: dict[str, Any] = {} if outputs else {"outputs": []}
    analyses = [{"input": "main", **each} for each in (MOVING, LOUD)]
    results = [{"analysis": "moving", "uri": (folder / "moving.ndjson.gz").as_uri()}]
    return shard_order(folder, clip, shard, analyses=analyses, results=results, **more)


@pytest.mark.parametrize("outputs", [True, False])
def test_windows_are_shared_too(tmp_path: Path, clip: Path, short_windows: None, outputs: bool) -> None:
    alone = session(looking(tmp_path / "one", clip, Shard(index=0), outputs)).run()
    assert alone.exit_code == 0, alone.message
    words = together([session(looking(tmp_path / "two", clip, lane(index, 3), outputs)) for index in range(3)])
    assert [word.exit_code for word in words] == [0, 0, 0], [word.message for word in words]
    assert words[0].outcome == Outcome.SUCCEEDED
    for name in ("moving.ndjson.gz", *(["out.mp4"] if outputs else [])):
        assert file_sha256(tmp_path / "two" / name) == file_sha256(tmp_path / "one" / name)


def test_where_only_windows_are_wanted_a_part_ends_when_none_is_left_to_begin(
    tmp_path: Path, clip: Path, short_windows: None, patient: None
) -> None:
    last = session(looking(tmp_path / "part", clip, lane(1, 2), outputs=False)).run()
    assert last.outcome == Outcome.SHARE_DONE and last.windows.total - last.windows.done == 2, "of each the first"
    assert "windows by this runner, 2 of" in last.message and not (tmp_path / "part" / "moving.ndjson.gz").exists()
    joined = session(looking(tmp_path / "part", clip, lane(0, 2), outputs=False)).run()
    assert joined.outcome == Outcome.SUCCEEDED and joined.windows.by_this == 2


def test_where_something_is_rendered_after_them_all_stay_for_windows(
    tmp_path: Path, clip: Path, short_windows: None
) -> None:
    last = session(looking(tmp_path / "part", clip, lane(1, 2), outputs=True)).run()
    assert last.outcome == Outcome.SHARE_DONE and last.windows.done == last.windows.total
    assert "segments by this runner" in last.message and not (tmp_path / "part" / "moving.ndjson.gz").exists()


def test_what_a_part_says_at_its_end() -> None:
    report = Report(attempt="a-1-1", segments=SegmentCounts(done=260, total=300, by_this=12))
    assert share_words(report) == "its share is done: 12 segments by this runner, 40 of 300 left to others"
