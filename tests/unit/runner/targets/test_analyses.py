"""How inputs are looked at is planned once; inputs, models or software that change meanwhile end the job."""

import os
from pathlib import Path
from typing import Any

import onnxruntime
import pytest

from job_runner.analyzing.engines import Engines
from job_runner.engines.inspection import inspected
from job_runner.errors import RunnerError
from job_runner.inputs import JobInputs
from job_runner.media import fingerprint
from job_runner.session import Session
from job_runner.stop import Stop
from job_runner.targets.analyses import AnalysesTarget, StoredAnalyses
from job_runner.targets.target import brought
from job_runner.tracker import Tracker
from job_runner.workspace import names
from job_runner.workspace.directory import DirectoryStore
from job_runner.workspace.places import Places
from tests.unit.runner.looked import FOLLOWED, LOUD, MOVING, SEEN, Desk, run
from tests.unit.runner.media import make_video
from tests.unit.runner.models import bright_model
from videojob_api.exit_codes import ExitCode
from videojob_api.order import Order


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path, make_video(tmp_path / "v.mp4", frames=100, sound=True))


def nothing() -> None:
    """All may be written where it is to go."""


def target(order: Order, before: Any = nothing) -> AnalysesTarget:
    places, stop = Places(None, None, 0.1), Stop(0)
    inputs = JobInputs(order.work, places, Tracker("a"), stop.check)
    return AnalysesTarget(order, inputs, places.folder(order.workspace), Engines(order, inputs, stop, None), before)


def begun(desk: Desk, *kinds: dict[str, Any]) -> Order:
    """A job that was stopped before its first window was measured."""
    order, stop = desk.order("job", *kinds), Stop(0)
    session = Session(order, stop)
    session.tracker.analyzing = lambda looks, expected: stop.request()  # type: ignore[method-assign]
    assert session.run().exit_code == ExitCode.DISRUPTED
    return order


def test_what_is_planned(desk: Desk) -> None:
    planned = brought(target(desk.order("job", MOVING, LOUD, SEEN, FOLLOWED)))
    found = {each.name: (each.total, each.count, str(each.rate)) for each in planned.plan.analyses}
    assert found == {
        "moving": (100, 1, "25"), "loud": (40, 1, "10"), "seen": (100, 3, "25"), "followed": (50, 2, "25/2")
    }  # fmt: skip
    assert planned.plan.analysis("seen").model == planned.plan.analysis("followed").model
    assert planned.plan.analysis("moving").model is None and planned.plan.input("model").video is None


def test_once_by_the_first(desk: Desk) -> None:
    order = desk.order("job", MOVING)
    first: StoredAnalyses = target(order).make()
    assert target(order).stored() == first == target(order).make()


def test_nothing_is_looked_at_that_cannot_end_well(desk: Desk) -> None:
    def refused() -> None:
        raise KeyError("the result's place is taken")

    order = desk.order("job", MOVING)
    desk.clip.write_bytes(b"not even opened")
    with pytest.raises(KeyError):
        target(order, refused).make()


@pytest.mark.parametrize("name", ["v.mp4", "model.onnx"])
def test_an_input_that_changes_ends_the_job(desk: Desk, name: str) -> None:
    order = begun(desk, SEEN)
    os.utime(desk.folder / name, (1, 1))
    word = run(order)
    assert (word.exit_code, word.reason) == (ExitCode.INPUT_INVALID, "InputChanged")
    assert "was changed while the job ran" in (word.message or "")


def test_another_model_in_the_same_place_ends_the_job(desk: Desk) -> None:
    """Where a store's etag tells nothing of the bytes, their digest does."""
    order, file = begun(desk, SEEN), desk.folder / "model.onnx"
    before = file.stat()
    file.write_bytes(bright_model((96, 64), names="{0: 'lump'}"))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    word = run(order)
    assert (word.exit_code, word.reason) == (ExitCode.INPUT_INVALID, "InputChanged"), word.message


@pytest.mark.parametrize("changed", ["onnxruntime", "analysis"])
def test_other_software_does_not_go_on(desk: Desk, changed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    order = begun(desk, SEEN)
    if changed == "analysis":
        monkeypatch.setattr(fingerprint, "ANALYSIS", 99)
    else:
        monkeypatch.setattr(onnxruntime, "__version__", "0.0.1")
    word = run(order)
    assert word.exit_code == ExitCode.CONFIG_INVALID
    assert "their analyses would not match; use the first runner's image, or delete" in (word.message or "")


def test_onnxruntime_is_no_business_of_motion(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    order = begun(desk, MOVING)
    monkeypatch.setattr(onnxruntime, "__version__", "0.0.1")
    assert run(order).exit_code == 0


@pytest.mark.parametrize(
    ("data", "code", "said"),
    [
        (b"{", ExitCode.WORKSPACE_CORRUPT, "cannot be read; delete the workspace"),
        (b'{"v": 1}', ExitCode.WORKSPACE_CORRUPT, "cannot be read; delete the workspace"),
        (b'{"v": 7, "fingerprint": "f"}', ExitCode.CONFIG_INVALID, "whose analyses are of version 7, not 1"),
    ],
)
def test_analyses_that_are_none_of_ours(desk: Desk, data: bytes, code: ExitCode, said: str) -> None:
    order = desk.order("job", MOVING)
    DirectoryStore(desk.folder / "job" / "work").put(names.ANALYSES, data, {})
    with pytest.raises(RunnerError, match=said) as error:
        target(order).stored()
    assert error.value.code == code


def test_another_jobs_workspace(desk: Desk) -> None:
    order = begun(desk, MOVING)
    word = run(order.model_copy(update={"job": "t/b-2"}))
    assert word.exit_code == ExitCode.CONFIG_INVALID and "holds the analyses of t/a-1, not of t/b-2" in str(word)


def test_a_stop_while_the_model_is_tried(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may take a minute."""
    order, stop = desk.order("job", SEEN), Stop(30)

    def stopped(*given: Any) -> Any:
        stop.request()
        return inspected(*given)

    monkeypatch.setattr("job_runner.analyzing.engines.inspected", stopped)
    word = run(order, stop=stop)
    assert word.exit_code == ExitCode.DISRUPTED and not list((desk.folder / "job").rglob("*.json"))


@pytest.mark.parametrize("size", [0, 10, 2**20])
def test_what_is_no_model(desk: Desk, size: int) -> None:
    (desk.folder / "model.onnx").write_bytes(bytes(size))
    word = desk.look("job", SEEN)
    assert word.exit_code == ExitCode.INPUT_INVALID and "model" in (word.message or "")
