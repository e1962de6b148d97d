"""Objects are taken from the plan that a runner goes by, and from no other."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from job_runner.errors import WorkspaceCorrupt
from job_runner.workspace.by_plan import file_of, object_of
from job_runner.workspace.directory import DirectoryStore, file_sha256
from job_runner.workspace.store import Missing, Store
from tests.unit.runner.targets.given import MetadataStore

Read = Callable[[Store, str, str, Path], bytes]


def as_bytes(store: Store, key: str, digest: str, path: Path) -> bytes:
    return object_of(store, key, digest)


def as_file(store: Store, key: str, digest: str, path: Path) -> bytes:
    file_of(store, key, digest, path)
    return path.read_bytes()


both = pytest.mark.parametrize("read", [as_bytes, as_file])


def stored(folder: Path, metadata: Mapping[str, str]) -> MetadataStore:
    store = MetadataStore(folder / "work")
    (folder / "made").write_bytes(b"made")
    store.put_file("a", folder / "made", {"sha256": file_sha256(folder / "made"), **metadata}, replace=False)
    return store


@both
def test_what_the_plan_has_made(tmp_path: Path, read: Read) -> None:
    assert read(stored(tmp_path, {"plan": "d"}), "a", "d", tmp_path / "found") == b"made"


@both
def test_what_another_has_made_is_refused(tmp_path: Path, read: Read) -> None:
    with pytest.raises(WorkspaceCorrupt, match=r"^a was made by another plan; delete the workspace$"):
        read(stored(tmp_path, {"plan": "e"}), "a", "d", tmp_path / "found")


@both
def test_what_is_not_there(tmp_path: Path, read: Read) -> None:
    with pytest.raises(Missing):
        read(stored(tmp_path, {}), "b", "d", tmp_path / "found")


@both
def test_a_store_without_metadata_is_believed(tmp_path: Path, read: Read) -> None:
    stored(tmp_path, {"plan": "e"})
    assert read(DirectoryStore(tmp_path / "work"), "a", "d", tmp_path / "found") == b"made"


def test_a_file_of_other_bytes_than_were_put_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceCorrupt, match=r"^a is not what was written; delete the workspace$"):
        as_file(stored(tmp_path, {"plan": "d", "sha256": "0" * 64}), "a", "d", tmp_path / "found")
