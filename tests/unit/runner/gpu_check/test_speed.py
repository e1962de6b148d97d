"""Speeds, which nobody judges here: that they are measured, beside the ffmpeg command where there is one."""

import sys
from pathlib import Path

import pytest

from job_runner.gpu_check.found import NotHereError, Outcome
from job_runner.gpu_check.ground import Ground
from job_runner.gpu_check.speed import find
from job_runner.media.encoder_check import opens
from job_runner.media.hardware import CPU
from tests.testbed.cache import ffmpeg
from tests.unit.runner.gpu_check.grounds import SMALL, needs_torch, on_cpu, on_cuda, without_gpu


@pytest.mark.parametrize("subject", ["decoding", "a job"])
def test_beside_ffmpeg(subject: str, tmp_path: Path) -> None:
    found = find(subject, Ground(CPU, tmp_path, ffmpeg=str(ffmpeg()), extent=SMALL))
    assert found.outcome == Outcome.OK and found.words.endswith(" of ffmpeg"), found
    assert all(isinstance(value, float) and value > 0 for value in found.figures.values())


def test_without_an_ffmpeg_ours_are_said(tmp_path: Path) -> None:
    assert find("decoding", on_cpu(tmp_path)).figures.keys() == {"device", "CPU"}


def test_an_ffmpeg_that_cannot_do_it_is_quoted(tmp_path: Path) -> None:
    script = tmp_path / "ffmpeg"
    script.write_text(f"#!{sys.executable}\nimport sys\nsys.exit('no such accelerator')\n")
    script.chmod(0o755)
    found = find("decoding", Ground(CPU, tmp_path, ffmpeg=str(script), extent=SMALL))
    assert found.outcome == Outcome.OK and found.figures["ffmpeg said"] == "no such accelerator"
    assert "of ffmpeg" not in found.words


@needs_torch
def test_effects(tmp_path: Path) -> None:
    assert find("effects", on_cpu(tmp_path)).figures.keys() == {"device", "NumPy"}


@without_gpu
@pytest.mark.parametrize(("subject", "why"), [("decoding", "refuses it"), ("effects", "torch")])
def test_without_a_gpu(subject: str, why: str, tmp_path: Path) -> None:
    with pytest.raises(NotHereError, match=why):
        find(subject, on_cuda(tmp_path))


def test_without_nvenc(tmp_path: Path) -> None:
    if opens("h264_nvenc", {}, "yuv420p") is None:
        pytest.skip("this machine has NVENC")
    with pytest.raises(NotHereError, match="use a GPU with NVENC"):
        find("a job", on_cuda(tmp_path))
