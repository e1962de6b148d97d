"""What all encoders and muxers have in common, and whether one works on this machine."""

import io
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import av
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from job_runner.media.priority import ordinary_priority

BITEXACT = 0x400
"""AVFMT_FLAG_BITEXACT: no writing library's name, no time of creation."""

# SVT-AV1 writes its settings to standard error otherwise; 1 is errors only.
os.environ.setdefault("SVT_LOG", "1")

TRIAL_SIZE = (256, 256)
_TRIAL_FRAMES = 8


def opens(name: str, options: Mapping[str, str], pixel_format: str, size: tuple[int, int] = TRIAL_SIZE) -> str | None:
    """None if the encoder really encodes a few frames here, else why not. Being listed means nothing."""
    try:
        with _trial(name, options, pixel_format, size) as trial:
            count = trial.encode([*_frames(_TRIAL_FRAMES, pixel_format, size), None])
    except (av.error.FFmpegError, ValueError) as error:
        return f"{name} does not open on this machine ({getattr(error, 'strerror', None) or error})"
    ordinary_priority()
    return None if count == _TRIAL_FRAMES else f"{name} gave {count} of {_TRIAL_FRAMES} frames"


def sessions(name: str, options: Mapping[str, str], pixel_format: str, size: tuple[int, int], most: int) -> int:
    """How many of an encoder are open at once before one more is refused; `most` are tried."""
    with ExitStack() as opened:
        for count in range(most):
            try:
                trial = opened.enter_context(_trial(name, options, pixel_format, size))
                trial.encode(_frames(1, pixel_format, size))
            except av.error.FFmpegError:
                return count
    return most


@dataclass
class _Trial:
    """An encoder at work."""

    stream: VideoStream

    def encode(self, frames: Iterable[VideoFrame | None]) -> int:
        """How many packets came out."""
        return sum(len(self.stream.encode(frame)) for frame in frames)


@contextmanager
def _trial(name: str, options: Mapping[str, str], pixel_format: str, size: tuple[int, int]) -> Iterator[_Trial]:
    with av.open(io.BytesIO(), "w", format="mp4") as container:
        stream = container.add_stream(name, rate=25, options=dict(options))
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = *size, pixel_format
        yield _Trial(stream)


def _frames(count: int, pixel_format: str, size: tuple[int, int]) -> list[VideoFrame]:
    return [VideoFrame(*size, pixel_format) for _ in range(count)]
