"""Planes, boxes in them and sizes to resize them to, for hypothesis."""

from typing import Any

import numpy as np
from hypothesis import strategies as st

from job_runner.effects.resample import Box, Size

Case = tuple[Any, Box, Size, int]
"""A plane, a box in it, the size that it gets, and the most that its values may be."""


@st.composite
def resized(draw: st.DrawFn) -> Case:
    """8 and 10 bit, noise and hard edges, whole planes and parts, larger and smaller."""
    depth, width, height = draw(st.sampled_from([8, 10])), draw(st.integers(1, 120)), draw(st.integers(1, 120))
    top = (1 << depth) - 1
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    values = random.choice([0, top] if draw(st.booleans()) else np.arange(top + 1), (height, width))
    size = (draw(st.integers(1, 260)), draw(st.integers(1, 260)))
    plane = values.astype(np.uint8 if depth == 8 else np.uint16)
    return plane, draw(st.one_of(st.just((0.0, 0.0, float(width), float(height))), boxes(width, height))), size, top


@st.composite
def boxes(draw: st.DrawFn, width: int, height: int) -> Box:
    """At least a pixel each way."""
    left, top = draw(st.floats(0, width - 1)), draw(st.floats(0, height - 1))
    return left, top, draw(st.floats(left + 1, width)), draw(st.floats(top + 1, height))
