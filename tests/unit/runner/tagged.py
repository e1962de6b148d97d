"""Videos of plain colours with any tags, lossless, and the code values that a colour has under other ones."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

RGB = tuple[float, float, float]
COLORS: tuple[RGB, ...] = ((0.1, 0.7, 0.2), (0.75, 0.25, 0.2), (0.2, 0.3, 0.8), (1, 1, 1), (0, 0, 0), (0.5, 0.5, 0.5))
WEIGHTS = {1: (0.2126, 0.0722), 4: (0.3, 0.11), 5: (0.299, 0.114), 6: (0.299, 0.114), 7: (0.212, 0.087),
           9: (0.2627, 0.0593)}  # fmt: skip
"""Kr and Kb of ITU-T H.273, table 4."""


@dataclass(frozen=True)
class Tags:
    """As written into a file; primaries and transfer stay untagged."""

    matrix: int = 2
    full: bool = False

    @property
    def real(self) -> int:
        """What untagged SD is, and whatever for what is refused."""
        return self.matrix if self.matrix in WEIGHTS else 6


def codes(rgb: RGB, matrix: int, full: bool = False, depth: int = 8) -> tuple[float, float, float]:
    """Y, Cb, Cr by ITU-T H.273, not rounded."""
    kr, kb = WEIGHTS[matrix]
    r, g, b = rgb
    y = kr * r + (1 - kr - kb) * g + kb * b
    cb, cr = (b - y) / (2 * (1 - kb)), (r - y) / (2 * (1 - kr))
    unit, top = 1 << (depth - 8), (1 << depth) - 1
    low, luma, chroma = (0, top, top) if full else (16 * unit, 219 * unit, 224 * unit)
    return low + luma * y, 128 * unit + chroma * cb, 128 * unit + chroma * cr


def plain(rgb: RGB, tags: Tags, pixel_format: str, size: tuple[int, int]) -> VideoFrame:
    """A frame of one colour in a planar YCbCr format."""
    frame = VideoFrame(*size, pixel_format)
    depth = frame.format.components[0].bits
    values = (min(round(v), (1 << depth) - 1) for v in codes(rgb, tags.real, tags.full, depth))
    for plane, value in zip(frame.planes, values, strict=False):
        kind = np.dtype(np.uint16 if depth > 8 else np.uint8)
        plane.update(np.full(plane.buffer_size // kind.itemsize, value, kind).tobytes())
    frame.colorspace, frame.color_range = tags.matrix, 2 if tags.full else 1
    return frame


def colored(
    path: Path, tags: Tags = Tags(), pixel_format: str = "yuv420p", size: tuple[int, int] = (96, 64),
    params: str = "qp=0", colors: tuple[RGB, ...] = COLORS, turn: int | None = None,
) -> Path:  # fmt: skip
    """A frame of each colour, 25 a second, lossless H.264."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25, options={"x264-params": params})
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = *size, pixel_format
        stream.codec_context.colorspace, stream.codec_context.color_range = tags.matrix, 2 if tags.full else 1
        if turn:
            stream.set_display_rotation(turn)
        for number, rgb in enumerate(colors):
            frame = plain(rgb, tags, pixel_format, size)
            frame.pts, frame.time_base = number, Fraction(1, 25)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def at(frame: VideoFrame, x: float = 0.5, y: float = 0.5) -> tuple[int, int, int]:
    """The code values at a place, in shares of the picture."""
    found = []
    for plane in frame.planes:
        kind = np.dtype(np.uint8 if frame.format.components[0].bits == 8 else np.uint16)
        rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size).view(kind)
        found.append(int(rows[int(y * plane.height), int(x * plane.width)]))
    return found[0], found[1], found[2]


def off(found: tuple[int, int, int], wanted: tuple[float, float, float]) -> float:
    """The largest difference."""
    return max(abs(a - b) for a, b in zip(found, wanted, strict=True))
