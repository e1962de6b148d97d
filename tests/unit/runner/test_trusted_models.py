"""A model that is a program (.pt2) is run where somebody trusts it, by the class or at a desk, and nowhere else."""

import json
import shutil
from pathlib import Path

import pytest

from job_runner.cli.main import main
from job_runner.results.ndjson import read_rows
from tests.unit.runner.lamps import lamps, walk
from tests.unit.runner.looked import SEEN, Desk, run
from tests.unit.runner.models import bright_model
from tests.unit.runner.programs import bright_program, needs_torch, sealed
from videojob_api.exit_codes import ExitCode
from videojob_api.order import Order

FRAMES, SIZE = 30, (192, 128)
FAST = ["--encoder", "CPU", "--preset", "Fast", "--crf", "10"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """With a lamp that walks to the right."""
    lamps(tmp_path / "in.mp4", walk(FRAMES))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def job(folder: Path, model: bytes, trusted: bool, name: str = "job") -> tuple[Desk, Order]:
    """One that finds the lamp, as a cluster's runner is told it."""
    desk = Desk(folder, folder / "in.mp4", model)
    return desk, desk.order(name, SEEN).model_copy(update={"trusted_models": trusted})


def test_a_job_of_a_class_that_does_not_trust_it_fails_for_good(folder: Path) -> None:
    _, order = job(folder, sealed(), False)
    word = run(order)
    assert (word.exit_code, word.reason) == (ExitCode.SPEC_INVALID, "SpecInvalid")
    assert "model model is a .pt2 of torch.export: to load it is to run what is in it" in (word.message or "")
    assert not list((folder / "job").rglob("*.json")), "nothing was begun"


def test_a_trusted_one_needs_an_image_with_torch(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    _, order = job(folder, sealed(), True)
    word = run(order)
    assert (word.exit_code, word.reason) == (ExitCode.CONFIG_INVALID, "ConfigInvalid")
    assert "torch is not installed, which runs .pt2 models: the image runner-gpu has it" in (word.message or "")


@pytest.mark.parametrize(
    "command",
    [
        ["analyze", "in.mp4", "--model", "m.pt2"],
        ["render", "in.mp4", "out.mp4", "--blur-detected", "m.pt2"],
        ["render", "in.mp4", "out.mp4", "--follow", "m.pt2", "--size", "72x128"],
    ],
    ids=["analyze", "blur", "follow"],
)
def test_at_a_desk_the_option_is_named(folder: Path, command: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    (folder / "m.pt2").write_bytes(sealed())
    assert main(command) == ExitCode.SPEC_INVALID
    said = capfd.readouterr().err
    assert "is a .pt2 of torch.export" in said and "or add --trust-model if you trust it" in said
    assert not (folder / "out.mp4").exists()


def test_the_option_alone_is_for_nothing(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["render", "in.mp4", "out.mp4", "--trust-model"]) == ExitCode.SPEC_INVALID
    assert "--trust-model: which? It goes with --blur-detected or --follow" in capfd.readouterr().err
    assert main(["analyze", "in.mp4", "--trust-model"]) == ExitCode.SPEC_INVALID
    assert "--trust-model: needs --model FILE" in capfd.readouterr().err


@needs_torch
def test_a_job_that_trusts_it_finds_what_it_finds_as_onnx(folder: Path) -> None:
    desk, order = job(folder, bright_program(SIZE, None), True, "program")
    assert run(order, 2).exit_code == 0
    _, other = job(folder, bright_model(SIZE), False, "onnx")
    assert run(other, 2).exit_code == 0
    rows = desk.detections("program", "seen")
    assert rows == desk.detections("onnx", "seen")
    assert [(row.x1, row.y1, row.x2, row.y2) for row in rows] == walk(FRAMES)
    assert {row.label for row in rows} == {"lamp"}
    (begun,) = json.loads((folder / "program" / "work" / "analyses.json").read_bytes())["analyses"]
    assert begun["model"]["runtime"].startswith("torch 2.") and begun["model"]["device"] in ("CPU", "CUDA")
    assert len(begun["model"]["sha256"]) == 64


@needs_torch
def test_other_software_does_not_go_on_with_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    _, order = job(folder, bright_program(SIZE), True)
    assert run(order).exit_code == 0
    shutil.rmtree(folder / "job" / "work" / "analysis")
    (folder / "job" / "work" / "result.json").unlink()
    monkeypatch.setattr(torch, "__version__", "2.0.1")
    word = run(order)
    assert word.exit_code == ExitCode.CONFIG_INVALID and "this one is torch 2.0.1" in (word.message or "")


@needs_torch
def test_at_a_desk_it_is_run_where_it_is_trusted(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (folder / "m.pt2").write_bytes(bright_program(SIZE, None))
    (folder / "m.onnx").write_bytes(bright_model(SIZE))
    assert main(["analyze", "in.mp4", "--model", "m.onnx", "-o", "onnx"]) == 0
    capfd.readouterr()
    trusting = ["analyze", "in.mp4", "--model", "m.pt2", "--trust-model", "--batch", "4", "-o", "program", "--json"]
    assert main(trusting) == 0
    assert json.loads(capfd.readouterr().out)["model"]["runtime"].split()[0] == "torch"
    rows = [list(read_rows(folder / name / "detections.ndjson.gz")) for name in ("program", "onnx")]
    assert rows[0] == rows[1] and len(rows[0]) == FRAMES


@needs_torch
def test_what_it_finds_is_blurred_as_by_onnx(folder: Path) -> None:
    (folder / "m.pt2").write_bytes(bright_program(SIZE))
    (folder / "m.onnx").write_bytes(bright_model(SIZE))
    for name, more in (("m.pt2", ["--trust-model"]), ("m.onnx", [])):
        assert main(["render", "in.mp4", f"{name}.mp4", "--blur-detected", name, *more, *FAST]) == 0
    assert (folder / "m.pt2.mp4").read_bytes() == (folder / "m.onnx.mp4").read_bytes()
