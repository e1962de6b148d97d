"""Decoded frames as tensors."""

from pathlib import Path

import pytest

from job_runner.gpu_check.found import NotHereError, Outcome
from job_runner.gpu_check.handover import SUBJECTS, find
from tests.unit.runner.gpu_check.grounds import needs_torch, on_cpu, on_cuda, without_gpu


@needs_torch
@pytest.mark.parametrize("subject", SUBJECTS)
def test_they_are_the_decoder_s_frames(subject: str, tmp_path: Path) -> None:
    assert find(subject, on_cpu(tmp_path)).outcome == Outcome.OK


@without_gpu
def test_without_a_gpu(tmp_path: Path) -> None:
    with pytest.raises(NotHereError, match="torch"):
        find("h264 8 bit", on_cuda(tmp_path))
