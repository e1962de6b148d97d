"""What is found is hidden in every frame that shows it: between looks, behind the last, where a file is cut off."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.testbed import cache
from tests.unit.runner import odd
from tests.unit.runner.jobs import order, run
from tests.unit.runner.lamps import lamps
from tests.unit.runner.models import bright_model

FRAMES, SIZE = 90, (192, 128)
SHARP = 100
"""Steps from one pixel to the next that a blurred lamp has not."""


def walking(path: Path) -> Path:
    return lamps(path, [(8 + k, 16, 40 + k, 48) for k in range(FRAMES)])


def cut_off(path: Path) -> Path:
    """With its index first, which tells of all frames."""
    whole = walking(path.with_name("whole.mp4"))
    odd.remuxed(whole, path, {"movflags": "faststart"})
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 6 // 10])
    return path


@pytest.mark.parametrize(
    ("make", "every", "overlay"),
    [
        (walking, 1, {"hold": "0s"}), (walking, 25, {"hold": "0s"}), (walking, 40, {}),
        (cut_off, 1, {}), (cut_off, 25, {}),
    ],
)  # fmt: skip
def test_nothing_of_it_is_sharp(
    make: Callable[[Path], Path], every: int, overlay: dict[str, Any], tmp_path: Path
) -> None:
    clip, model = make(tmp_path / "in.mp4"), tmp_path / "model.onnx"
    model.write_bytes(bright_model(SIZE))
    hidden = {"blur": {"radius": 0.1}, "keyframesFrom": {"analysis": "seen", "margin": 1, **overlay}}
    inputs = [{"name": "main", "uri": clip.as_uri()}, {"name": "model", "uri": model.as_uri()}]
    analyses = [{"name": "seen", "input": "main", "every": every, "detect": {"model": {"input": "model"}}}]
    word = run(order(tmp_path, clip, inputs=inputs, analyses=analyses, timeline={"overlays": [hidden]}))
    assert word.exit_code == 0, word.message
    steps = np.abs(np.diff(_pictures(tmp_path / "out.mp4"), axis=2)).reshape(FRAMES, -1).max(1)
    assert np.flatnonzero(steps > SHARP).tolist() == []


def _pictures(path: Path) -> Any:
    command = [str(cache.ffmpeg()), "-nostdin", "-i", str(path), "-f", "rawvideo", "-pix_fmt", "gray", "-"]
    done = subprocess.run(command, check=True, capture_output=True)
    return np.frombuffer(done.stdout, np.uint8).reshape(FRAMES, SIZE[1], SIZE[0]).astype(int)
