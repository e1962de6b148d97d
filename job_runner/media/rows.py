"""A plane's memory as an array."""

import numpy as np
import numpy.typing as npt
from av.video.plane import VideoPlane

Samples = npt.NDArray[np.uint8 | np.uint16]


def rows_of(plane: VideoPlane, depth: int) -> Samples:
    """The memory of a plane, line by line with whatever stands behind each; 16 bits a sample above a `depth` of 8."""
    kind = np.dtype(np.uint8 if depth == 8 else np.uint16)
    return np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size).view(kind)
