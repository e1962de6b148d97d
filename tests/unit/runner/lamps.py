"""Videos of one bright rectangle in the dark, whose place is known in each frame."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.video.frame import VideoFrame

Box = tuple[int, int, int, int]
"""x1, y1, x2, y2 in pixels of the stored picture; even ones."""


def walk(frames: int) -> list[Box]:
    """From left to right, by two pixels a frame."""
    return [(8 + 2 * k, 16, 40 + 2 * k, 48) for k in range(frames)]


def lamps(
    path: Path, boxes: Sequence[Box], size: tuple[int, int] = (192, 128), rotation: int = 0,
    sar: Fraction = Fraction(1), times: Sequence[int] | None = None,
) -> Path:  # fmt: skip
    """H.264 without loss, 25 frames a second, or shown at `times` in 1/90000 s."""
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream("libx264", rate=25, options={"x264-params": "qp=0", "g": "12"})
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        stream.codec_context.time_base = Fraction(1, 90000)
        stream.codec_context.sample_aspect_ratio = sar
        if rotation:
            stream.set_display_rotation(rotation)
        for number, (left, top, right, bottom) in enumerate(boxes):
            luma = np.full((size[1] * 3 // 2, size[0]), 128, np.uint8)
            luma[: size[1]] = 16
            luma[top:bottom, left:right] = 235
            frame = VideoFrame.from_ndarray(luma, "yuv420p")
            frame.pts, frame.time_base = times[number] if times else number * 3600, Fraction(1, 90000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path
