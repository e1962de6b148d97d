"""What a job has made comes whole and right, or nothing does."""

import errno
import hashlib
import threading
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from botocore.response import StreamingBody

from spotreel.digest import Stopped
from spotreel.errors import LocalFileError, NothingToFetch, StoreError
from spotreel.fetching import Fetch, Made, check_free, is_same, made_by, place_for
from spotreel.job import Job
from tests.unit.client.api_server import videojob
from tests.unit.client.store import Store

BYTES = b"reel" * 1_000_000
SHA256 = hashlib.sha256(BYTES).hexdigest()
MADE = Made("s3://media/out/my%20reel.mp4", len(BYTES), SHA256)
OUTPUT = {"uri": MADE.uri, "sizeBytes": MADE.size, "sha256": SHA256, "frames": 1, "duration": "1s"}
ROWS = {"analysis": "people", "uri": "s3://media/p.ndjson.gz", "sizeBytes": 7, "sha256": SHA256, "rows": 3}
LOUD = {"analysis": "loud", "uri": "s3://media/l.ndjson.gz", "rows": 3}


def done(**status: Any) -> Job:
    return Job(videojob(phase="Succeeded", **status))


class Giving(Store):
    """Gives these bytes, breaking off so many times."""

    def __init__(self, data: bytes = BYTES, breaks: int = 0) -> None:
        super().__init__()
        self.data, self.breaking = data, breaks

    def get_object(self, Bucket: str, Key: str) -> Any:
        assert (Bucket, Key) == ("media", "out/my reel.mp4")
        self.breaking -= 1
        data = self.data[: len(self.data) // 2] if self.breaking >= 0 else self.data
        return {"Body": StreamingBody(BytesIO(data), len(self.data))}


def fetch(store: Store, path: Path, stop: threading.Event | None = None) -> int:
    """How many bytes were told of."""
    told: list[int] = []
    Fetch(store.calls(), MADE, path, told.append, stop or threading.Event()).run()
    return sum(told)


def test_what_is_meant() -> None:
    assert made_by(done(outputs=[OUTPUT], results=[ROWS])) == MADE and MADE.name == "my reel.mp4"
    assert made_by(done(outputs=[OUTPUT], results=[ROWS]), "people").uri == ROWS["uri"]
    assert made_by(done(results=[ROWS, {"analysis": "db", "table": "t"}])).uri == ROWS["uri"]


@pytest.mark.parametrize(
    ("job", "analysis", "words"),
    [
        (Job(videojob(phase="Running")), None, "reel is not done: spotreel wait reel follows it"),
        (Job(videojob(phase="Failed", message="no input")), None, "reel failed: no input"),
        (done(results=[{"analysis": "db", "table": "t"}]), None, "reel: which file\\?; it has made no file"),
        (done(results=[ROWS, LOUD]), None, "reel: which file\\?; --result takes people, loud"),
        (done(outputs=[OUTPUT], results=[ROWS]), "faces", "reel: no faces; --result takes people"),
    ],
)
def test_what_there_is_not(job: Job, analysis: str | None, words: str) -> None:
    with pytest.raises(NothingToFetch, match=words):
        made_by(job, analysis)


def test_where_it_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert place_for(MADE, None) == Path("my reel.mp4") and place_for(MADE, tmp_path) == tmp_path / "my reel.mp4"
    with pytest.raises(LocalFileError, match=f"there is no folder {tmp_path}/none for a.mp4"):
        place_for(MADE, Path("none/a.mp4"))


def test_the_bytes_come(tmp_path: Path) -> None:
    path = tmp_path / "reel.mp4"
    assert fetch(Giving(), path) == len(BYTES)
    assert path.read_bytes() == BYTES and is_same(path, MADE) and [p.name for p in tmp_path.iterdir()] == ["reel.mp4"]
    with pytest.raises(LocalFileError, match=r"is there, and is another file: add -y to replace it"):
        check_free(path)


def test_a_body_that_breaks_off_is_asked_for_again(tmp_path: Path) -> None:
    assert fetch(Giving(breaks=1), tmp_path / "reel.mp4") == len(BYTES)
    assert is_same(tmp_path / "reel.mp4", MADE)


def test_other_bytes_are_no_result(tmp_path: Path) -> None:
    path = tmp_path / "reel.mp4"
    path.write_bytes(b"mine")
    with pytest.raises(StoreError, match=r"is not what the job has made .* somebody has replaced it"):
        fetch(Giving(b"other"), path)
    assert path.read_bytes() == b"mine" and len(list(tmp_path.iterdir())) == 1
    assert not is_same(path, MADE)


def test_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(LocalFileError, match=r"no space left for .*reel.mp4, which takes 4000000 bytes") as said:
        fetch(Giving(), tmp_path / "reel.mp4")
    assert said.value.code == 74 and not list(tmp_path.iterdir())


def test_an_interruption_leaves_nothing(tmp_path: Path) -> None:
    stop = threading.Event()
    stop.set()
    with pytest.raises(Stopped):
        fetch(Giving(), tmp_path / "reel.mp4", stop)
    assert not list(tmp_path.iterdir())
