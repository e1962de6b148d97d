"""Seeks: equal where they are exact, and found out where they are one frame off."""

from pathlib import Path
from typing import Any

import pytest

from job_runner.gpu_check.found import NotHereError, Outcome
from job_runner.gpu_check.seeking import CHECK, backwards, find
from job_runner.media.hardware import HardwareSource
from job_runner.media.patterns import SMALL_GOP
from tests.unit.runner.gpu_check.grounds import SMALL, on_cpu, on_cuda, without_gpu


@pytest.mark.parametrize("subject", CHECK.subjects)
def test_exact_seeks(subject: str, tmp_path: Path) -> None:
    found = find(subject, on_cpu(tmp_path))
    assert found.outcome == Outcome.OK and found.figures["frames"] == len(backwards(SMALL.frames))


def test_a_seek_that_is_late_is_found_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    exact = HardwareSource.at

    def late(source: HardwareSource, wanted: int) -> Any:
        return exact(source, wanted + 1)

    monkeypatch.setattr(HardwareSource, "at", late)
    found = find("h264 8 bit", on_cpu(tmp_path))
    # The last frame stands for ever.
    assert found.outcome == Outcome.FAILED and found.figures["differing"] == len(backwards(SMALL.frames)) - 1


def test_every_part_of_a_gop_is_asked_for() -> None:
    assert {number % SMALL_GOP for number in backwards(90)} == set(range(SMALL_GOP))
    assert list(backwards(90)) == sorted(backwards(90), reverse=True)


@without_gpu
def test_without_a_gpu(tmp_path: Path) -> None:
    with pytest.raises(NotHereError, match="the decoder refuses it"):
        find("vp9 8 bit", on_cuda(tmp_path))
