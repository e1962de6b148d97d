"""One segment, encoded by a fresh encoder into an MP4 in memory, first pts 0, video only."""

import io
from collections.abc import Callable
from fractions import Fraction

import av
from av.container import OutputContainer
from av.video.frame import PictureType, VideoFrame
from av.video.stream import VideoStream

from job_runner.errors import NodeUnfit
from job_runner.media.encoder_check import BITEXACT
from job_runner.media.priority import ordinary_priority
from job_runner.plan.output import OutputPlan
from job_runner.plan.plan import Plan
from videojob_api.codecs import ENCODERS, MADE_BY


class SegmentEncoder:
    """Takes frames in the output's pixel format, in order; gives the segment's bytes."""

    def __init__(self, plan: Plan, output: OutputPlan, first: int, encoded: Callable[[], None] = lambda: None) -> None:
        """`first` is the segment's first output frame.

        `encoded` is called for each frame that comes out: the encoder holds dozens back to look ahead.
        """
        self._plan, self._output, self._first, self._encoded = plan, output, first, encoded
        self._buffer = io.BytesIO()
        self._container: OutputContainer = av.open(self._buffer, "w", format="mp4")
        self._container.flags |= BITEXACT
        self._stream = _stream(self._container, plan, output)
        self._frames = 0

    def add(self, frame: VideoFrame) -> None:
        """Encodes the next frame. Its time and picture type are set here: the source's would leak."""
        if frame.format.name != self._output.encoder.pixel_format:
            frame = frame.reformat(format=self._output.encoder.pixel_format)
        frame.pts = self._plan.ticks(self._first + self._frames) - self._plan.ticks(self._first)
        frame.time_base = Fraction(1, self._plan.scale)
        frame.pict_type = PictureType.NONE
        self._write(frame)
        if self._frames == 0 and ENCODERS[self._output.encoder.name].lowers_priority:
            ordinary_priority()
        self._frames += 1

    def finish(self) -> bytes:
        """Drains the encoder and gives the file."""
        self._write(None)
        self._container.close()
        return self._buffer.getvalue()

    def _write(self, frame: VideoFrame | None) -> None:
        try:
            packets = self._stream.encode_lazy(frame)
            for packet in packets:
                self._container.mux(packet)
                self._encoded()
        except av.error.FFmpegError as error:
            if self._frames == 0 and ENCODERS[self._output.encoder.name].needs_gpu:
                name = self._output.encoder.name
                raise NodeUnfit(f"{name} does not open here ({error}); use another node") from error
            raise

    def abandon(self) -> None:
        """Frees the encoder of a segment that is dropped."""
        self._container.close()


def _stream(container: OutputContainer, plan: Plan, output: OutputPlan) -> VideoStream:
    stream = container.add_stream(output.encoder.name, rate=plan.rate, options=dict(output.encoder.options))
    assert isinstance(stream, VideoStream)
    context = stream.codec_context
    stream.width, stream.height, stream.pix_fmt = output.width, output.height, output.encoder.pixel_format
    stream.time_base = context.time_base = Fraction(1, plan.scale)
    context.framerate = plan.rate
    # PyAV's own choice is slices, by the machine's cores: more bytes, and other bytes on every machine.
    context.thread_type, context.thread_count = "FRAME", output.encoder.threads
    context.color_primaries, context.color_trc = output.color.primaries, output.color.transfer
    context.colorspace, context.color_range = output.color.matrix, output.color.range
    if tag := MADE_BY[output.encoder.name].tag:
        context.codec_tag = tag
    return stream
