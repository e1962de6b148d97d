"""The result: looked for first, made last."""

from pathlib import Path

import pytest

from job_runner.errors import Disrupted, WorkspaceCorrupt
from job_runner.targets.result import Made, ResultTarget
from job_runner.targets.target import brought
from job_runner.workspace import names
from job_runner.workspace.directory import DirectoryStore
from videojob_api.analyses import Analysis
from videojob_api.order import Work
from videojob_api.status import AnalysisStatus, OutputStatus, ResultStatus

STATUS = OutputStatus(name="main", uri="file:///out.mp4", size_bytes=7, sha256="ab" * 32, frames=70, duration="2.8s")
MADE = Made(outputs=[STATUS])
ROWS = ResultStatus(analysis="people", uri="file:///p.ndjson.gz", rows=3, size_bytes=70, sha256="cd" * 32)
LOOKED = Made(results=[ROWS], analyses=[AnalysisStatus(name="people", windows=2, total=2, detections=3)])


def work(*outputs: str, results: list[dict[str, object]] | None = None) -> Work:
    files = [{"uri": uri} for uri in outputs]
    return Work.model_validate({"inputs": [{"uri": "file:///a.mp4"}], "outputs": files, "results": results})


OURS = work(STATUS.uri)


def never() -> Made:
    raise AssertionError("it is there already")


def test_its_output_is_made_once(tmp_path: Path) -> None:
    store = DirectoryStore(tmp_path)
    assert ResultTarget(OURS, store, never).stored() is None
    assert brought(ResultTarget(OURS, store, lambda: MADE)) == MADE
    assert store.list("") == {names.RESULT}
    assert brought(ResultTarget(OURS, store, never)) == MADE


def test_that_of_another_output_is_none(tmp_path: Path) -> None:
    store = DirectoryStore(tmp_path)
    ResultTarget(OURS, store, lambda: MADE).make()
    other = Made(outputs=[STATUS.model_copy(update={"uri": "file:///other.mp4"})])
    target = ResultTarget(work("file:///other.mp4"), store, lambda: other)
    assert target.stored() is None and brought(target) == other
    assert ResultTarget(OURS, store, never).stored() == MADE, "written once"


def test_a_job_that_only_looks_has_one_too(tmp_path: Path) -> None:
    store, wanted = DirectoryStore(tmp_path), work(results=[{"analysis": "people", "uri": ROWS.uri}])
    assert brought(ResultTarget(wanted, store, lambda: LOOKED)) == LOOKED
    assert brought(ResultTarget(wanted, store, never)) == LOOKED
    assert ResultTarget(work(results=[{"analysis": "people", "uri": "file:///q"}]), store, never).stored() is None
    assert ResultTarget(into(None), store, never).stored() is None


def test_there_is_none_without_an_output(tmp_path: Path) -> None:
    def stopped() -> Made:
        raise Disrupted("told to stop")

    with pytest.raises(Disrupted):
        brought(ResultTarget(OURS, DirectoryStore(tmp_path), stopped))
    assert not list(tmp_path.iterdir())


def into(table: str | None) -> Work:
    asked = work(results=[{"analysis": "people", "sql": {"secretRef": {"name": "db"}, "table": table}}])
    looks = [Analysis.model_validate({"name": "people", "detect": {"model": {"input": "m"}}})]
    return asked.model_copy(update={"analyses": looks})


@pytest.mark.parametrize(("asked", "made"), [(None, "detection"), ("people", "people"), ("detection", "detection")])
def test_rows_in_a_table(tmp_path: Path, asked: str | None, made: str) -> None:
    rows = Made(results=[ResultStatus(analysis="people", table=made, rows=3)])
    assert ResultTarget(into(asked), DirectoryStore(tmp_path), lambda: rows).make() == rows
    assert ResultTarget(into(asked), DirectoryStore(tmp_path), never).stored() == rows


@pytest.mark.parametrize("asked", [None, "other"])
def test_rows_in_another_table_are_none_of_ours(tmp_path: Path, asked: str | None) -> None:
    rows = Made(results=[ResultStatus(analysis="people", table="people", rows=3)])
    ResultTarget(into("people"), DirectoryStore(tmp_path), lambda: rows).make()
    assert ResultTarget(into(asked), DirectoryStore(tmp_path), never).stored() is None


@pytest.mark.parametrize("data", [b"", b"[]", b'{"outputs": 7}'])
def test_what_cannot_be_read_is_a_spoilt_workspace(tmp_path: Path, data: bytes) -> None:
    (tmp_path / names.RESULT).write_bytes(data)
    with pytest.raises(WorkspaceCorrupt, match=r"result\.json is not what was written; delete the workspace"):
        ResultTarget(OURS, DirectoryStore(tmp_path), never).stored()
