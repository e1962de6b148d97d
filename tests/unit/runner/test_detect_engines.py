"""Where a detector runs: what is said of a file and of an engine, and whose fault a crash is."""

import hashlib
from pathlib import Path

import numpy as np
import pytest

from job_runner.cli.detect_engines import EnginePlace, FilePlace
from job_runner.cli.detect_options import DetectOptions
from job_runner.detection.detector import Wish
from job_runner.engines.remote.connect import Engine
from job_runner.errors import InputInvalid, RunnerError, SpecInvalid
from job_runner.stop import Stop
from job_runner.workspace.places import Media
from tests.unit.runner.engines.remote.stand_in import ROWS, stand_in
from tests.unit.runner.models import bright_model

MODEL = bright_model((192, 128))
PICTURES = {"images": np.zeros((1, 3, 128, 192), np.float32)}


def options(size: tuple[int, int] | None = None, names: dict[int, str] | None = None) -> DetectOptions:
    return DetectOptions(model=None, wish=Wish(names=names), every=1, batch=1, size=size)


@pytest.fixture
def model(tmp_path: Path) -> str:
    (tmp_path / "lamps.onnx").write_bytes(MODEL)
    return str(tmp_path / "lamps.onnx")


def opened(path: str) -> tuple[Media, int]:
    return Media(path, None), Path(path).stat().st_size


def nothing() -> None:
    """Nobody asks to stop."""


def test_a_file_is_known_by_its_bytes_and_by_what_runs_it(model: str) -> None:
    with FilePlace(model, options(), opened, Stop(0)).ready() as ready:
        assert ready.title == ready.detector.model == "lamps.onnx"
        (found,) = ready.loaded(1).start(PICTURES)()
        assert found.shape == (1, 1, 6)
        assert (ready.identity["file"], ready.identity["sha256"]) == ("lamps.onnx", hashlib.sha256(MODEL).hexdigest())
        assert ready.identity["runtime"].startswith("onnxruntime ")
        assert ready.identity["runtime"].split()[2] in ("CPU", "CUDA")


def test_a_file_that_is_wrong_is_refused_before_it_is_loaded(model: str) -> None:
    with pytest.raises(InputInvalid, match=r"model lamps\.onnx takes pictures of 192x128, not 64x64"):
        FilePlace(model, options((64, 64)), opened, Stop(0)).ready()
    Path(model).write_bytes(b"none")
    with pytest.raises(InputInvalid, match=r"lamps\.onnx"):
        FilePlace(model, options(), opened, Stop(0)).ready()


def test_a_crash_with_a_file_is_the_models_fault(model: str) -> None:
    error = FilePlace(model, options(), opened, Stop(0)).crashed("in.mp4", 3)
    assert isinstance(error, InputInvalid)
    assert str(error) == (
        "model lamps.onnx crashes at frame 3 of in.mp4, which can be decoded without it; export it anew"
    )


def test_an_engine_is_known_by_its_url_and_by_what_has_answered() -> None:
    with (
        stand_in() as url,
        EnginePlace(Engine(url, "detector"), options(names={0: "lamp"}), nothing).ready() as ready,
    ):
        assert ready.title == f"detector 1 at {url}" and ready.detector.names == {0: "lamp"}
        assert ready.identity == {"url": url, "name": "detector", "version": "1", "runtime": "stand-in 1"}
        assert np.array_equal(ready.loaded(1).start(PICTURES)()[0], ROWS)


def test_an_engine_with_another_model_than_was_wanted() -> None:
    with (
        stand_in() as url,
        pytest.raises(InputInvalid, match="model detector takes pictures of 192x128, not 64x64"),
        EnginePlace(Engine(url, "detector"), options((64, 64)), nothing).ready(),
    ):
        pass
    with pytest.raises(SpecInvalid, match="is no address"), EnginePlace(Engine("a:1", "x"), options(), nothing).ready():
        pass


def test_a_crash_with_an_engine_is_nobodys_fault_that_is_known() -> None:
    error = EnginePlace(Engine("grpc://triton:8001", "detector"), options(), nothing).crashed("in.mp4", 3)
    assert type(error) is RunnerError
    assert (
        str(error)
        == "in.mp4 can be decoded, but spotreel crashed while engine grpc://triton:8001 was asked about frame 3"
    )
