"""How much memory a render takes: the highest of 1080p and 2160p, and whether it grows over an hour of video."""

import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from tests.bench.against import render_command
from tests.testbed import cache
from tests.testbed.processes import resident

Say = Callable[[str], None]


@dataclass(frozen=True)
class Memory:
    """Megabytes of resident memory over a run."""

    name: str
    samples: list[float]
    goal: str

    def row(self) -> str:
        """A line of the table: the highest, and the means of the second and of the last quarter."""
        quarter = max(1, len(self.samples) // 4)
        second, last = mean(self.samples[quarter : 2 * quarter] or self.samples), mean(self.samples[-quarter:])
        return f"| {self.name} | {max(self.samples):.0f} MB | {second:.0f} MB → {last:.0f} MB | {self.goal} |"


def memory(say: Say) -> list[Memory]:
    """Three runs."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        found = [
            _watched("1080p, box and blur", _clip(folder, 1920, 1080, 700), folder, "≤ 700 MB"),
            _watched("2160p, box and blur", _clip(folder, 3840, 2160, 240), folder, "≤ 2 GB"),
            _watched("an hour of 96x64 at 25 fps", _clip(folder, 96, 64, 90_000), folder, "flat"),
        ]
    for item in found:
        say(item.row())
    return found


def _clip(folder: Path, width: int, height: int, frames: int) -> Path:
    """Real footage, scaled once and repeated without being encoded anew."""
    short, path = folder / f"short-{width}.mp4", folder / f"clip-{width}.mp4"
    ffmpeg = [str(cache.ffmpeg()), "-v", "error", "-y"]
    source = str(cache.footage() / "bigbuckbunny.mp4")
    scale = ["-vf", f"scale={width}:{height}", "-an", "-c:v", "libx264", "-preset", "veryfast"]
    subprocess.run([*ffmpeg, "-i", source, *scale, str(short)], check=True, stdin=subprocess.DEVNULL)
    loop = ["-stream_loop", str(frames // 132 + 1), "-i", str(short), "-c", "copy", "-frames:v", str(frames)]
    subprocess.run([*ffmpeg, *loop, str(path)], check=True, stdin=subprocess.DEVNULL)
    return path


def _watched(name: str, clip: Path, folder: Path, goal: str) -> Memory:
    video = {"encoder": "CPU", "preset": "Fast"}
    region = [{"left": 0.2, "top": 0.2, "width": 0.3, "height": 0.3}]
    spec = {
        "inputs": [{"uri": clip.as_uri()}],
        "timeline": {"overlays": [{"box": {"stroke": "red"}, "keyframes": region}, {"blur": {}, "keyframes": region}]},
        "outputs": [{"uri": (folder / "out.mp4").as_uri(), "ifExists": "Replace", "video": video}],
    }
    head = {"apiVersion": "spotreel.dev/v1alpha1", "kind": "VideoJob", "metadata": {"name": "memory"}}
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(render_command(folder, {**head, "spec": spec}), cwd=folder, stdout=quiet, stderr=quiet)
    samples = []
    while process.poll() is None:
        samples.append(resident(process.pid) / 1e6)
        time.sleep(0.2)
    if process.returncode:
        raise RuntimeError(f"{name}: exit code {process.returncode}")
    return Memory(name, [s for s in samples if s], goal)
