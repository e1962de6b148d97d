"""Whole jobs: two runs, two resumes, the joined file."""

import shutil
from pathlib import Path

import pytest

from job_runner.gpu_check.clips import BY_NAME, clip_of
from job_runner.gpu_check.found import NotHereError, Outcome
from job_runner.gpu_check.ground import Ground
from job_runner.gpu_check.rendering import OUTPUT, ffprobe_count, find, lose, made, one_hash
from job_runner.media.encoder_check import opens
from tests.unit.runner.gpu_check.grounds import SMALL, on_cpu, on_cuda

FFPROBE = shutil.which("ffprobe")


def test_two_runs_and_two_resumes_have_one_hash(tmp_path: Path) -> None:
    runs, resumes = (find(f"h264 two {what}", on_cpu(tmp_path)) for what in ("runs", "resumes"))
    assert runs.outcome == resumes.outcome == Outcome.OK
    assert runs.figures["first"] == resumes.figures["second"]


def test_what_is_lost_is_made_anew(tmp_path: Path) -> None:
    ground, folder = on_cpu(tmp_path), tmp_path / "h264-here"
    assert made("h264", ground, "here").segments == 3
    assert lose(folder, 0) == 2 and not (folder / OUTPUT).exists()
    assert made("h264", ground, "here").segments == 2
    assert lose(folder, 1) == 1
    assert made("h264", ground, "here").segments == 1


def test_several_hashes_are_a_failure() -> None:
    assert one_hash({"first": "a" * 64, "second": "b" * 64}).outcome == Outcome.FAILED


def test_the_joined_file(tmp_path: Path) -> None:
    found = find("hevc joined file", on_cpu(tmp_path))
    assert found.outcome == Outcome.OK
    assert found.words == "90 of 90 frames decoded, each at its time; ffprobe is not here"


def test_a_joined_file_that_lacks_frames_is_found_out(tmp_path: Path) -> None:
    """Its plan has fewer than are asked for."""
    ground = on_cpu(tmp_path)
    made("h264", ground, "first")
    shutil.copy(clip_of(BY_NAME["h264 8 bit"], ground), tmp_path / "libx264-8-192x144-120.mkv")
    longer = Ground(ground.device, tmp_path, extent=SMALL.__class__(frames=120, size=SMALL.size))
    assert find("h264 joined file", longer).outcome == Outcome.FAILED


@pytest.mark.skipif(FFPROBE is None, reason="ffprobe is not installed")
def test_ffprobe_counts_too(tmp_path: Path) -> None:
    assert FFPROBE and ffprobe_count(clip_of(BY_NAME["h264 8 bit"], on_cpu(tmp_path)), FFPROBE) == SMALL.frames


def test_without_nvenc(tmp_path: Path) -> None:
    if opens("h264_nvenc", {}, "yuv420p") is None:
        pytest.skip("this machine has NVENC")
    for subject in ("h264 two runs", "hevc two resumes", "av1 joined file"):
        with pytest.raises(NotHereError, match="use a GPU with NVENC"):
            find(subject, on_cuda(tmp_path))
