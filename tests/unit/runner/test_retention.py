"""What of a workspace outlives its job."""

from pathlib import Path

import pytest

from job_runner.errors import AccessDenied, InputInvalid, RunnerError, StoreUnreachable
from job_runner.retention import after_failure, after_success, remove_workspace
from job_runner.workspace import names
from job_runner.workspace.directory import DirectoryStore
from tests.unit.runner.jobs import order
from videojob_api.order import Order

OURS = {names.PLAN, names.AUDIO, names.RESULT, names.segment("main", 0)}
MINE = "segments/holiday.mp4"


@pytest.fixture
def store(tmp_path: Path) -> DirectoryStore:
    made = DirectoryStore(tmp_path / "work")
    for key in (*OURS, MINE):
        made.put(key, b"x", {})
    return made


def keeping(folder: Path, retain: str | None) -> Order:
    return order(folder, folder / "v.mp4", checkpoint={"retain": retain} if retain else None)


@pytest.mark.parametrize(
    ("retain", "kept"),
    [(None, {names.RESULT}), ("Never", {names.RESULT}), ("OnFailure", {names.RESULT}), ("Always", OURS)],
)
def test_after_success(tmp_path: Path, store: DirectoryStore, retain: str | None, kept: set[str]) -> None:
    after_success(keeping(tmp_path, retain), store)
    assert store.list("") == {*kept, MINE}


@pytest.mark.parametrize(("retain", "kept"), [(None, OURS), ("Never", set()), ("OnFailure", OURS), ("Always", OURS)])
def test_after_a_failure_for_good(tmp_path: Path, store: DirectoryStore, retain: str | None, kept: set[str]) -> None:
    after_failure(keeping(tmp_path, retain), store, InputInvalid("odd"))
    assert store.list("") == {*kept, MINE}


def test_what_may_be_tried_again_keeps_all(tmp_path: Path, store: DirectoryStore) -> None:
    after_failure(keeping(tmp_path, "Never"), store, StoreUnreachable("no answer"))
    assert store.list("") == {*OURS, MINE}


class NoDeletions(DirectoryStore):
    def delete(self, keys: object) -> None:
        raise AccessDenied("may not delete")


def test_what_cannot_be_removed_changes_no_outcome(tmp_path: Path) -> None:
    store = NoDeletions(tmp_path / "work")
    after_success(keeping(tmp_path, None), store)
    after_failure(keeping(tmp_path, "Never"), store, InputInvalid("odd"))
    with pytest.raises(RunnerError):
        remove_workspace(store)
