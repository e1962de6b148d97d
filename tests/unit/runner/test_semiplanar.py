"""Frames as three planes, however their chroma lies."""

from typing import Any

import av
import numpy as np
import pytest

from job_runner.media.semiplanar import DEPTHS, planes_of


def frame(name: str, size: tuple[int, int] = (66, 48)) -> av.VideoFrame:
    """Noise; the lines of such a width have room behind them."""
    values: Any = np.random.default_rng(1).integers(0, 256, (size[1] * 3 // 2, size[0]), np.uint8)
    return av.VideoFrame.from_ndarray(values, "yuv420p").reformat(format=name)


@pytest.mark.parametrize(("pairs", "planar"), [("nv12", "yuv420p"), ("p010le", "yuv420p10le")])
def test_pairs_are_what_planes_are(pairs: str, planar: str) -> None:
    one, other = planes_of(frame(pairs)), planes_of(frame(planar))
    assert [plane.shape for plane in one] == [(48, 66), (24, 33), (24, 33)]
    assert all((a == b).all() for a, b in zip(one, other, strict=True))
    assert max(plane.max() for plane in one) < 1 << DEPTHS[planar]


def test_another_format_is_refused() -> None:
    with pytest.raises(ValueError, match="yuv444p is not among yuv420p"):
        planes_of(frame("yuv444p"))
