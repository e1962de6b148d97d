"""Planes as tensors: there and back, shared with a frame, and what is said without torch or CUDA."""

from typing import Any

import av
import numpy as np
import pytest

from job_runner.gpu_check.found import NotHereError
from job_runner.gpu_check.tensors import here, ready, settled, taken, there
from job_runner.media.semiplanar import planes_of
from tests.unit.runner.effects.kinds import WITHOUT
from tests.unit.runner.effects.reference import noise
from tests.unit.runner.gpu_check.grounds import needs_torch, without_gpu


@needs_torch
@pytest.mark.parametrize("depth", [8, 10])
def test_there_and_back(depth: int) -> None:
    picture = noise(depth=depth)
    back = here(there(picture, "cpu").planes)
    settled("cpu")
    assert all((one == other).all() for one, other in zip(picture.planes, back, strict=True))


@needs_torch
@pytest.mark.parametrize(("name", "depth"), [("yuv420p", 8), ("nv12", 8), ("yuv420p10le", 10), ("p010le", 10)])
def test_taken_over_from_a_frame(name: str, depth: int) -> None:
    """Planar, and chroma in pairs, as GPUs give it."""
    values: Any = np.random.default_rng(1).integers(0, 256, (96, 64), np.uint8)
    frame = av.VideoFrame.from_ndarray(values, "yuv420p").reformat(format=name)
    tensors = here(taken(frame.planes, depth))
    assert all((one == other).all() for one, other in zip(planes_of(frame), tensors, strict=True))


@without_gpu
def test_without_torch_or_without_cuda() -> None:
    with pytest.raises(NotHereError, match="torch is not installed" if WITHOUT else "cannot use CUDA here"):
        ready("cuda")
