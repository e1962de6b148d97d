import io
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from job_runner.cores import quota
from job_runner.errors import ConfigInvalid
from job_runner.stop import Stop
from job_runner.workspace import names
from job_runner.workspace.directory import DirectoryStore
from job_runner.workspace.places import Places, local_path, split_s3
from job_runner.workspace.ranges import BlockCache, RangeReader
from job_runner.workspace.reach import Reach
from job_runner.workspace.store import Missing, Taken
from videojob_api.inputs import Input, Storage


def test_first_writer_wins(tmp_path: Path) -> None:
    store = DirectoryStore(tmp_path)
    assert store.put("a/b", b"one", {})
    assert not store.put("a/b", b"one", {}), "somebody has been first, with the same bytes"
    assert not store.put("a/b", b"two", {})
    assert store.get("a/b").data == b"one"
    assert store.list("a/") == {"a/b"}


def test_race_has_one_winner(tmp_path: Path) -> None:
    store = DirectoryStore(tmp_path)
    won: list[bool] = []
    barrier = threading.Barrier(8)

    def write(number: int) -> None:
        barrier.wait()
        won.append(store.put("k", str(number).encode(), {}))

    threads = [threading.Thread(target=write, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(won) == 1
    assert store.list("") == {"k"}, "no temporary file stays"


def test_files_replace_only_if_told(tmp_path: Path) -> None:
    store = DirectoryStore(tmp_path / "s")
    for name in ("one", "two"):
        (tmp_path / name).write_text(name)
    store.put_file("out", tmp_path / "one", {}, replace=False)
    store.put_file("out", tmp_path / "one", {}, replace=False)
    with pytest.raises(Taken):
        store.put_file("out", tmp_path / "two", {}, replace=False)
    store.put_file("out", tmp_path / "two", {}, replace=True)
    assert store.get("out").data == b"two"
    store.fetch("out", tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == b"two"


def test_missing_and_delete(tmp_path: Path) -> None:
    store = DirectoryStore(tmp_path / "s")
    with pytest.raises(Missing):
        store.get("x")
    with pytest.raises(Missing):
        store.fetch("x", tmp_path / "x")
    store.put("d/x", b"", {})
    store.delete(["d/x", "d/y"])
    assert store.list("") == set() and not (tmp_path / "s" / "d").exists()


@given(st.integers(0, 10**7))
def test_segment_names(index: int) -> None:
    assert names.segment_index(names.segment("main", index)) == index
    assert names.segment_index("segments/main/x.mp4") is None


@given(
    st.binary(max_size=300),
    st.integers(1, 50),
    st.lists(st.tuples(st.integers(0, 320), st.integers(-1, 90)), max_size=20),
)
def test_range_reader_is_the_file(data: bytes, block: int, reads: list[tuple[int, int]]) -> None:
    reader = RangeReader(BlockCache(lambda first, end: data[first:end], len(data), block, cached=3))
    plain = io.BytesIO(data)
    for position, size in reads:
        reader.seek(position)
        plain.seek(position)
        got = reader.read(size)
        assert got == plain.read(len(got)) and (got or size == 0 or position >= len(data))


def test_range_reader_reads_no_more_than_it_must() -> None:
    asked: list[int] = []

    def fetch(first: int, end: int) -> bytes:
        asked.append(first)
        return bytes(end - first)

    reader = RangeReader(BlockCache(fetch, 10_000, 100))
    reader.seek(5_050)
    reader.read(10)
    reader.read(10)
    assert asked == [5_000]


def test_uris() -> None:
    assert split_s3("s3://media/a/b%20c.mp4") == ("media", "a/b c.mp4")
    assert local_path("file:///a/b%20c") == Path("/a/b c")


def test_runner_trusts_its_own_eyes() -> None:
    reach = Reach(["s3://media/"], ["https://s3.example.com"], files=False)
    with pytest.raises(ConfigInvalid, match="not below any of the URIs"):
        Places(None, None, 1, reach).folder("s3://private/x")
    with pytest.raises(ConfigInvalid, match="local files are for"):
        Places(None, None, 1, reach).version(Input(uri="file:///var/run/secrets/spotreel/token"))
    elsewhere = Input(uri="s3://media/x.mp4", storage=Storage(endpoint="http://169.254.169.254"))
    to_aws = Input(uri="s3://media/x.mp4", storage=Storage(region="us-east-1"))
    for item in (elsewhere, to_aws):
        with pytest.raises(ConfigInvalid, match="is none of those this platform allows"):
            Places(None, None, 1, reach).version(item)


@pytest.mark.parametrize(
    ("v2", "v1", "cores"),
    [
        ("max 100000", None, None),
        ("150000 100000", None, 1.5),
        (None, ("-1", "100000"), None),
        (None, ("50000", "100000"), 0.5),
        (None, None, None),
    ],
)
def test_cgroup_quota(v2: str | None, v1: tuple[str, str] | None, cores: float | None) -> None:
    assert quota(v2, v1) == cores


def test_stop_keeps_a_reserve_for_uploads(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    clock: Callable[[], float] = lambda: now[0]  # noqa: E731
    monkeypatch.setattr("job_runner.stop.time.monotonic", clock)
    stop = Stop(grace=30)
    assert stop.seconds_left() == float("inf") and not stop.requested
    stop.request()
    now[0] += 5
    stop.request()
    assert stop.requested and stop.seconds_left() == 15, "the grace period begins once"
