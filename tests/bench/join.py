"""How fast segments become a file, and what that takes of memory and of the disk: `python -m tests.bench.join`.

A long timeline whose segments are real ones of 720p footage, a few that stand for all: only the copying is measured.
"""

import argparse
import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from job_runner.cli.say import say
from job_runner.targets.family import ALONE, make_all
from job_runner.targets.output import OutputTarget
from job_runner.targets.plan import StoredPlan
from job_runner.targets.segments import SegmentFamily
from job_runner.workspace import names
from tests.testbed import cache
from tests.testbed.processes import resident
from tests.unit.runner.jobs import order
from tests.unit.runner.targets.given import Given

REAL = 4
FRAMES = 300


def main() -> None:
    """Prints a line for each container."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--segments", type=int, default=200)
    parser.add_argument("--containers", nargs="*", default=["mp4", "mkv"])
    arguments = parser.parse_args()
    for container in arguments.containers:
        with tempfile.TemporaryDirectory() as name:
            say(joined(Path(name), arguments.segments, container))
        tempfile.tempdir = None


def joined(folder: Path, segments: int, container: str) -> str:
    """One measurement, in words."""
    job, target, size = _target(folder, segments, container)
    scratch = folder / "scratch"
    scratch.mkdir()
    tempfile.tempdir = str(scratch)
    memory, disk = [resident(os.getpid()) / 1e6], [0.0]

    def look() -> None:
        memory.append(resident(os.getpid()) / 1e6)
        disk.append(sum(_size(path) for path in scratch.rglob("*")) / 1e6)

    with _repeated(look):
        wall, cpu = time.monotonic(), time.process_time()
        target.make()
        wall, cpu = time.monotonic() - wall, time.process_time() - cpu
    job.stop.request()
    quarter = max(1, len(memory) // 4)
    return (
        f"{container}: {segments} segments, {size:.0f} MB: {size / cpu:.0f} MB/s a core "
        f"({cpu:.1f} s of CPU, {wall:.1f} s); "
        f"memory +{memory[quarter] - memory[0]:.0f} MB after a quarter, +{max(memory) - memory[0]:.0f} MB at most; "
        f"scratch {max(disk):.0f} MB at most"
    )


def _target(folder: Path, segments: int, container: str) -> tuple[Given, OutputTarget, float]:
    """A workspace in which all segments are, the megabytes of which are told too."""
    clip = _clip(folder, segments * FRAMES)
    made = order(folder, clip, f"out.{container}", checkpoint={"segmentFrames": FRAMES})
    job = Given(folder, made)
    planned = job.planned()
    output = planned.plan.outputs[0]
    _render(job, planned)
    real = [folder / "work" / names.segment("main", number) for number in range(REAL)]
    for number in range(REAL, segments):
        os.link(real[number % REAL], folder / "work" / names.segment("main", number))
    keys = [names.segment("main", number) for number in range(segments)]
    size = sum(_size(folder / "work" / key) for key in keys) / 1e6
    return job, OutputTarget(planned, output, keys, None, job.store, job.destination, job.stop.check), size


def _render(job: Given, planned: StoredPlan) -> None:
    """The first few."""

    class Few(SegmentFamily):
        @property
        def count(self) -> int:
            return REAL

    family = Few(planned, planned.plan.outputs[0], job.inputs, "bench-0-1", job.workers, job.tracker)
    make_all(family, job.store, job.workers, lambda: None, ALONE)


def _clip(folder: Path, frames: int) -> Path:
    path = folder / "long.mp4"
    source = str(cache.footage() / "bigbuckbunny.mp4")
    command = [
        str(cache.ffmpeg()),
        "-v",
        "error",
        "-stream_loop",
        str(frames // 100),
        "-i",
        source,
        "-c",
        "copy",
        "-an",
    ]
    subprocess.run([*command, "-frames:v", str(frames), str(path)], check=True, stdin=subprocess.DEVNULL)
    return path


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


@contextmanager
def _repeated(action: Callable[[], None]) -> Iterator[None]:
    """Twenty times a second, beside the block."""
    over = threading.Event()

    def run() -> None:
        while not over.wait(0.05):
            action()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


if __name__ == "__main__":
    main()
