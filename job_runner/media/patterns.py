"""Short clips in every codec that a GPU may decode, made from nothing, for checks of decoders."""

from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
from av.video.stream import VideoStream

from job_runner.media.encoder_check import BITEXACT
from job_runner.media.priority import ordinary_priority

RATE = 25
SMALL_GOP = 12
"""Frames from key frame to key frame: seeks have somewhere to land."""


@dataclass(frozen=True)
class Pattern:
    """A codec at a depth, and what makes it. `exact`: its standard says every bit of a decoded picture."""

    codec: str
    depth: int
    encoder: str
    pixel_format: str
    exact: bool = True

    def __str__(self) -> str:
        return f"{self.codec} {self.depth} bit"


PATTERNS = (
    Pattern("h264", 8, "libx264", "yuv420p"),
    Pattern("h264", 10, "libx264", "yuv420p10le"),
    Pattern("hevc", 8, "libx265", "yuv420p"),
    Pattern("hevc", 10, "libx265", "yuv420p10le"),
    Pattern("av1", 8, "libsvtav1", "yuv420p"),
    Pattern("av1", 10, "libsvtav1", "yuv420p10le"),
    Pattern("vp9", 8, "libvpx-vp9", "yuv420p"),
    Pattern("vp8", 8, "libvpx", "yuv420p"),
    # These leave the rounding of their transform to whoever decodes.
    Pattern("mpeg1video", 8, "mpeg1video", "yuv420p", exact=False),
    Pattern("mpeg2video", 8, "mpeg2video", "yuv420p", exact=False),
    Pattern("mpeg4", 8, "mpeg4", "yuv420p", exact=False),
    Pattern("mjpeg", 8, "mjpeg", "yuvj420p", exact=False),
)
"""VC-1 and Windows Media 9 have decoders, and no encoders here."""

_OPTIONS = {
    "libx264": {"preset": "veryfast"},
    "libx265": {"preset": "ultrafast", "x265-params": "log-level=error:pools=none"},
    "libsvtav1": {"preset": "8", "svtav1-params": "lp=1"},
    "libvpx-vp9": {"deadline": "realtime", "cpu-used": "8"},
    "libvpx": {"deadline": "realtime", "cpu-used": "8"},
}


def make_pattern(path: Path, pattern: Pattern, frames: int, size: tuple[int, int], gop: int = SMALL_GOP) -> Path:
    """A ramp that moves over noise, in Matroska: every frame is another, and none is easy."""
    with av.open(str(path), "w", format="matroska") as container:
        container.flags |= BITEXACT
        stream = container.add_stream(pattern.encoder, rate=RATE, options=_OPTIONS.get(pattern.encoder, {}))
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = *size, pattern.pixel_format
        stream.codec_context.gop_size, stream.codec_context.bit_rate = gop, 4 * size[0] * size[1]
        for number in range(frames):
            frame = av.VideoFrame.from_ndarray(_picture(number, size), "yuv420p")
            container.mux(stream.encode(frame.reformat(format=pattern.pixel_format)))
        container.mux(stream.encode(None))
    # SVT-AV1 has lowered it.
    ordinary_priority()
    return path


def _picture(number: int, size: tuple[int, int]) -> npt.NDArray[np.uint8]:
    """The planes one below the other."""
    width, height = size
    noise = np.random.default_rng(number).integers(0, 48, (height * 3 // 2, width), np.uint8)
    ramp = (np.arange(width) + 5 * number) * 160 // width % 160
    noise[:height] += ramp.astype(np.uint8)[None, :]
    noise[height:] += np.uint8(80 + number % 60)
    return noise
