"""Models of a job: tried before anything is measured, and the same bytes when they are opened."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from job_runner.analyzing.engines import engines_of, opened, tried
from job_runner.errors import ConfigInvalid, InputChanged, InputInvalid
from job_runner.inputs import JobInputs
from job_runner.plan.analyses import AnalysesPlan
from job_runner.stop import Stop
from job_runner.tracker import Tracker
from job_runner.workspace.places import Places
from tests.unit.runner.looked import MOVING, SEEN, Desk
from tests.unit.runner.media import make_video
from tests.unit.runner.models import bright_model, constant_model
from videojob_api.analyses import Analysis


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path, make_video(tmp_path / "v.mp4", frames=3))


def inputs_of(desk: Desk) -> JobInputs:
    made = JobInputs(desk.order("job", SEEN).work, Places(None, None, 0.1), Tracker("a"))
    facts = list(made.facts().values())
    made.bind(AnalysesPlan(fingerprint="f", job="t/a", inputs=facts, analyses=[]))
    return made


def detect(**more: Any) -> Analysis:
    return Analysis.model_validate({**SEEN, "detect": {"model": {"input": "model"}, **more}})


def test_what_is_tried_is_what_is_opened(desk: Desk) -> None:
    inputs = inputs_of(desk)
    planned = tried(detect(), inputs, Stop(0))
    assert planned.sha256 and planned.version is None
    made, model = opened(detect(), planned, inputs)
    assert made.picture.shape == (1, 3, 64, 96) and model.at_once == 1
    with pytest.raises(InputChanged, match="input model is another model than when the job began"):
        opened(detect(), planned.model_copy(update={"sha256": "0" * 64}), inputs)


def test_the_specs_size_and_batch_count(desk: Desk) -> None:
    (desk.folder / "model.onnx").write_bytes(bright_model((96, 64), "N"))
    inputs = inputs_of(desk)
    made, _ = opened(detect(batch=4), tried(detect(batch=4), inputs, Stop(0)), inputs)
    assert made.picture.batch == 4


def test_what_is_no_detector_is_told_before_windows_are_begun(desk: Desk) -> None:
    (desk.folder / "model.onnx").write_bytes(constant_model({"depth": np.zeros((1, 1, 64, 64), np.float32)}))
    with pytest.raises(InputInvalid, match="depth"):
        tried(detect(), inputs_of(desk), Stop(0))
    (desk.folder / "model.onnx").write_bytes(bright_model())
    with pytest.raises(InputInvalid, match="walrus"):
        tried(detect(labels=["walrus"]), inputs_of(desk), Stop(0))


def test_what_runs_models_is_named_where_models_are(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    (said,) = engines_of(desk.order("job", SEEN).work)
    assert said.startswith("onnxruntime 1.")
    assert engines_of(desk.order("job", MOVING).work) == []
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ConfigInvalid, match="pip install"):
        engines_of(desk.order("job", SEEN).work)
