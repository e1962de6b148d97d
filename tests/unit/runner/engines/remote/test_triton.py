"""A real Triton: the same bytes as by the same model in this process, and what becomes of a server that goes away."""

import argparse
import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from job_runner.cli.analyze_detect import FILE, analyze_detect
from job_runner.cli.detect_arguments import add_detection
from job_runner.detecting import Clip, detected
from job_runner.detection.detector import Wish, detector
from job_runner.engines.inspection import Form
from job_runner.engines.remote.connect import Engine, connected
from job_runner.errors import (
    ConfigInvalid,
    EngineUnreachable,
    InputChanged,
    InputInvalid,
    RunnerError,
    SpecInvalid,
)
from job_runner.media.timing import frame_times
from job_runner.results.detections import DetectionRow
from tests.testbed.cache import ROOT, footage
from tests.testbed.https import self_signed
from tests.testbed.triton import Served, Triton
from tests.unit.runner.engines.remote.conftest import LAMPS
from tests.unit.runner.lamps import lamps, walk
from tests.unit.runner.media import video_facts

FRAMES = 30
SPOTREEL = [str(Path(sys.executable).parent / "spotreel"), "analyze", "in.mp4"]


@pytest.fixture
def clip(tmp_path: Path) -> Clip:
    path = lamps(tmp_path / "in.mp4", walk(FRAMES))
    facts = video_facts(path)
    return Clip("in", str(path), facts, frame_times(str(path), "in", facts))


def rows(clip: Clip, engine: Engine, batch: int = 1) -> Iterator[list[DetectionRow]]:
    with connected(engine, lambda: None) as model:
        signature, picture = model.tried(Form(engine.model, batch=batch))
        made = detector(signature, picture, engine.model, Wish(names={0: "lamp"}))
        yield from detected(clip, made, model, clip.numbers(1), 1)


def refusal(kind: type[RunnerError], clip: Clip, engine: Engine, batch: int = 1) -> str:
    with pytest.raises(kind) as caught:
        list(rows(clip, engine, batch))
    assert type(caught.value) is kind or kind is InputInvalid
    return str(caught.value)


def analyze(file: Path, *arguments: str, crash: int = 0) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("file")
    parser.add_argument("-o", "--output")
    parser.add_argument("--json", action="store_true")
    add_detection(parser.add_argument_group("detection"))
    return analyze_detect(parser.parse_args([str(file), *arguments]), crash)


def test_a_real_detector_gives_the_same_bytes_here_and_there(
    triton: Triton, faces: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "faces.onnx").write_bytes(faces)
    (tmp_path / "names").write_text("face\n")
    clip, common = footage() / "carphone_pristine.mp4", ("--every", "4", "--track")
    assert analyze(clip, "--model", str(tmp_path / "faces.onnx"), "-o", str(tmp_path / "here"), *common) == 0
    capsys.readouterr()
    there = ("--engine", triton.url, "--engine-model", "faces", "--names", str(tmp_path / "names"))
    assert analyze(clip, *there, "-o", str(tmp_path / "there"), *common) == 0
    found = (tmp_path / "there" / FILE).read_bytes()
    assert found == (tmp_path / "here" / FILE).read_bytes()
    said = capsys.readouterr().out.replace(triton.url, "grpc://triton.ml:8001").splitlines()
    assert "\n".join(said[:4]) in (ROOT / "docs" / "analysis-engines.md").read_text()


@pytest.mark.parametrize(("batch", "at_once"), [(1, 1), (1, 4), (3, 2), (4, 16)])
def test_the_box_of_every_frame_however_it_is_asked(clip: Clip, triton: Triton, batch: int, at_once: int) -> None:
    found = list(rows(clip, Engine(triton.url, "lamps", at_once=at_once), batch))
    assert [(row.x1, row.y1, row.x2, row.y2) for (row,) in found] == walk(FRAMES)
    assert [row.frame for (row,) in found] == list(range(FRAMES))


def test_a_table_and_for_programs(
    clip: Clip, triton: Triton, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    engine = ("--engine", triton.url, "--engine-model", "lamps", "--batch", "4", "-o", str(tmp_path))
    assert analyze(tmp_path / "in.mp4", *engine) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"model  lamps 3 at {triton.url}, EndToEnd, 192x128 Letterbox",
        "looked at 30 of 30 frames",
        "label                     detections    frames    best",
        "0                                 30        30  1.0000",
        f"wrote  {tmp_path / FILE}",
    ]
    assert analyze(tmp_path / "in.mp4", *engine, "--engine-version", "1", "--json") == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)["model"]
    assert found == {
        "url": triton.url, "name": "lamps", "version": "1", "runtime": "triton 2.51.0", "format": "EndToEnd",
        "size": [192, 128], "fit": "Letterbox",
    }  # fmt: skip


