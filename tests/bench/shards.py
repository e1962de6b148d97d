"""Two runners with a core each against one with one core, join included: `python -m tests.bench.shards`."""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from job_runner.cli.say import say
from job_runner.workspace.directory import file_sha256
from tests.bench.against import document, long_clip
from videojob_api.order import Order, Shard, Work

FRAMES = 3000
"""Two minutes at 25 frames a second."""


def main() -> None:
    """Prints times and the ratio; needs two cores that do nothing else."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=FRAMES)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        clip = long_clip(folder, arguments.frames)
        one, alone = _timed(folder / "one", clip, arguments.frames, 1)
        two, both = _timed(folder / "two", clip, arguments.frames, 2)
        if one != two:
            raise SystemExit("the outputs differ")
    say(f"{arguments.frames} frames: one runner {alone:.1f} s, two runners {both:.1f} s: {alone / both:.2f}")


def _timed(folder: Path, clip: Path, frames: int, runners: int) -> tuple[str, float]:
    """The sha256 of the output, and seconds until all runners have ended."""
    folder.mkdir()
    began = time.monotonic()
    running = [_started(folder, clip, frames, Shard(index=i, total=runners, joins=i == 0)) for i in range(runners)]
    for process in running:
        if process.wait():
            raise SystemExit(f"a runner ended with {process.returncode}")
    seconds = time.monotonic() - began
    return file_sha256(folder / "out.mp4"), seconds


def _started(folder: Path, clip: Path, frames: int, shard: Shard) -> "subprocess.Popen[bytes]":
    """A process of its own, on the core of its number."""
    assert shard.index is not None
    order = Order(
        job="bench/shards-1",
        attempt=f"shards-{shard.index}-1",
        work=Work.model_validate(_work(clip, folder, frames)),
        workspace=(folder / "work").as_uri() + "/",
        local_files=True,
        shard=shard,
        log_level="warning",
    )
    file = folder / f"order-{shard.index}.json"
    file.write_text(order.model_dump_json(by_alias=True))
    spotreel = Path(sys.executable).parent / "spotreel"
    token, secrets = folder / "token", folder / "secrets"
    command = [str(spotreel), "attempt", "--order", str(file), "--token", str(token), "--secrets", str(secrets)]
    last_word = {"SPOTREEL_TERMINATION_LOG": str(folder / f"last-{shard.index}.json")}
    core = str(sorted(os.sched_getaffinity(0))[shard.index])
    return subprocess.Popen(
        ["taskset", "-c", core, *command], stdin=subprocess.DEVNULL, env={**os.environ, **last_word}
    )


def _work(clip: Path, folder: Path, frames: int) -> dict[str, Any]:
    """Crop, scale, box, x264, as in the comparison with ffmpeg."""
    spec: dict[str, Any] = document(clip, (folder / "out.mp4").as_uri(), frames)["spec"]
    return spec


if __name__ == "__main__":
    main()
