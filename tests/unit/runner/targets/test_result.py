"""The result: looked for first, made last."""

from pathlib import Path

import pytest

from job_runner.errors import Disrupted
from job_runner.targets.result import ResultTarget
from job_runner.targets.target import brought
from job_runner.workspace import names
from job_runner.workspace.directory import DirectoryStore
from videojob_api.status import OutputStatus

STATUS = OutputStatus(name="main", uri="file:///out.mp4", size_bytes=7, sha256="ab" * 32, frames=70, duration="2.8s")


def never() -> OutputStatus:
    raise AssertionError("it is there already")


def test_its_output_is_made_once(tmp_path: Path) -> None:
    store = DirectoryStore(tmp_path)
    assert ResultTarget(STATUS.uri, store, never).stored() is None
    assert brought(ResultTarget(STATUS.uri, store, lambda: STATUS)) == STATUS
    assert store.list("") == {names.RESULT}
    assert brought(ResultTarget(STATUS.uri, store, never)) == STATUS


def test_that_of_another_output_is_none(tmp_path: Path) -> None:
    store = DirectoryStore(tmp_path)
    ResultTarget(STATUS.uri, store, lambda: STATUS).make()
    other = STATUS.model_copy(update={"uri": "file:///other.mp4"})
    target = ResultTarget(other.uri, store, lambda: other)
    assert target.stored() is None and brought(target) == other
    assert ResultTarget(STATUS.uri, store, never).stored() == STATUS, "written once"


def test_there_is_none_without_an_output(tmp_path: Path) -> None:
    def stopped() -> OutputStatus:
        raise Disrupted("told to stop")

    with pytest.raises(Disrupted):
        brought(ResultTarget(STATUS.uri, DirectoryStore(tmp_path), stopped))
    assert not list(tmp_path.iterdir())
