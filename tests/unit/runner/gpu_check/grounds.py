"""Grounds for checks: small ones, with the CPU in the device's place, or with a GPU that is not there."""

from pathlib import Path

import pytest

from job_runner.gpu_check.ground import Extent, Ground
from job_runner.gpu_check.presence import missing_gpu
from job_runner.media.hardware import CPU, CUDA
from tests.unit.runner.effects.kinds import WITHOUT

SMALL = Extent(frames=90, size=(192, 144), speed_frames=20, speed_size=(256, 144), sessions=2)

without_gpu = pytest.mark.skipif(missing_gpu() is None, reason="this machine has a GPU: make gpu-check")
needs_torch = pytest.mark.skipif(WITHOUT, reason="torch is not installed: make gpu-test")


def on_cpu(folder: Path) -> Ground:
    """The CPU stands in."""
    return Ground(CPU, folder, extent=SMALL)


def on_cuda(folder: Path) -> Ground:
    """As if there were a GPU: a check that is asked all the same has to find out by itself that there is none."""
    return Ground(CUDA, folder, extent=SMALL)
