"""A file into a store: once, in parts, and on from where an earlier try ended."""

import os
import threading
from pathlib import Path

import pytest

from spotreel import parts as parts_
from spotreel.digest import Digest, Stopped, digest
from spotreel.errors import StoreError
from spotreel.upload import Body, Upload
from tests.unit.client.store import Store

URI = "s3://media/in/0123/a%20b.mp4"
KEY = "in/0123/a b.mp4"
MEBIBYTE = 2**20


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts_, "SMALLEST", MEBIBYTE)


@pytest.fixture(params=["when_supported", "when_required"])
def store(request: pytest.FixtureRequest) -> Store:
    return Store(request.param)


def file(folder: Path, size: int) -> Digest:
    path = folder / "a b.mp4"
    path.write_bytes(os.urandom(size))
    return digest(path)


def send(store: Store, found: Digest, stop: threading.Event | None = None) -> tuple[bool, int]:
    """Whether anything was sent, and how much was told to be there."""
    told: list[int] = []
    sent = Upload(store.calls(), URI, found, told.append, stop or threading.Event()).run()
    return sent, sum(told)


@pytest.mark.parametrize("size", [1, MEBIBYTE, MEBIBYTE + 1, 9 * MEBIBYTE + 7])
def test_the_bytes_are_there_and_are_sent_once(store: Store, tmp_path: Path, size: int) -> None:
    found = file(tmp_path, size)
    assert send(store, found) == (True, size)
    assert store.objects[KEY] == (found.path.read_bytes(), {"sha256": found.sha256}) and not store.uploads
    store.received.clear()
    assert send(store, found) == (False, size) and not store.received


def test_it_goes_on_where_it_was_interrupted(store: Store, tmp_path: Path) -> None:
    found = file(tmp_path, 8 * MEBIBYTE)
    store.breaks = 6
    with pytest.raises(StoreError, match=r"s3://media/in/0123/a%20b.mp4: access denied"):
        send(store, found)
    (upload,) = store.uploads.values()
    there, store.breaks = set(upload["parts"]), 0
    assert 0 < len(there) < 8
    store.received.clear()
    assert send(store, found) == (True, 8 * MEBIBYTE)
    assert sorted(store.received) == sorted(set(range(1, 9)) - there)
    assert store.objects[KEY][0] == found.path.read_bytes()


def test_parts_that_are_not_this_files_are_sent_again(store: Store, tmp_path: Path) -> None:
    found = file(tmp_path, 3 * MEBIBYTE)
    store.breaks = 3
    with pytest.raises(StoreError):
        send(store, found)
    store.breaks = 0
    (upload,) = store.uploads.values()
    upload["parts"] = {1: b"other" + found.path.read_bytes()[5:MEBIBYTE], 2: b"short", 7: b"more"}
    assert send(store, found) == (True, 3 * MEBIBYTE)
    assert store.objects[KEY][0] == found.path.read_bytes()


def test_what_has_other_bytes_is_replaced(store: Store, tmp_path: Path) -> None:
    found = file(tmp_path, 10)
    store.objects[KEY] = (b"0123456789", {"sha256": "other"})
    assert send(store, found) == (True, 10) and store.objects[KEY][0] == found.path.read_bytes()


def test_who_may_only_write_writes(store: Store, tmp_path: Path) -> None:
    store.denied = {"head", "list_multipart_uploads"}
    found = file(tmp_path, 3 * MEBIBYTE)
    assert send(store, found) == (True, 3 * MEBIBYTE) and KEY in store.objects


def test_who_may_not_write_is_told_where(store: Store, tmp_path: Path) -> None:
    store.denied = {"put"}
    with pytest.raises(StoreError, match=r"access denied \(AccessDenied\)") as said:
        send(store, file(tmp_path, 10))
    assert said.value.code == 77


def test_an_interruption_ends_it_and_what_is_there_stays(store: Store, tmp_path: Path) -> None:
    found, stop = file(tmp_path, 9 * MEBIBYTE), threading.Event()

    def told(size: int) -> None:
        if len(store.received) > 3:
            stop.set()

    with pytest.raises(Stopped):
        Upload(store.calls(), URI, found, told, stop).run()
    (upload,) = store.uploads.values()
    assert 0 < len(upload["parts"]) < 9
    with pytest.raises(Stopped):
        Body(b"bytes", stop).read()
