"""The CPU as rendering asks for it.

What draws is imported where something is to be drawn: it brings NumPy, a quarter of the start of a job without it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from av.video.frame import VideoFrame

from job_runner.effects.assets import Assets
from job_runner.media.cpu.encode import SegmentEncoder
from job_runner.media.cpu.framing import CpuFramer
from job_runner.media.cpu.scale import Scaler
from job_runner.media.device import Decoding, Fade
from job_runner.media.framing import form_of
from job_runner.media.source import FrameSource
from job_runner.plan.clips import ClipPlan
from job_runner.plan.output import OutputPlan
from job_runner.plan.plan import Plan
from job_runner.workspace.ranges import Opened
from videojob_api.overlay import Overlay

if TYPE_CHECKING:
    from job_runner.media.cpu.drawing import DrawnOverlays


class CpuDevice:
    """Frames of PyAV, in memory."""

    def __init__(self, plan: Plan, output: OutputPlan) -> None:
        self._plan, self._output = plan, output
        self._form, self._scaler = form_of(output), Scaler()

    def source(self, clip: ClipPlan, media: Opened, how: Decoding) -> FrameSource:
        """FFmpeg's own decoders."""
        return FrameSource(media, self._plan.video(clip.input), self._plan.clip_clock(clip), how)

    def framer(self, clip: ClipPlan) -> CpuFramer:
        """All of a worker's share their filter graphs."""
        return CpuFramer(clip, self._plan.video(clip.input), self._output, self._scaler)

    def writable(self, frame: VideoFrame, own: bool) -> VideoFrame:
        """What is our own may share the decoder's memory still, as a crop does."""
        from job_runner.media.cpu.drawing import writable

        return writable(frame, own, self._form)

    def cross(self, frame: VideoFrame, later: VideoFrame, share: float) -> None:
        """Writes into the first frame's memory."""
        from job_runner.media.cpu.drawing import cross

        cross(frame, later, share, self._form)

    def fade(self, frame: VideoFrame, fades: Sequence[Fade]) -> None:
        """Writes into the frame's memory."""
        from job_runner.media.cpu.drawing import fade

        fade(frame, fades, self._form)

    def overlays(self, overlays: Sequence[Overlay], assets: Assets) -> DrawnOverlays:
        """Ready to draw: each has what draws its kind."""
        from job_runner.media.cpu.drawing import DrawnOverlays

        return DrawnOverlays(overlays, float(self._plan.duration), self._form, assets)

    def encoder(self, first: int, encoded: Callable[[], None]) -> SegmentEncoder:
        """That of the output's plan: NVENC too takes frames from memory."""
        return SegmentEncoder(self._plan, self._output, first, encoded)
