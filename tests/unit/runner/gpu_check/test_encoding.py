"""Encoders: which open, and how many at once."""

from pathlib import Path

import pytest

from job_runner.gpu_check.encoding import CHECK, find, planned
from job_runner.gpu_check.found import NotHereError, Outcome
from job_runner.media.encoder_check import opens
from tests.unit.runner.gpu_check.grounds import SMALL, on_cpu, on_cuda


@pytest.mark.parametrize("subject", CHECK.subjects)
def test_those_of_the_cpu_open(subject: str, tmp_path: Path) -> None:
    assert find(subject, on_cpu(tmp_path)).outcome == Outcome.OK


def test_at_most_as_many_as_are_tried(tmp_path: Path) -> None:
    found = find("h264 at once", on_cpu(tmp_path))
    assert found.figures == {"sessions": SMALL.sessions} and found.words == "2 or more"


@pytest.mark.parametrize("subject", CHECK.subjects)
def test_without_nvenc(subject: str, tmp_path: Path) -> None:
    made = planned("h264", 8, on_cuda(tmp_path))
    if opens(made.name, made.options, made.pixel_format) is None:
        pytest.skip("this machine has NVENC")
    with pytest.raises(NotHereError, match="_nvenc does not open"):
        find(subject, on_cuda(tmp_path))
