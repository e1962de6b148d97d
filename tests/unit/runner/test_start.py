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
