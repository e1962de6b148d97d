"""Frames of an input by a GPU's decoder, by the same seek as on the CPU.

Nothing is rendered with it yet: `spotreel gpu-check` asks whether it gives what the CPU's decoders give.
"""

from typing import Any

import av
from av.codec.hwaccel import HWAccel
from av.packet import Packet
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame

from job_runner.media.device import PLAIN, Decoding, NoFrameError
from job_runner.media.source import FrameSource
from job_runner.plan.facts import VideoFacts
from job_runner.plan.times import Clock
from job_runner.workspace.ranges import Opened

CUDA, CPU = "cuda", "cpu"
_SHARED = {"primary_ctx": "0", "current_ctx": "1"}
"""Uses the CUDA context that the thread has: torch's, which came first and was made with other flags."""


class RefusedError(Exception):
    """The device's decoder does not take a file."""


class HardwareSource(FrameSource):
    """With a decoder of its own, made by name: FFmpeg opens AV1 by a library that knows no GPU.

    Where `device` is the CPU the same code runs on FFmpeg's own decoders: that is how it is tested.
    """

    def __init__(
        self, media: Opened, facts: VideoFacts, clock: Clock, device: str, stays: bool = False, how: Decoding = PLAIN
    ) -> None:
        """With `stays` frames are left in the device's memory, in the context that torch has made current.

        Raises RefusedError.
        """
        self._device, self._accelerator = device, accelerator(device, stays)
        super().__init__(media, facts, clock, how)
        try:
            self.at(0)
        except NoFrameError as error:
            raise RefusedError("it gives no frame") from error

    def _open(self) -> None:
        super()._open()
        given = self._stream.codec_context
        name = given.codec.canonical_name if self._accelerator else given.codec.name
        self._context = self._made(name)
        self._context.extradata, self._context.thread_count = given.extradata, self._how.threads

    def _made(self, name: str) -> VideoCodecContext:
        try:
            context = av.CodecContext.create(name, "r", self._accelerator)
        except av.error.FFmpegError as error:
            raise RefusedError(f"it does not open: {error.strerror}") from error
        assert isinstance(context, VideoCodecContext)
        if self._accelerator and not context.is_hwaccel:
            raise RefusedError(f"FFmpeg's {name} knows no {self._device}")
        return context

    def _pictures(self, packet: "Packet[Any]") -> list[VideoFrame]:
        return self._context.decode(packet)

    def _run(self) -> None:
        """The seek has emptied the container's own decoder, not this one."""
        if self._context.is_open:
            self._context.flush_buffers()
        super()._run()


def accelerator(device: str, stays: bool = False) -> HWAccel | None:
    """None for the CPU. It must not fall back: that would compare the CPU with itself."""
    if device == CPU:
        return None
    return HWAccel(device, allow_software_fallback=False, is_hw_owned=stays, options=dict(_SHARED) if stays else None)
