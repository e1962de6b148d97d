"""One segment, encoded by a fresh encoder into an MP4 in memory, first pts 0, video only."""

import io
from collections.abc import Callable
from fractions import Fraction

import av
from av.container import OutputContainer
from av.video.frame import PictureType, VideoFrame
from av.video.stream import VideoStream

from job_runner.plan.plan import Plan
from job_runner.plan.timeline import timescale

BITEXACT = 0x400
"""AVFMT_FLAG_BITEXACT: no writing library's name, no time of creation."""


class SegmentEncoder:
    """Takes yuv420p frames in order, gives the segment's bytes."""

    def __init__(self, plan: Plan, encoded: Callable[[], None] = lambda: None) -> None:
        """`encoded` is called for each frame that comes out: the encoder holds dozens back to look ahead."""
        self._encoded = encoded
        self._buffer = io.BytesIO()
        self._container: OutputContainer = av.open(self._buffer, "w", format="mp4")
        self._container.flags |= BITEXACT
        self._scale = timescale(plan.rate)
        self._ticks = int(self._scale / plan.rate)
        self._stream = _stream(self._container, plan)
        self._frames = 0

    def add(self, frame: VideoFrame) -> None:
        """Encodes the next frame. Its time and picture type are set here: the source's would leak."""
        frame.pts = self._frames * self._ticks
        frame.time_base = Fraction(1, self._scale)
        frame.pict_type = PictureType.NONE
        self._write(frame)
        self._frames += 1

    def finish(self) -> bytes:
        """Drains the encoder and gives the file."""
        self._write(None)
        self._container.close()
        return self._buffer.getvalue()

    def _write(self, frame: VideoFrame | None) -> None:
        for packet in self._stream.encode_lazy(frame):
            self._container.mux(packet)
            self._encoded()

    def abandon(self) -> None:
        """Frees the encoder of a segment that is dropped."""
        self._container.close()


def _stream(container: OutputContainer, plan: Plan) -> VideoStream:
    stream = container.add_stream(plan.encoder.name, rate=plan.rate, options=dict(plan.encoder.options))
    assert isinstance(stream, VideoStream)
    context = stream.codec_context
    stream.width, stream.height, stream.pix_fmt = plan.width, plan.height, "yuv420p"
    stream.time_base = context.time_base = Fraction(1, timescale(plan.rate))
    context.framerate = plan.rate
    # PyAV's own choice is slices, by the machine's cores: more bytes, and other bytes on every machine.
    context.thread_type, context.thread_count = "FRAME", plan.encoder.threads
    context.color_primaries, context.color_trc = plan.color.primaries, plan.color.transfer
    context.colorspace, context.color_range = plan.color.matrix, plan.color.range
    return stream
