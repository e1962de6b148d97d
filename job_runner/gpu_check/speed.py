"""How fast: decoding, effects and a whole job on the device, beside the ffmpeg command with its own hwaccel."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from time import monotonic

from job_runner.gpu_check.check import Check
from job_runner.gpu_check.clips import BY_NAME, on_cpu, on_device, sized_clip
from job_runner.gpu_check.drawing import Effect, effect_of, noise
from job_runner.gpu_check.found import Figures, Found, Outcome
from job_runner.gpu_check.ground import Ground
from job_runner.gpu_check.rendering import finished
from job_runner.gpu_check.tensors import ready, settled, there
from videojob_api.order import Order, Work

CROP = (0.125, 0.125, 0.75, 0.75)
"""Left, top, width and height of what a job shows, in shares of the picture."""
DRAWN = ("moving crop", "blur", "text")
ROUNDS = 20
_LIMIT = 900


def find(subject: str, ground: Ground) -> Found:
    """In frames per second. Nothing of it is good or bad."""
    figures = _WHATS[subject](ground)
    words = ", ".join(f"{name} {value:.0f} fps" for name, value in figures.items() if isinstance(value, float))
    ratio = _ratio(figures)
    return Found(Outcome.OK, words + (f": {ratio:.2f} of ffmpeg" if ratio else ""), figures)


def _ratio(figures: Figures) -> float | None:
    first, theirs = next(iter(figures.values())), figures.get("ffmpeg")
    return float(first) / float(theirs) if theirs else None


def _decoding(ground: Ground) -> Figures:
    """One after the other, on one thread of the CPU."""
    clip, count = _clip(ground), ground.extent.speed_frames
    with on_device(clip, ground) as device:
        figures: Figures = {"device": _fps(count, lambda: [device.at(number) for number in range(count)])}
    with on_cpu(clip) as cpu:
        figures["CPU"] = _fps(count, lambda: [cpu.at(number) for number in range(count)])
    return figures | _ffmpeg(ground, count, [*_hwaccel(ground), "-i", str(clip), "-f", "null", "-"])


def _effects(ground: Ground) -> Figures:
    """Those of a usual job, of 8 bit, on tensors and on NumPy."""
    ready(ground.device)
    size = ground.extent.speed_size
    one, other = noise(size, 8, 1), noise(size, 8, 2)
    effects = [effect_of(kind, 8, 1, size) for kind in DRAWN]
    on_device, beside = there(one, ground.device), there(other, ground.device)
    figures: Figures = {"device": _fps(ROUNDS, lambda: _drawn(effects, on_device, beside, ground.device))}
    figures["NumPy"] = _fps(ROUNDS, lambda: _drawn(effects, one, other, "cpu"))
    return figures


def _drawn(effects: list[Effect], picture: object, other: object, device: str) -> None:
    for _ in range(ROUNDS):
        for effect in effects:
            effect(picture, other)  # type: ignore[arg-type]
    settled(device)


def _job(ground: Ground) -> Figures:
    """Cropped and encoded anew by the device, as a runner does it today: decoded by the CPU."""
    clip, count = _clip(ground), ground.extent.speed_frames
    figures: Figures = {"job": _fps(count, lambda: finished(_order(clip, ground)))}
    width, height = (int(share * side) // 2 * 2 for share, side in zip(CROP[2:], ground.extent.speed_size, strict=True))
    coding = ["-c:v", "libx264" if ground.stands_in else "h264_nvenc", str(ground.folder / "theirs.mp4")]
    return figures | _ffmpeg(
        ground, count, [*_hwaccel(ground), "-i", str(clip), "-vf", f"crop={width}:{height}", *coding]
    )


def _order(clip: Path, ground: Ground) -> Order:
    left, top, width, height = CROP
    crop = {"left": left, "top": top, "width": width, "height": height}
    work = {
        "inputs": [{"name": "main", "uri": clip.as_uri()}],
        "timeline": {"clips": [{"input": "main", "framing": {"keyframes": [{"time": "0s", **crop}]}}]},
        "outputs": [
            {
                "uri": (ground.folder / "ours.mp4").as_uri(),
                "video": {"encoder": "CPU" if ground.stands_in else "NVENC"},
                "ifExists": "Replace",
            }
        ],
    }
    place = (ground.folder / "speed").as_uri() + "/"
    return Order(
        job="gpu-check", attempt="gpu-check-0-1", work=Work.model_validate(work), workspace=place, local_files=True
    )


def _clip(ground: Ground) -> Path:
    return sized_clip(BY_NAME["h264 8 bit"], ground, ground.extent.speed_frames, ground.extent.speed_size)


def _hwaccel(ground: Ground) -> list[str]:
    return [] if ground.stands_in else ["-hwaccel", ground.device]


def _ffmpeg(ground: Ground, count: int, arguments: list[str]) -> Figures:
    """Nothing where there is no such command, or where it does not do it: it is no part of ours."""
    if ground.ffmpeg is None:
        return {}
    command = [ground.ffmpeg, "-v", "error", "-y", *arguments]
    try:
        return {"ffmpeg": _fps(count, lambda: subprocess.run(command, check=True, capture_output=True, timeout=_LIMIT))}
    except subprocess.CalledProcessError as error:
        return {"ffmpeg said": error.stderr.decode(errors="replace").strip()[-200:]}


def _fps(frames: int, work: Callable[[], object]) -> float:
    start = monotonic()
    work()
    return frames / (monotonic() - start)


_WHATS: dict[str, Callable[[Ground], Figures]] = {"decoding": _decoding, "effects": _effects, "a job": _job}
CHECK = Check("speed", tuple(_WHATS), find)
