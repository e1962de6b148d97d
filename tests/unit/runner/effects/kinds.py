"""NumPy arrays and torch tensors: every effect is run on both."""

import importlib.util
from typing import Any

import numpy as np
import pytest

from job_runner.effects.picture import Picture

WITHOUT = importlib.util.find_spec("torch") is None
KINDS = [
    "numpy",
    pytest.param("torch", marks=pytest.mark.skipif(WITHOUT, reason="torch is not installed: make gpu-test")),
]


def on(kind: str, picture: Picture) -> Picture:
    """The picture as arrays of that kind, in memory of its own."""
    if kind == "numpy":
        return picture
    import torch

    planes = [torch.from_numpy(np.array(plane)) for plane in picture.planes]
    return Picture(planes[0], planes[1], planes[2], picture.depth, picture.full)


def read(plane: Any) -> Any:
    """As floats of NumPy."""
    return np.asarray(plane).astype(float)
