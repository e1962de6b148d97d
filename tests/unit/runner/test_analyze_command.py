"""`spotreel analyze --model` as it is typed, in a process of its own: output, exit codes, a crash, a stop."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from job_runner.results.ndjson import read_rows
from tests.unit.runner.lamps import lamps, walk
from tests.unit.runner.models import bright_model, node_model

SPOTREEL = str(Path(sys.executable).parent / "spotreel")
CRASHING = """
import faulthandler, os, signal, sys
from job_runner.cli.main import command
from job_runner.engines.onnx import OnnxModel
real, calls = OnnxModel.run, [0]
def run(self, feeds):
    calls[0] += 1
    if calls[0] > 3:
        os.kill(os.getpid(), signal.SIGSEGV)
    return real(self, feeds)
OnnxModel.run = run
sys.exit(command())
"""


LOOKING = """
import sys
from pathlib import Path
from job_runner.cli.main import command
from job_runner.engines.onnx import OnnxModel
real = OnnxModel.run
def run(self, feeds):
    Path("looking").touch()
    return real(self, feeds)
OnnxModel.run = run
sys.exit(command())
"""


@pytest.fixture(autouse=True)
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    lamps(tmp_path / "in.mp4", walk(30))
    (tmp_path / "m.onnx").write_bytes(bright_model((192, 128)))
    return tmp_path


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)


def analyze(*arguments: str) -> subprocess.CompletedProcess[str]:
    return run(SPOTREEL, "analyze", "in.mp4", *arguments)


def test_a_file_of_rows(desk: Path) -> None:
    said = analyze("--model", "m.onnx", "-o", "found")
    assert (said.returncode, said.stdout.splitlines()[-1]) == (0, "wrote  found/detections.ndjson.gz")
    assert len(list(read_rows(desk / "found" / "detections.ndjson.gz"))) == 30


@pytest.mark.parametrize("cut", [0, 10, 300])
def test_what_is_no_model_is_one_line(desk: Path, cut: int) -> None:
    (desk / "m.onnx").write_bytes((desk / "m.onnx").read_bytes()[:cut])
    said = analyze("--model", "m.onnx")
    assert said.returncode == 65 and said.stderr.count("\n") == 1, said.stderr
    assert said.stderr.startswith(("spotreel: model m.onnx is no ONNX file", "spotreel: input m.onnx: m.onnx is empty"))


def test_libraries_say_nothing_of_a_model_that_they_refuse(desk: Path) -> None:
    from onnx import helper

    (desk / "m.onnx").write_bytes(node_model([helper.make_node("Conv", ["images"], ["found"])]))
    said = analyze("--model", "m.onnx")
    assert said.returncode == 65 and said.stderr.count("\n") == 1, said.stderr


def test_a_crash_in_the_middle_is_the_models(desk: Path) -> None:
    said = run(sys.executable, "-c", CRASHING, "analyze", "in.mp4", "--model", "m.onnx")
    assert said.returncode == 65
    assert said.stderr == (
        "spotreel: model m.onnx crashes at frame 3 of in.mp4, which can be decoded without it; export it anew\n"
    )
    assert sorted(path.name for path in desk.iterdir()) == ["in.mp4", "m.onnx"]


def test_a_stop_leaves_nothing_behind(desk: Path) -> None:
    lamps(desk / "in.mp4", walk(60) * 20)
    command = [sys.executable, "-c", LOOKING, "analyze", "in.mp4", "--model", "m.onnx"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    while not (desk / "looking").exists() and process.poll() is None:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, error = process.communicate()
    assert process.returncode == 75 and "stopped while the file was looked at" in error
    assert not (desk / "in.analysis").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--labels", "ball", "--every", "3"), "--labels, --every: needs --model FILE, a detector as ONNX"),
        (("--model", "m.onnx", "--motion", "--max-total", "9s"), "--motion, --max-total: not with --model"),
    ],
)
def test_options_that_would_be_passed_over_are_refused(arguments: tuple[str, ...], words: str) -> None:
    said = subprocess.run([SPOTREEL, "analyze", "in.mp4", *arguments], capture_output=True, text=True, check=False)
    assert said.returncode == 64 and said.stderr.startswith(f"spotreel: {words}")
