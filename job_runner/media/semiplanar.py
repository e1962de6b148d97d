"""Decoded frames as three planes of numbers, whether chroma comes as two planes or as pairs: GPUs give pairs."""

import numpy as np
import numpy.typing as npt
from av.video.frame import VideoFrame

from job_runner.media.rows import rows_of

Samples = npt.NDArray[np.uint16]
Planes = tuple[Samples, Samples, Samples]

DEPTHS = {"yuv420p": 8, "yuvj420p": 8, "nv12": 8, "yuv420p10le": 10, "p010le": 10}
"""By pixel format. P010 has its ten bits at the upper end."""


def planes_of(frame: VideoFrame) -> Planes:
    """Y, Cb, Cr of a 4:2:0 frame in memory. Raises ValueError for another format."""
    name = frame.format.name
    if name not in DEPTHS:
        raise ValueError(f"{name} is not among {', '.join(DEPTHS)}")
    width, height = (frame.width + 1) // 2, (frame.height + 1) // 2
    rows = [rows_of(plane, DEPTHS[name]) for plane in frame.planes]
    luma = rows[0][: frame.height, : frame.width]
    if len(rows) == 3:
        chroma = [plane[:height, :width] for plane in rows[1:]]
    else:
        chroma = [rows[1][:height, first : 2 * width : 2] for first in (0, 1)]
    shift = np.uint16(6 if name == "p010le" else 0)
    y, u, v = (np.asarray(plane.astype(np.uint16) >> shift) for plane in (luma, *chroma))
    return y, u, v
