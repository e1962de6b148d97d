"""What a start brings into memory: a pod pays for it with every attempt."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.runner.media import make_video

RENDER = """
import sys
from job_runner.cli.main import main
code = main(sys.argv[1:])
print(code, "numpy" in sys.modules)
"""
OF_ANALYSES = ("onnxruntime", "google.protobuf", "grpc", "sqlalchemy", "psycopg", "pymysql", "duckdb", "fractions")
ATTEMPT = """
import sys
import job_runner.cli.attempt
from job_runner.cli.main import main
code = main(sys.argv[1:])
print(code, [name for name in %r if name in sys.modules])
"""
LOOK = """
apiVersion: spotreel.dev/v1alpha1
kind: VideoJob
metadata: {{name: look}}
spec:
  inputs: [{{uri: "{folder}/clip.mp4"}}]
  analyses: [{{motion: {{}}}}]
  results: [{{uri: "{folder}/moving.ndjson.gz"}}]
"""


def _rendered(folder: Path, *options: str) -> str:
    make_video(folder / "clip.mp4", 10)
    command = [sys.executable, "-c", RENDER, "render", "clip.mp4", "out.mp4", *options]
    run = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder, stdin=subprocess.DEVNULL)
    return run.stdout.splitlines()[-1] if run.stdout else run.stderr


@pytest.mark.parametrize(
    ("options", "numpy"),
    [((), False), (("--size", "48x32"), False), (("--box", "0.1,0.1,0.5,0.5"), True)],
    ids=["nothing drawn", "scaled", "a box"],
)
def test_numpy_is_loaded_where_something_is_drawn_only(tmp_path: Path, options: tuple[str, ...], numpy: bool) -> None:
    assert _rendered(tmp_path, *options) == f"0 {numpy}"


def _loaded(folder: Path, *options: str) -> str:
    make_video(folder / "clip.mp4", 10)
    command = [sys.executable, "-c", ATTEMPT % (OF_ANALYSES,), "render", *options]
    run = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder, stdin=subprocess.DEVNULL)
    return run.stdout.splitlines()[-1] if run.stdout else run.stderr


def test_what_analyses_need_is_loaded_by_those_that_need_it(tmp_path: Path) -> None:
    """`fractions` shows that names are looked for as they are called."""
    assert _loaded(tmp_path, "clip.mp4", "out.mp4", "--box", "0.1,0.1,0.5,0.5") == "0 ['fractions']"
    (tmp_path / "look.yaml").write_text(LOOK.format(folder=tmp_path.as_uri()))
    assert _loaded(tmp_path, "look.yaml") == "0 ['fractions']"
