"""Decoders frame by frame: equal where they are one, and found out where they are not."""

from pathlib import Path

import pytest

from job_runner.gpu_check import decoding
from job_runner.gpu_check.clips import BY_NAME, on_device, sized_clip
from job_runner.gpu_check.decoding import CHECK, find
from job_runner.gpu_check.found import NotHereError, Outcome
from job_runner.media.patterns import Pattern
from tests.unit.runner.gpu_check.grounds import on_cpu, on_cuda, without_gpu


@pytest.mark.parametrize("subject", CHECK.subjects)
def test_the_same_decoder_gives_the_same(subject: str, tmp_path: Path) -> None:
    found = find(subject, on_cpu(tmp_path))
    assert (found.outcome, found.words) == (Outcome.OK, "90 of 90 frames equal")


@pytest.mark.parametrize(
    ("subject", "outcome"), [("h264 8 bit", Outcome.FAILED), ("mpeg2video 8 bit", Outcome.DIFFERS)]
)
def test_other_pictures_are_found_out(
    subject: str, outcome: Outcome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A decoder that gives the pictures of another encoding stands in for one that errs."""
    ground = on_cpu(tmp_path)
    wrong = sized_clip(Pattern("vp8", 8, "libvpx", "yuv420p"), ground, ground.extent.frames, ground.extent.size)
    monkeypatch.setattr(decoding, "on_device", lambda path, ground: on_device(wrong, ground))
    found = find(subject, ground)
    assert found.outcome == outcome and found.figures["differing"] and found.figures["most"]


@without_gpu
def test_without_a_gpu(tmp_path: Path) -> None:
    with pytest.raises(NotHereError, match="the decoder refuses it, it does not open"):
        find(str(BY_NAME["hevc 10 bit"]), on_cuda(tmp_path))
