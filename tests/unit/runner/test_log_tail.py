"""The end of a log, in the workspace while the work goes on, and at its end."""

import logging
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from job_runner import log_tail
from job_runner.errors import StoreUnreachable
from job_runner.log_tail import LogKeeper, LogTail, keep_log
from job_runner.workspace import names
from job_runner.workspace.directory import DirectoryStore
from videojob_api.logs import start_logging

KEY = names.log("reel-1a2b3-0-1")


@pytest.fixture(autouse=True)
def handlers() -> Iterator[None]:
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    yield
    root.handlers[:] = before
    root.setLevel(level)


def tail_of(*lines: str, most: int = 100) -> LogTail:
    made = LogTail(most)
    for line in lines:
        made.emit(logging.makeLogRecord({"msg": line}))
    return made


def read(folder: Path) -> str:
    return (folder / KEY).read_text()


def test_the_last_lines_stay() -> None:
    assert tail_of("one", "two").text() == "one\ntwo\n"
    made = tail_of(*(f"{n:03}" for n in range(100)), most=10)
    assert made.text() == "098\n099\n" and made.number == 100
    assert tail_of("ü" * 50, most=10).text() == "ü" * 50 + "\n", "one is always there"


def test_every_so_often_and_at_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_tail, "INTERVAL", 0.02)
    tail = tail_of("begun")
    keeper = LogKeeper(tail, lambda: DirectoryStore(tmp_path), "reel-1a2b3-0-1", False)
    keeper.start()
    deadline = time.monotonic() + 10
    while not (tmp_path / KEY).exists():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    tail.emit(logging.makeLogRecord({"msg": "ended"}))
    keeper.finish(10)
    assert read(tmp_path) == "begun\nended\n"


@pytest.mark.parametrize(("always", "there"), [(False, False), (True, True)])
def test_after_success_a_cleared_workspace_stays_clear(tmp_path: Path, always: bool, there: bool) -> None:
    (tmp_path / names.RESULT).write_text("{}")
    keeper = LogKeeper(tail_of("late"), lambda: DirectoryStore(tmp_path), "reel-1a2b3-0-1", always)
    keeper.start()
    keeper.finish(10)
    assert (tmp_path / KEY).exists() == there


def test_a_store_that_is_away_harms_nobody() -> None:
    asked = threading.Event()

    def away() -> DirectoryStore:
        asked.set()
        raise StoreUnreachable("away")

    keeper = LogKeeper(tail_of("any"), away, "a", False)
    keeper.start()
    keeper.finish(10)
    assert asked.is_set()


def test_it_has_the_form_of_standard_output(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("text", attempt="reel-1a2b3-0-1")
    keeper = keep_log(lambda: DirectoryStore(tmp_path), "reel-1a2b3-0-1", False)
    logging.getLogger("job_runner.make").info("planned", extra={"segments": 9})
    keeper.finish(10)
    assert read(tmp_path) == capsys.readouterr().out
    assert "job_runner.make planned attempt=reel-1a2b3-0-1 segments=9" in read(tmp_path)
