"""A file is fetched once, and replaced only where that is asked for."""

import threading
from pathlib import Path

import pytest

from spotreel import stores
from spotreel.errors import LocalFileError
from spotreel.transfers import UNWATCHED, fetch
from tests.unit.client.test_fetching import BYTES, OUTPUT, Giving, done


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
