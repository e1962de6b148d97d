"""What all encoders and muxers have in common, and whether one works on this machine."""

import io
import os
from collections.abc import Mapping

import av
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from job_runner.media.priority import ordinary_priority

BITEXACT = 0x400
"""AVFMT_FLAG_BITEXACT: no writing library's name, no time of creation."""

# SVT-AV1 writes its settings to standard error otherwise; 1 is errors only.
os.environ.setdefault("SVT_LOG", "1")

_TRIAL_FRAMES = 8
_TRIAL_SIZE = 256


def opens(name: str, options: Mapping[str, str], pixel_format: str) -> str | None:
    """None if the encoder really encodes a few frames here, else why not. Being listed means nothing."""
    try:
        with av.open(io.BytesIO(), "w", format="mp4") as container:
            stream = container.add_stream(name, rate=25, options=dict(options))
            assert isinstance(stream, VideoStream)
            stream.width, stream.height, stream.pix_fmt = _TRIAL_SIZE, _TRIAL_SIZE, pixel_format
            frames = [VideoFrame(_TRIAL_SIZE, _TRIAL_SIZE, pixel_format) for _ in range(_TRIAL_FRAMES)]
            packets = [packet for frame in [*frames, None] for packet in stream.encode(frame)]
    except (av.error.FFmpegError, ValueError) as error:
        return f"{name} does not open on this machine ({getattr(error, 'strerror', None) or error})"
    ordinary_priority()
    return None if len(packets) == _TRIAL_FRAMES else f"{name} gave {len(packets)} of {_TRIAL_FRAMES} frames"
