"""What measuring motion costs beside decoding: both of the same file, one after the other, in one thread."""

import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import process_time

from job_runner.analysis.grids import picture_grid
from job_runner.media.looking import motion
from job_runner.media.source import FrameSource
from job_runner.plan.timeline import Window
from job_runner.plan.times import ConstantClock
from tests.bench.against import long_clip
from tests.testbed import cache
from tests.unit.runner.media import video_facts

GOAL = 0.25
FRAMES = 800
Say = Callable[[str], None]


@dataclass(frozen=True)
class Cost:
    """CPU time of measuring over that of decoding, pair by pair."""

    name: str
    values: tuple[float, ...]

    def row(self) -> str:
        """Of the table."""
        low, high = min(self.values), max(self.values)
        return f"| {self.name} | {median(self.values):.2f} | {low:.2f} … {high:.2f} | ≤ {GOAL} |"


def costs(folder: Path, pairs: int, say: Say) -> list[Cost]:
    """Of footage that moves nearly all the time, and of a made scene, in `folder` already, that mostly stands still."""
    files = {
        "bigbuckbunny, 1280x720": long_clip(folder, FRAMES),
        "bikes, 640x272": cache.footage() / "bikes.mp4",
        "made, tripod, 640x360": folder / "tripod-0.mp4",
        "bigbuckbunny, scaled to 1920x1080": _scaled(folder),
    }
    found = [Cost(name, tuple(_pair(path) for _ in range(pairs))) for name, path in files.items()]
    for cost in found:
        say(cost.row())
    return found


def _scaled(folder: Path) -> Path:
    """As cameras have it: 1080p at a quality that nobody complains of."""
    path = folder / "full.mp4"
    command = [str(cache.ffmpeg()), "-v", "error", "-i", str(cache.footage() / "bigbuckbunny.mp4"), "-an"]
    settings = ["-vf", "scale=1920:1080", "-c:v", "libx264", "-preset", "fast", "-crf", "20", str(path)]
    subprocess.run([*command, *settings], check=True, stdin=subprocess.DEVNULL)
    return path


def _pair(path: Path) -> float:
    facts = video_facts(path)
    grid = picture_grid(facts.rate, facts.duration)
    began = process_time()
    with FrameSource(str(path), facts, ConstantClock(grid.rate)) as source:
        for number in range(grid.total):
            source.at(number)
    decoded = process_time()
    motion(lambda: str(path), facts, grid, Window(0, grid.total))
    return (process_time() - decoded) / (decoded - began) - 1
