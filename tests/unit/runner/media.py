"""Small videos made for a test, each frame with its number in the picture as bars, clicks in the sound."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt
from av.video.frame import VideoFrame

from job_runner.media.audio import make_audio
from job_runner.media.cpu.device import CpuDevice
from job_runner.media.encoder_check import opens
from job_runner.media.probe import probe
from job_runner.media.render import SegmentRenderer
from job_runner.plan.facts import InputFacts, VideoFacts
from job_runner.plan.output import OutputPlan
from job_runner.plan.plan import Plan, make_plan
from videojob_api.order import Work

BITS = 12


def numbered(number: int, width: int = 96, height: int = 64) -> VideoFrame:
    """A frame whose twelve bars say its number, most significant first."""
    frame = VideoFrame(width, height, "yuv420p")
    luma = np.full((height, frame.planes[0].line_size), 110, np.uint8)
    for bit in range(BITS):
        value = 220 if number >> (BITS - 1 - bit) & 1 else 30
        luma[:, bit * width // BITS : (bit + 1) * width // BITS] = value
    frame.planes[0].update(luma.tobytes())
    for plane in frame.planes[1:]:
        plane.update(bytes([128]) * plane.buffer_size)
    return frame


def number_of(frame: VideoFrame) -> int:
    """Reads the bars."""
    luma = frame.to_ndarray(format="gray")
    width = luma.shape[1]
    middles = [luma[:, (2 * bit + 1) * width // (2 * BITS)].mean() for bit in range(BITS)]
    return sum(1 << (BITS - 1 - bit) for bit, value in enumerate(middles) if value > 115)


def make_video(
    path: Path, frames: int = 90, rate: Fraction = Fraction(25), size: tuple[int, int] = (96, 64), gop: int = 30,
    sound: bool = False, options: dict[str, str] | None = None, times: list[int] | None = None, tags: int = 1,
    first: int = 0,
) -> Path:  # fmt: skip
    """`times` (in 1/90000 s) makes the rate variable; sound is 440 Hz with a click every second."""
    if options is None:
        options = {}
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=rate, options={"bf": "2", "g": str(gop), **options})
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        stream.codec_context.time_base = Fraction(1, 90000)
        stream.codec_context.color_primaries = stream.codec_context.color_trc = stream.codec_context.colorspace = tags
        audio = container.add_stream("aac", rate=48000, layout="stereo") if sound else None
        for number in range(frames):
            frame = numbered(first + number, *size)
            frame.pts = times[number] if times else int(number * 90000 / rate)
            frame.time_base = Fraction(1, 90000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
        if audio:
            container.mux([p for f in tones(int(frames / rate * 48000)) for p in audio.encode(f)] + audio.encode(None))
    return path


def tones(samples: int) -> list[Any]:
    """Stereo frames of a quiet tone with a loud click at every full second."""
    wave = 0.05 * np.sin(np.arange(samples) * 2 * np.pi * 440 / 48000)
    wave[::48000] = 1.0
    made = []
    for first in range(0, samples, 1024):
        part = np.repeat(wave[None, first : first + 1024], 2, 0).astype(np.float32)
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(part), format="fltp", layout="stereo")
        frame.sample_rate, frame.pts, frame.time_base = 48000, first, Fraction(1, 48000)
        made.append(frame)
    return made


def facts_of(path: Path, name: str = "main") -> InputFacts:
    """Probed."""
    video, audio = probe(str(path), name)
    return InputFacts(name=name, uri=path.as_uri(), etag="1", size=path.stat().st_size, video=video, audio=audio)


def video_facts(path: Path) -> VideoFacts:
    """Of a file that has a picture."""
    video = facts_of(path).video
    assert video is not None
    return video


def plan_of(paths: dict[str, Path], **work: Any) -> Plan:
    """The plan of a job over these inputs."""
    base: dict[str, Any] = {
        "inputs": [{"name": name, "uri": path.as_uri()} for name, path in paths.items()],
        "outputs": [{"uri": "file:///tmp/out.mp4", "video": {"encoder": "CPU", "crf": 18, "preset": "Fast"}}],
        "checkpoint": {"segmentFrames": 30},
    }
    return make_plan(
        "t/t-1", Work.model_validate(base | work), {n: facts_of(p, n) for n, p in paths.items()}, "f", opens
    )


def only(plan: Plan) -> OutputPlan:
    """The output of a plan that has one."""
    (output,) = plan.outputs
    return output


def renderer_of(plan: Plan, paths: dict[str, Path]) -> SegmentRenderer[VideoFrame]:
    """Of the plan's one output."""
    return SegmentRenderer(plan, CpuDevice(plan, only(plan)), lambda name: str(paths[name]))


def write_sound(plan: Plan, paths: dict[str, Path], path: Path) -> None:
    """That of the plan's one output."""
    make_audio(plan, only(plan), lambda name: str(paths[name]), path)


def read_numbers(path: Path) -> list[int]:
    """The number in every frame of a file."""
    with av.open(str(path)) as container:
        return [number_of(frame) for frame in container.decode(video=0)]


def sound(plan: Plan, paths: dict[str, Path], folder: Path) -> npt.NDArray[np.float64]:
    """Decoded samples of the first channel."""
    write_sound(plan, paths, folder / "a.m4a")
    with av.open(str(folder / "a.m4a")) as container:
        return np.asarray(np.concatenate([f.to_ndarray() for f in container.decode(audio=0)], 1)[0], float)