def test_what_is_wrong_is_one_line(
    clip: Clip, triton: Triton, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert analyze(tmp_path / "in.mp4", "--engine", triton.url, "--engine-model", "none") == 64
    assert capsys.readouterr().err == (
        f"spotreel: engine {triton.url} has no model none, or is no inference server (NOT_FOUND: Request for unknown "
        "model: 'none' is not found)\n"
    )


def test_as_it_is_typed(clip: Clip, triton: Triton, tmp_path: Path) -> None:
    """Nothing but our own line, as gRPC would like to say more."""
    engine = ("--engine", triton.url, "--engine-model")
    wrong = subprocess.run([*SPOTREEL, *engine, "none"], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert (wrong.returncode, wrong.stderr.count("\n")) == (64, 1)
    right = subprocess.run([*SPOTREEL, *engine, "lamps"], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert (right.returncode, right.stdout.splitlines()[-1]) == (0, f"wrote  in.analysis/{FILE}")
    assert all(line.startswith("in.mp4  ") for line in right.stderr.splitlines()), right.stderr


def test_a_stop_is_heard_while_it_is_asked(clip: Clip, triton: Triton, tmp_path: Path) -> None:
    command = [*SPOTREEL, "--engine", triton.url, "--engine-model", "slow"]
    began = len(triton.log("slow: asked"))
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=tmp_path)
    while len(triton.log("slow: asked")) == began and process.poll() is None:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=15)
    assert (process.returncode, error) == (
        75, "spotreel: stopped while the file was looked at; the same command begins anew\n"
    )  # fmt: skip


def test_after_a_crash_the_input_is_tried_without_the_engine(
    clip: Clip, triton: Triton, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert analyze(tmp_path / "in.mp4", "--engine", triton.url, "--engine-model", "lamps", crash=11) == 1
    assert capsys.readouterr().err == (
        f"spotreel: in.mp4 can be decoded, but spotreel crashed while engine {triton.url} was asked about frame 30\n"
    )


def test_a_model_or_a_version_that_is_not_there(clip: Clip, triton: Triton) -> None:
    assert "has no model none" in refusal(SpecInvalid, clip, Engine(triton.url, "none"))
    said = refusal(SpecInvalid, clip, Engine(triton.url, "lamps", "9"))
    assert "has no model lamps version 9" in said and "(NOT_FOUND: " in said
    said = refusal(InputInvalid, clip, Engine(triton.url, "lamps", "latest"))
    assert "model version from specified version string 'latest'" in said


def test_another_size_or_too_many_at_once(clip: Clip, triton: Triton) -> None:
    said = refusal(InputInvalid, clip, Engine(triton.url, "lamps"), batch=5)
    assert "refuses what it is given (INVALID_ARGUMENT: " in said and "batch-size must be <= 4" in said
    with (
        connected(Engine(triton.url, "lamps"), lambda: None) as model,
        pytest.raises(InputInvalid, match="model lamps takes pictures of 192x128, not 64x64"),
    ):
        model.tried(Form("lamps", size=(64, 64)))


def test_answers_that_are_none(clip: Clip, triton: Triton) -> None:
    said = refusal(InputInvalid, clip, Engine(triton.url, "nans"))
    assert "model nans: its output output0 has values that are no numbers (NaN)" in said
    said = refusal(InputInvalid, clip, Engine(triton.url, "empty"))
    assert said == "model empty: its output found came with 0 bytes, which are not 6 of FP32"


def test_one_that_is_too_slow(clip: Clip, triton: Triton) -> None:
    said = refusal(EngineUnreachable, clip, Engine(triton.url, "slow", seconds=0.2, later=0))
    # What follows are gRPC's own words, which are others where the stream was torn down before the clock was read.
    assert said.startswith(f"engine {triton.url} does not answer within 0.2 s (DEADLINE_EXCEEDED: "), said


def test_it_goes_on_after_the_server_came_back_but_not_with_another_version(
    clip: Clip, server: None, tmp_path: Path
) -> None:
    models = tmp_path / "models" / "lamps"
    with Triton(tmp_path, [Served("lamps", LAMPS, 4)]) as triton:
        coming = rows(clip, Engine(triton.url, "lamps", later=60, at_once=2))
        found = list(islice(coming, 7))
        triton.stop()
        triton.launch()
        found += islice(coming, 10)
        assert [(row.x1, row.y1, row.x2, row.y2) for (row,) in found] == walk(17)
        triton.stop()
        copytree(models / "1", models / "2")
        triton.launch()
        with pytest.raises(InputChanged, match="version 1 has answered so far, now it is 2"):
            list(coming)
        triton.stop()
        assert "does not answer (UNAVAILABLE: " in refusal(
            EngineUnreachable, clip, Engine(triton.url, "lamps", first=0)
        )


def test_over_tls_with_a_token(clip: Clip, server: None, tmp_path: Path) -> None:
    for name in ("own", "other"):
        self_signed(tmp_path / f"{name}.pem", tmp_path / f"{name}.key")
    own, other, token = tmp_path / "own.pem", tmp_path / "other.pem", tmp_path / "token"
    token.write_text("triton-grpc-protocol-word: secret\n")
    flags = ["--grpc-restricted-protocol=inference:word=secret"]
    with Triton(tmp_path, [Served("lamps", LAMPS, 4)], (own, tmp_path / "own.key"), flags) as triton:
        assert triton.url.startswith("grpcs://")
        assert len(list(rows(clip, Engine(triton.url, "lamps", ca=own, headers=token)))) == FRAMES
        said = refusal(EngineUnreachable, clip, Engine(triton.url, "lamps", ca=own, later=0))
        assert "(UNAVAILABLE: This protocol is restricted, expecting header" in said
        said = refusal(ConfigInvalid, clip, Engine(triton.url, "lamps", ca=other))
        assert "a certificate of an authority that is not trusted" in said and "--engine-ca" in said
        assert "that is not trusted" in refusal(ConfigInvalid, clip, Engine(triton.url, "lamps"))
        named = Engine(triton.url.replace("127.0.0.1", "localhost"), "lamps", ca=own)
        assert "has a certificate for another name" in refusal(ConfigInvalid, clip, named)
        plain = Engine(triton.url.replace("grpcs", "grpc"), "lamps", first=0)
        assert refusal(EngineUnreachable, clip, plain).endswith("; if it wants TLS, write grpcs://")
