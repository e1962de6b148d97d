"""Files that are fetched a few ahead, and removed behind."""

import threading
from pathlib import Path

import pytest

from job_runner.errors import StoreUnreachable
from job_runner.targets.ahead import AHEAD, FetchedAhead

KEYS = [f"segments/{number}" for number in range(40)]


def named(key: str, path: Path) -> Path:
    path.write_text(key)
    return path


def test_they_come_in_order_and_the_disk_holds_a_few(tmp_path: Path) -> None:
    files = FetchedAhead(KEYS, named, tmp_path)
    for _ in range(2):
        seen, most = list[str](), 0
        for path in files:
            most = max(most, len(list(tmp_path.iterdir())))
            seen.append(path.read_text())
        assert seen == KEYS and most <= AHEAD + 1
        assert not list(tmp_path.iterdir())


def test_they_are_fetched_beside_what_is_done_with_them(tmp_path: Path) -> None:
    second = threading.Event()

    def fetch(key: str, path: Path) -> Path:
        if key == KEYS[1]:
            second.set()
        return named(key, path)

    next(iter(FetchedAhead(KEYS, fetch, tmp_path)))
    assert second.wait(30)


def test_an_error_is_raised_where_its_file_is_needed_and_no_more_are_fetched(tmp_path: Path) -> None:
    asked: list[str] = []

    def fetch(key: str, path: Path) -> Path:
        asked.append(key)
        if key == KEYS[2]:
            raise StoreUnreachable("no answer")
        return named(key, path)

    seen: list[str] = []
    with pytest.raises(StoreUnreachable):
        seen.extend(path.read_text() for path in FetchedAhead(KEYS, fetch, tmp_path))
    assert seen == KEYS[:2] and len(asked) <= AHEAD + 3
