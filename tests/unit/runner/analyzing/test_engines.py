"""Models of a job: tried before anything is measured, and the same bytes when they are opened."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from job_runner.analyzing.engines import Engines
from job_runner.errors import ConfigInvalid, InputChanged, InputInvalid, NodeUnfit, SpecInvalid
from job_runner.inputs import JobInputs
from job_runner.plan.windows import AnalysesPlan
from job_runner.stop import Stop
from job_runner.tracker import Tracker
from job_runner.workspace.places import Places
from tests.unit.runner.engines.remote.stand_in import stand_in
from tests.unit.runner.looked import SEEN, Desk
from tests.unit.runner.media import make_video
from tests.unit.runner.models import bright_model, constant_model
from videojob_api.analyses import Analysis


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path, make_video(tmp_path / "v.mp4", frames=3))


def engines(desk: Desk, **more: Any) -> Engines:
    order = desk.order("job", SEEN, **more)
    made = JobInputs(order.work, Places(None, None, 0.1), Tracker("a"))
    facts = list(made.facts().values())
    made.bind(AnalysesPlan(fingerprint="f", job="t/a", inputs=facts, analyses=[]))
    return Engines(order, made, Stop(0), None)


def detect(**more: Any) -> Analysis:
    return Analysis.model_validate({**SEEN, "detect": {"model": {"input": "model"}, **more}})


def test_what_is_tried_is_what_is_opened(desk: Desk) -> None:
    ours = engines(desk)
    planned = ours.tried(detect())
    assert planned.sha256 and planned.version is None and planned.device == "CPU"
    assert (planned.runtime or "").startswith("onnxruntime 1.")
    made, new_model = ours.opened(detect(), planned)
    with new_model() as one, new_model() as other:
        assert made.picture.shape == (1, 3, 64, 96) and one.at_once == 1
        assert one is other, "a file is loaded once"
    with pytest.raises(InputChanged, match="input model is another model than when the job began"):
        ours.opened(detect(), planned.model_copy(update={"sha256": "0" * 64}))


def test_a_model_goes_on_where_it_began(desk: Desk) -> None:
    ours = engines(desk)
    planned = ours.tried(detect()).model_copy(update={"device": "CUDA"})
    with pytest.raises(NodeUnfit, match="analysis seen was begun on CUDA, which onnxruntime cannot use here"):
        ours.opened(detect(), planned)


def test_the_specs_size_and_batch_count(desk: Desk) -> None:
    (desk.folder / "model.onnx").write_bytes(bright_model((96, 64), "N"))
    ours = engines(desk)
    made, _ = ours.opened(detect(batch=4), ours.tried(detect(batch=4)))
    assert made.picture.batch == 4


def test_what_is_no_detector_is_told_before_windows_are_begun(desk: Desk) -> None:
    (desk.folder / "model.onnx").write_bytes(constant_model({"depth": np.zeros((1, 1, 64, 64), np.float32)}))
    with pytest.raises(InputInvalid, match="depth"):
        engines(desk).tried(detect())
    (desk.folder / "model.onnx").write_bytes(bright_model())
    with pytest.raises(InputInvalid, match="walrus"):
        engines(desk).tried(detect(labels=["walrus"]))


def blurred(desk: Desk, label: str) -> dict[str, Any]:
    """More of a job: what hides things of that class."""
    overlay = {"blur": {}, "keyframesFrom": {"analysis": "seen", "label": label}}
    return {"outputs": [{"uri": (desk.folder / "out.mp4").as_uri()}], "timeline": {"overlays": [overlay]}}


def test_a_class_that_the_model_has_not_would_hide_nobody(desk: Desk) -> None:
    where = re.escape("timeline.overlays[0].keyframesFrom.label")
    with pytest.raises(SpecInvalid, match=f"{where}: model model has no class Lamp; its classes: lamp$"):
        engines(desk, **blurred(desk, "Lamp")).tried(detect())
    assert engines(desk, **blurred(desk, "lamp")).tried(detect()).sha256
    (desk.folder / "model.onnx").write_bytes(bright_model((96, 64), names=None))
    with pytest.raises(SpecInvalid, match=f"{where}: model model has no class lamp; its classes: numbers alone"):
        engines(desk, **blurred(desk, "lamp")).tried(detect())
    assert engines(desk, **blurred(desk, "0")).tried(detect()).sha256


def test_an_engine_too_is_asked_for_classes_that_it_has(desk: Desk) -> None:
    with stand_in() as url:
        remote = {"url": url, "model": "m", "names": ["face"]}
        asked = Analysis.model_validate({"name": "seen", "input": "main", "remote": remote})
        with pytest.raises(SpecInvalid, match="model m has no class lamp; its classes: face"):
            engines(desk, **blurred(desk, "lamp")).tried(asked)
        assert engines(desk, **blurred(desk, "face")).tried(asked).signature


def test_other_software_does_not_go_on(desk: Desk) -> None:
    ours = engines(desk)
    planned = ours.tried(detect()).model_copy(update={"runtime": "onnxruntime 0.0.1"})
    with pytest.raises(ConfigInvalid, match=r"was begun by runner onnxruntime 0\.0\.1, this one is onnxruntime 1"):
        ours.opened(detect(), planned)


def test_without_what_runs_it_the_remedy_is_named(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ConfigInvalid, match="pip install"):
        engines(desk).tried(detect())
