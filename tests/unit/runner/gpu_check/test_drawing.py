"""Every effect, on the device and on NumPy."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from job_runner.gpu_check import drawing
from job_runner.gpu_check.drawing import OVERLAYS, SUBJECTS, effect_of, find, noise
from job_runner.gpu_check.found import NotHereError, Outcome
from tests.unit.runner.gpu_check.grounds import SMALL, needs_torch, on_cpu, on_cuda, without_gpu
from videojob_api.overlay import OVERLAY_KINDS


def test_no_kind_is_left_out() -> None:
    assert OVERLAYS.keys() == OVERLAY_KINDS.keys()


@pytest.mark.parametrize("subject", SUBJECTS)
def test_each_draws_something(subject: str) -> None:
    """What changes nothing is equal everywhere."""
    kind, depth = SUBJECTS[subject]
    picture, other = noise(SMALL.size, depth, 1), noise(SMALL.size, depth, 2)
    before = [np.array(plane) for plane in picture.planes]
    effect_of(kind, depth, 1, SMALL.size)(picture, other)
    assert all((one != now).any() for one, now in zip(before, picture.planes, strict=True))


@needs_torch
@pytest.mark.parametrize("subject", SUBJECTS)
def test_equal_on_torch_s_cpu(subject: str, tmp_path: Path) -> None:
    assert find(subject, on_cpu(tmp_path)).outcome == Outcome.OK


@needs_torch
def test_one_sample_that_is_off_by_one_is_found_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def off(tensors: Any) -> Any:
        planes = [np.array(tensor.tolist(), np.uint16) for tensor in tensors]
        planes[2][3, 4] ^= 1
        return planes

    monkeypatch.setattr(drawing, "here", off)
    found = find("blur 10 bit", on_cpu(tmp_path))
    assert found.outcome == Outcome.FAILED and found.figures["most"] == 1


@without_gpu
def test_without_a_gpu(tmp_path: Path) -> None:
    with pytest.raises(NotHereError, match="torch"):
        find("box 8 bit", on_cuda(tmp_path))
