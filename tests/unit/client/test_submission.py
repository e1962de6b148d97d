"""A VideoJob's local files, read and brought to a store."""

from pathlib import Path
from typing import Any

import pytest

from spotreel import stores
from spotreel.digest import Stopped
from spotreel.errors import LocalFileError, NotUploadable
from spotreel.submission import Submission
from spotreel.transfers import UNWATCHED
from tests.unit.client.api_server import videojob
from tests.unit.client.store import Store


class Heard:
    def __init__(self) -> None:
        self.said: list[tuple[Any, ...]] = []

    def begin(self, stage: str, path: Path, size: int) -> None:
        self.said.append((stage, path.name, size))

    def count(self, size: int) -> None:
        self.said.append((size,))

    def end(self, path: Path, uri: str, sent: bool) -> None:
        self.said.append((uri, sent))


def local(path: Path) -> dict[str, Any]:
    made = videojob()
    return {**made, "spec": {**made["spec"], "inputs": [{"uri": path.as_uri()}]}}


def test_read_then_uploaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store()
    monkeypatch.setattr(stores, "calls_of", lambda spec: store.calls())
    path = tmp_path / "a.mp4"
    path.write_bytes(b"bytes")
    heard = Heard()
    submission = Submission(local(path), "s3://media/in", heard)
    uri = submission.read()["spec"]["inputs"][0]["uri"]
    assert uri.startswith("s3://media/in/277089d91c0bdf4f/a.mp4") and not store.objects
    submission.upload()
    assert store.objects["in/277089d91c0bdf4f/a.mp4"][0] == b"bytes"
    assert heard.said == [("reading", "a.mp4", 5), (5,), ("uploading", "a.mp4", 5), (5,), (uri, True)]


def test_one_without_local_files_needs_no_store() -> None:
    submission = Submission(videojob(), None, UNWATCHED)
    assert submission.read() == videojob()
    submission.upload()


def test_what_is_missing_or_has_no_place(tmp_path: Path) -> None:
    with pytest.raises(NotUploadable, match="add --upload-to"):
        Submission(local(tmp_path / "a.mp4"), None, UNWATCHED)
    with pytest.raises(LocalFileError, match="there is no file"):
        Submission(local(tmp_path / "a.mp4"), "s3://media/in", UNWATCHED).read()


def test_it_can_be_stopped(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"bytes")
    submission = Submission(local(tmp_path / "a.mp4"), "s3://media/in", UNWATCHED)
    submission.stop()
    with pytest.raises(Stopped):
        submission.read()
