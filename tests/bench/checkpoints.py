"""With checkpoints on S3 against without: the whole run, and by itself what the store costs."""

import os
import tempfile
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from math import prod, sqrt
from pathlib import Path
from statistics import median

from job_runner.workspace.places import Places
from job_runner.workspace.store import Store
from tests.bench.against import Say, document, long_clip, render_command
from tests.bench.measure import Ratio, Run, timed
from tests.testbed.s3 import S3

FRAMES = 1200


def checkpointing(pairs: int, say: Say) -> Ratio:
    """Segments and result on S3 against a local folder: at the same time, a core each, then the other way round.

    One after the other would measure the machine: the same run took from 78 to 89 seconds of CPU. The store shares
    the core of the run that uses it.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        clip, s3 = long_clip(folder, FRAMES), S3(folder / "s3")
        s3.start()
        try:
            found = [_both_ways(folder, clip, s3, number, say) for number in range(pairs)]
            alone = _alone(folder, clip, s3, say)
        finally:
            s3.stop()
    own, store = (median(column) for column in list(zip(*found, strict=True))[1:])
    note = f"in {FRAMES} frames on S3 the runner takes {own:+.1f} s of CPU more, the store takes {store:.1f} s"
    return Ratio("checkpoints on S3 against a local folder", [ratio for ratio, *_ in found], "≥ 0.98", (note, alone))


def _both_ways(folder: Path, clip: Path, s3: S3, number: int, say: Say) -> tuple[float, float, float]:
    """The ratio of times, what S3 adds to the runner's CPU, and the CPU of the store."""
    cores = sorted(os.sched_getaffinity(0))[:2]
    if len(cores) < 2:
        raise SystemExit("this bench needs two cores")
    before = s3.cpu_seconds()
    halves = [_beside(folder, clip, s3, f"{number}-{core}", core, other) for core, other in (cores, cores[::-1])]
    store = (s3.cpu_seconds() - before) / 2
    ratio = sqrt(prod(local.wall / remote.wall for local, remote in halves))
    extra = sum(remote.cpu - local.cpu for local, remote in halves) / 2
    walls = ", ".join(f"local {local.wall:.1f} s beside S3 {remote.wall:.1f} s" for local, remote in halves)
    say(f"{walls}: {ratio:.2f}; CPU {extra:+.1f} s, store {store:.1f} s (pair {number + 1})")
    return ratio, extra, store


def _beside(folder: Path, clip: Path, s3: S3, name: str, core: int, other: int) -> tuple[Run, Run]:
    """A run with a local folder on one core, and one on S3 on the other, where the store is too."""
    here, there = folder / "local", folder / "remote"
    for place in (here, there):
        place.mkdir(exist_ok=True)
    local = render_command(here, document(clip, (here / "out.mp4").as_uri(), FRAMES))
    job = document(clip, "s3://media/out/bench.mp4", FRAMES)
    remote = render_command(there, job, "--workspace", f"s3://media/checkpoints/bench-{name}/")
    s3.run_on(other)
    with ThreadPoolExecutor() as pool:
        runs = pool.submit(timed, local, here, {}, core), pool.submit(timed, remote, there, s3.environment(), other)
        return runs[0].result(), runs[1].result()


@dataclass(frozen=True)
class Cost:
    """Seconds: on the clock, of this process's CPU, and of the store's."""

    wall: float
    own: float
    store: float


def _alone(folder: Path, clip: Path, s3: S3, say: Say) -> str:
    files = objects(folder, clip, FRAMES)
    local, remote = cost(files, s3, folder)
    size = sum(file.stat().st_size for file in files) / 10**6
    text = (
        f"{len(files)} objects, {size:.0f} MB, written and read back with nothing to encode: "
        f"{remote.own:.2f} s of the runner's CPU and {remote.store:.2f} s of the store's; in a folder {local.own:.2f} s"
    )
    say(text)
    return text


def objects(folder: Path, clip: Path, frames: int) -> list[Path]:
    """The segments and the output of a job that has kept its workspace."""
    job = document(clip, (folder / "kept.mp4").as_uri(), frames)
    job["spec"]["checkpoint"] = {"retain": "Always"}
    workspace = folder / "kept"
    timed(render_command(folder, job, "--workspace", str(workspace)), folder)
    return [*sorted(workspace.rglob("segments/main/*.mp4")), folder / "kept.mp4"]


def cost(files: list[Path], s3: S3, folder: Path) -> tuple[Cost, Cost]:
    """Of a local folder, and of S3: a client, a listing, every object written, read back and the last one published."""
    local = _measured(lambda: _all(Places(None, None, 10).folder((folder / "again").as_uri() + "/"), files, folder), s3)
    before = dict(os.environ)
    os.environ.update(s3.environment())
    try:
        remote = _measured(lambda: _all(Places(None, None, 10).folder("s3://media/cost/"), files, folder), s3)
    finally:
        _restore(before)
    return local, remote


def _restore(before: Mapping[str, str]) -> None:
    os.environ.clear()
    os.environ.update(before)


def _measured(work: Callable[[], None], s3: S3) -> Cost:
    wall, own, store = time.monotonic(), time.process_time(), s3.cpu_seconds()
    work()
    return Cost(time.monotonic() - wall, time.process_time() - own, s3.cpu_seconds() - store)


def _all(store: Store, files: list[Path], folder: Path) -> None:
    store.list("segments/main/")
    for number, file in enumerate(files[:-1]):
        store.put(f"segments/main/{number:06d}.mp4", file.read_bytes(), {})
    for number in range(len(files) - 1):
        store.fetch(f"segments/main/{number:06d}.mp4", folder / "fetched")
    store.put_file("audio.m4a", files[-1], {"sha256": ""}, replace=True)
