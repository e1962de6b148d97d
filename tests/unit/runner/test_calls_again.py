"""A model that crashes its runtime at one picture is named, with the picture, once it has done so twice."""

import json
from pathlib import Path
from typing import Any

import pytest

from job_runner.calls_again import unfinished
from job_runner.in_hand import look_done, measuring
from job_runner.plan.windows import AnalysesPlan, WindowsPlan
from tests.unit.runner.crashing import spotreel
from tests.unit.runner.jobs import order
from tests.unit.runner.lamps import lamps, walk
from tests.unit.runner.models import bright_model
from videojob_api.report import Report

AT_A_PICTURE = """
import os
from pathlib import Path
from job_runner.engines.onnx import OnnxModel
real = OnnxModel.run
def run(self, feeds):
    # The lamp has come to column 80, which it does in frame 21.
    if (feeds["images"][..., 80] > 0.5).any() and not (ONCE and Path("crashed").exists()):
        Path("crashed").touch()
        crash()
    return real(self, feeds)
OnnxModel.run = run
"""
EVERY_TIME, ONCE = (f"ONCE = {once}\n{AT_A_PICTURE}" for once in (False, True))


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    lamps(tmp_path / "in.mp4", walk(40))
    (tmp_path / "m.onnx").write_bytes(bright_model((192, 128)))
    return tmp_path


def job(desk: Path, **analysis: Any) -> Any:
    """Looks at the clip for motion, and then by a model, in windows of 48 looks."""
    inputs = [{"name": name, "uri": (desk / file).as_uri()} for name, file in (("clip", "in.mp4"), ("model", "m.onnx"))]
    found = {"name": "lamps", "input": "clip", "detect": {"model": {"input": "model"}}, **analysis}
    moving = {"name": "moving", "input": "clip", "motion": {}}
    rows = [{"analysis": name, "uri": (desk / f"{name}.ndjson.gz").as_uri()} for name in ("moving", "lamps")]
    return {"inputs": inputs, "analyses": [moving, found], "outputs": [], "results": rows}


def attempt(desk: Path, how: str, monkeypatch: pytest.MonkeyPatch, **analysis: Any) -> Report:
    """The last word of a runner, as kubelet hands it to the operator."""
    monkeypatch.setenv("SPOTREEL_TERMINATION_LOG", str(desk / "word"))
    made = order(desk, desk / "in.mp4", **job(desk, **analysis))
    (desk / "order.json").write_text(made.model_dump_json(by_alias=True, exclude_none=True))
    done = spotreel(["attempt", "--order=order.json", "--token=token", "--secrets=secrets"], desk, how)
    word = Report.parse((desk / "word").read_text())
    assert word is not None and word.exit_code == done.returncode
    return word


@pytest.mark.parametrize(("analysis", "frame"), [({}, 21), ({"every": 4}, 24)])
def test_the_model_and_the_frame_are_named_for_good(
    desk: Path, monkeypatch: pytest.MonkeyPatch, analysis: dict[str, Any], frame: int
) -> None:
    word = attempt(desk, EVERY_TIME, monkeypatch, **analysis)
    assert (word.exit_code, word.outcome, word.reason) == (65, "Failed", "InputInvalid")
    assert word.message == (
        f"model model crashes (SIGSEGV) at frame {frame} of input clip (analysis lamps, window 0), and "
        "did so again when tried alone; export it anew"
    )


def test_a_crash_that_does_not_come_again_is_tried_elsewhere(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    word = attempt(desk, ONCE, monkeypatch)
    assert word.exit_code == 139 and "the runner crashed (SIGSEGV)" in word.message
    again = attempt(desk, ONCE, monkeypatch)
    assert again.exit_code == 0, "from the windows that are there"


def test_at_a_desk_too(desk: Path) -> None:
    head = {"apiVersion": "spotreel.dev/v1alpha1", "kind": "VideoJob", "metadata": {"name": "job"}}
    (desk / "job.yaml").write_text(
        json.dumps({**head, "spec": {key: value for key, value in job(desk).items() if value}})
    )
    done = spotreel(["render", "job.yaml"], desk, EVERY_TIME)
    assert done.returncode == 65 and "model model crashes (SIGSEGV) at frame 21" in done.stderr


def test_only_calls_of_models_are_made_again(desk: Path) -> None:
    windows = [
        WindowsPlan.model_validate({"name": name, "input": "clip", "rate": "25", "total": 100, "window": 48})
        for name in ("moving", "lamps")
    ]
    plan = AnalysesPlan(fingerprint="f", job="j", inputs=[], analyses=windows)
    made = order(desk, desk / "in.mp4", **job(desk, every=2))
    with measuring(1), measuring(4):
        for _ in range(7):
            look_done(1)
            look_done(4)
        (call,) = unfinished(made, plan)
    assert (call.analysis.name, call.window, call.look) == ("lamps", 1, 48 + 7)
