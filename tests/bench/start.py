"""Starts: a whole render of one frame; to the first committed segment of a new job, and of one with 9,999 of 10,000."""

import os
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench.against import ffmpeg_command, render_command
from tests.bench.measure import Seconds, timed
from tests.testbed import cache
from tests.testbed.s3 import S3

Say = Callable[[str], None]
SEGMENTS = 10_000


def start(times: int, say: Say) -> list[Seconds]:
    """On S3."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        s3 = S3(folder / "s3")
        s3.start()
        try:
            fresh = [_fresh(folder, s3, number) for number in range(times)]
            say(f"start to first committed segment {fresh} s")
            resumed = _resumed(folder, s3, times)
            say(f"resume of {SEGMENTS} segments to the missing one {resumed} s")
            single, theirs = _single(folder, times)
            say(f"one frame, CPU {single} s, ffmpeg {theirs} s")
        finally:
            s3.stop()
    return [
        Seconds(f"CPU of a whole render of one frame (ffmpeg's: {median(theirs):.2f} s)", single, [], "measured"),
        Seconds("start to the first committed segment (720p, 30 frames, S3)", fresh, [], "measured"),
        Seconds(
            f"resume with {SEGMENTS - 1} of {SEGMENTS} segments there to the missing one (S3)", resumed, [], "measured"
        ),
    ]


def _job(clip: Path, **video: Any) -> dict[str, Any]:
    spec = {
        "inputs": [{"uri": clip.as_uri()}],
        "outputs": [{"uri": "s3://media/out/start.mp4", "video": {"encoder": "CPU", "preset": "Medium", **video}}],
        "checkpoint": {"segmentFrames": 30},
    }
    return {"apiVersion": "spotreel.dev/v1alpha1", "kind": "VideoJob", "metadata": {"name": "start"}, "spec": spec}


def _until(folder: Path, s3: S3, command: list[str], prefix: str) -> float:
    """Seconds until there is an object with that prefix; the run is ended then."""
    client = s3.client()

    def there() -> bool:
        return bool(client.list_objects_v2(Bucket="media", Prefix=prefix, MaxKeys=1).get("Contents"))

    began = time.monotonic()
    env = {**os.environ, **s3.environment()}
    process = subprocess.Popen(command, cwd=folder, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not there() and time.monotonic() - began < 120:
        time.sleep(0.02)
    took = time.monotonic() - began
    process.kill()
    process.wait()
    return round(took, 2)


def _single(folder: Path, times: int) -> tuple[list[float], list[float]]:
    """CPU seconds of a whole render of one small frame, and of ffmpeg's: all of it is starting and ending."""
    clip = folder / "single.mp4"
    source = str(cache.footage() / "bigbuckbunny.mp4")
    cut = ["-vf", "scale=96:64", "-an", "-frames:v", "1", str(clip)]
    subprocess.run([str(cache.ffmpeg()), "-v", "error", "-i", source, *cut], check=True, stdin=subprocess.DEVNULL)
    output = {"uri": (folder / "ours.mp4").as_uri(), "ifExists": "Replace", "video": {"encoder": "CPU"}}
    job = _job(clip)
    job["spec"]["outputs"] = [output]
    ours, theirs = render_command(folder, job), ffmpeg_command(clip, folder / "theirs.mp4")
    pairs = [(timed(ours, folder).cpu, timed(theirs, folder).cpu) for _ in range(3 * times)]
    return [round(us, 2) for us, _ in pairs], [round(them, 2) for _, them in pairs]


def _fresh(folder: Path, s3: S3, number: int) -> float:
    prefix = f"fresh-{number}"
    command = render_command(folder, _job(cache.footage() / "bigbuckbunny.mp4"), "--workspace", f"s3://media/{prefix}/")
    return _until(folder, s3, command, f"{prefix}/segments/")


def _resumed(folder: Path, s3: S3, times: int) -> list[float]:
    """The workspace is filled with stand-ins: nothing reads them before the last segment is there."""
    clip = _long(folder)
    command = render_command(folder, _job(clip, preset="Fast"), "--workspace", "s3://media/long/")
    _until(folder, s3, command, "long/segments/")
    client = s3.client()
    missing = f"long/segments/main/{SEGMENTS // 2:06d}.mp4"
    for index in range(SEGMENTS):
        client.put_object(Bucket="media", Key=f"long/segments/main/{index:06d}.mp4", Body=b"x")
    found = []
    for _ in range(times):
        client.delete_object(Bucket="media", Key=missing)
        found.append(_until(folder, s3, command, missing))
    return found


def _long(folder: Path) -> Path:
    """300,000 frames of 96x64."""
    short, path = folder / "short.mp4", folder / "long.mp4"
    ffmpeg = [str(cache.ffmpeg()), "-v", "error", "-y"]
    source = str(cache.footage() / "bigbuckbunny.mp4")
    subprocess.run(
        [*ffmpeg, "-i", source, "-vf", "scale=96:64", "-an", str(short)], check=True, stdin=subprocess.DEVNULL
    )
    loop = ["-stream_loop", "2300", "-i", str(short), "-c", "copy", "-frames:v", str(SEGMENTS * 30), str(path)]
    subprocess.run([*ffmpeg, *loop], check=True, stdin=subprocess.DEVNULL)
    return path
