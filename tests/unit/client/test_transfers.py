"""A file is fetched once, and replaced only where that is asked for."""

import threading
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from spotreel import stores
from spotreel.errors import LocalFileError, LogsGone
from spotreel.transfers import UNWATCHED, fetch, kept_lines
from tests.unit.client.store import Store, refusal
from tests.unit.client.test_fetching import BYTES, OUTPUT, Giving, done


def test_the_end_of_a_log_whose_pod_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = {"name": "reel-1a2b3-0-1", "verdict": "Disruption"}
    job = done(attempts=[ended], workspace="s3://media/w/")

    class Keeping(Store):
        def get_object(self, Bucket: str, Key: str) -> Any:
            if Key not in self.objects:
                raise refusal(404, "NoSuchKey")
            return {"Body": BytesIO(self.objects[Key][0])}

    store = Keeping()
    monkeypatch.setattr(stores, "calls_of", lambda spec: store.calls())
    with pytest.raises(LogsGone, match="its runner was killed before it wrote"):
        kept_lines(job, job.attempts[0], None)
    store.objects["w/logs/reel-1a2b3-0-1.log"] = (b"one\ntwo\nthree\n", {})
    read = [kept_lines(job, job.attempts[0], tail) for tail in (None, 2, 0)]
    assert read == [["one", "two", "three"], ["two", "three"], []]


def test_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def calls_of(spec: object) -> object:
        asked.append(spec)
        return Giving().calls()

    monkeypatch.setattr(stores, "calls_of", calls_of)
    job, path = done(outputs=[OUTPUT]), tmp_path / "reel.mp4"

    def again(overwrite: bool = False) -> Path:
        return fetch(job, path, None, overwrite, UNWATCHED, threading.Event())

    assert again() == again() == path and len(asked) == 1 and path.read_bytes() == BYTES
    path.write_bytes(b"mine")
    with pytest.raises(LocalFileError):
        again()
    assert path.read_bytes() == b"mine"
    assert again(overwrite=True) == path and path.read_bytes() == BYTES
