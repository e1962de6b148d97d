"""What a detector finds shapes a video, in one command: it is blurred, followed, written on."""

from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt
import pytest
import yaml

from job_runner.cli.main import main
from tests.unit.runner.lamps import lamps, walk
from tests.unit.runner.models import bright_model

FRAMES = 50
FAST = ["--encoder", "CPU", "--preset", "Fast", "--crf", "10"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """With a lamp that walks to the right, and a model that finds it."""
    lamps(tmp_path / "in.mp4", walk(FRAMES))
    (tmp_path / "lamp.onnx").write_bytes(bright_model((192, 128)))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def decoded(path: Path) -> list[npt.NDArray[np.int16]]:
    """The luma of each frame."""
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="gray").astype(np.int16) for frame in container.decode(video=0)]


def lit(pixels: npt.NDArray[Any]) -> npt.NDArray[np.intp]:
    """Columns in which it is as bright as the lamp."""
    return np.flatnonzero((pixels > 200).any(axis=0))


def test_everything_that_is_found_is_blurred(folder: Path) -> None:
    assert main(["render", "in.mp4", "out.mp4", "--blur-detected", "lamp.onnx", *FAST]) == 0
    assert [len(lit(luma)) for luma in decoded(folder / "in.mp4")] == [32] * FRAMES
    sharp = [number for number, luma in enumerate(decoded(folder / "out.mp4")) if np.abs(np.diff(luma)).max() > 60]
    assert not sharp


def test_what_is_not_sure_enough_is_not_blurred(folder: Path) -> None:
    (folder / "unsure.onnx").write_bytes(bright_model((192, 128), sure=0.3))
    detected = ["--blur-detected", "unsure.onnx", "--every", "2", *FAST]
    assert main(["render", "in.mp4", "strict.mp4", *detected]) == 0
    assert main(["render", "in.mp4", "out.mp4", *detected, "--min-score", "0.25"]) == 0
    assert max(len(lit(luma)) for luma in decoded(folder / "out.mp4")) < 32
    assert [len(lit(luma)) for luma in decoded(folder / "strict.mp4")] == [32] * FRAMES


def test_a_crop_follows(folder: Path) -> None:
    command = ["render", "in.mp4", "out.mp4", "--follow", "lamp.onnx", "--labels", "lamp", "--size", "72x128", *FAST]
    assert main(command) == 0
    assert {len(lit(luma)) for luma in decoded(folder / "out.mp4")} <= {31, 32, 33}, "all of it, in each frame"


def test_words_beside_what_is_found(folder: Path) -> None:
    words = {"text": {"content": "{label} {track}", "size": 0.15}, "keyframesFrom": {"place": "Below"}}
    files = {"clip": folder / "in.mp4", "model": folder / "lamp.onnx"}
    spec = {
        "inputs": [{"name": name, "uri": path.as_uri()} for name, path in files.items()],
        "analyses": [{"input": "clip", "detect": {"model": {"input": "model"}}}],
        "timeline": {"overlays": [words]},
        "outputs": [{"uri": (folder / "out.mp4").as_uri(), "video": {"encoder": "CPU", "preset": "Fast", "crf": 10}}],
    }
    job = {"apiVersion": "spotreel.dev/v1alpha1", "kind": "VideoJob", "metadata": {"name": "words"}, "spec": spec}
    (folder / "job.yaml").write_text(yaml.safe_dump(job))
    assert main(["render", "job.yaml"]) == 0
    below = [luma[50:80] for luma in decoded(folder / "out.mp4")]
    assert all(len(lit(luma)) for luma in below)
    firsts = [int(lit(luma)[0]) for luma in (below[5], below[40])]
    assert 60 < firsts[1] - firsts[0] < 80, "it goes with the lamp, by 70 pixels"
