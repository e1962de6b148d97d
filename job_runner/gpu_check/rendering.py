"""Whole jobs with the device's encoder: run twice, resumed twice, and the joined file as others see it."""

import json
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from job_runner.gpu_check.check import Check
from job_runner.gpu_check.clips import BY_NAME, clip_of, facts_of, on_cpu
from job_runner.gpu_check.found import Found, NotHereError, verdict
from job_runner.gpu_check.ground import Ground
from job_runner.media.semiplanar import planes_of
from job_runner.session import Session
from job_runner.stop import Stop
from job_runner.workspace import names
from videojob_api.codecs import VIDEO_CODECS
from videojob_api.exit_codes import ExitCode
from videojob_api.order import Order, Work
from videojob_api.report import Report

SEGMENT = 30
"""Frames: the shortest that a spec may have."""
WORKSPACE, OUTPUT = "workspace", "out.mp4"
LOST = {"first": 0, "second": 1}
"""Resumes, each by which of every two segments was lost."""


def find(subject: str, ground: Ground) -> Found:
    """Of a codec, what the subject's second half says."""
    codec, _, what = subject.partition(" ")
    return _WHATS[what](codec, ground)


def _two_runs(codec: str, ground: Ground) -> Found:
    return one_hash({run: made(codec, ground, run).sha256 for run in ("first", "second")})


def _two_resumes(codec: str, ground: Ground) -> Found:
    """Segments of a finished workspace are taken away, as if they had never been made."""
    hashes = {"whole": made(codec, ground, "resumed").sha256}
    for name, which in LOST.items():
        lost = lose(ground.folder / f"{codec}-resumed", which)
        again = made(codec, ground, "resumed")
        if again.segments != lost or not lost:
            raise RuntimeError(f"{lost} segments were lost, and {again.segments} made anew")
        hashes[name] = again.sha256
    return one_hash(hashes)


def one_hash(hashes: dict[str, str]) -> Found:
    """Whether they are one."""
    short = ", ".join(f"{name} {sha[:12]}" for name, sha in hashes.items())
    return verdict(len(set(hashes.values())) == 1, f"sha256: {short}", **hashes)


def lose(folder: Path, which: int) -> int:
    """Deletes every second segment and all that is made of segments; how many segments those were."""
    lost = 0
    for path in (folder / WORKSPACE).rglob("*"):
        key = path.relative_to(folder / WORKSPACE).as_posix()
        number = names.segment_index(key)
        if key == names.RESULT or (number is not None and number % 2 == which):
            path.unlink()
            lost += number is not None
    (folder / OUTPUT).unlink()
    return lost


def _joined(codec: str, ground: Ground) -> Found:
    """Decoded by the CPU: as many frames as went in, each at its time; and ffprobe's count, where there is one."""
    made(codec, ground, "first")
    path, wanted = ground.folder / f"{codec}-first" / OUTPUT, ground.extent.frames
    facts = facts_of(path)
    with on_cpu(path) as source:
        frames = [source.at(number) for number in range(wanted)]
        times = [Fraction(frame.pts or 0) * (frame.time_base or 0) - facts.start for frame in frames]
        shown = len({planes_of(frame)[0].tobytes() for frame in frames})
    even = times == [number / facts.rate for number in range(wanted)]
    counted = ffprobe_count(path, ground.ffprobe) if ground.ffprobe else None
    words = f"{shown} of {wanted} frames decoded, {'each at its time' if even else 'not at their times'}"
    words += "; ffprobe is not here" if counted is None else f"; ffprobe counts {counted}"
    return verdict(even and shown == wanted and counted in (None, wanted), words, frames=shown)


def ffprobe_count(path: Path, ffprobe: str) -> int:
    """Frames that it decodes."""
    command = [ffprobe, "-v", "error", "-count_frames", "-select_streams", "v:0"]
    command += ["-show_entries", "stream=nb_read_frames", "-of", "json", str(path)]
    said: Any = json.loads(subprocess.run(command, capture_output=True, text=True, check=True, timeout=600).stdout)
    return int(said["streams"][0]["nb_read_frames"])


@dataclass(frozen=True)
class Made:
    """By a run: its output's sha256, and how many segments it has encoded itself."""

    sha256: str
    segments: int


def made(codec: str, ground: Ground, run: str) -> Made:
    """Of a run, which goes on with what it finds in its workspace."""
    last = finished(_order(codec, ground, run))
    return Made(last.outputs[0].sha256 or "", last.segments.by_this)


def finished(order: Order) -> Report:
    """The last word of a job that has been done. Raises NotHereError where the encoder does not open."""
    last = Session(order, Stop(grace=10)).run()
    if last.exit_code == ExitCode.NODE_UNFIT:
        raise NotHereError(last.message or "the encoder does not open")
    if last.exit_code != ExitCode.OK:
        raise RuntimeError(last.message)
    return last


def _order(codec: str, ground: Ground, run: str) -> Order:
    clip, folder = clip_of(BY_NAME["h264 8 bit"], ground), ground.folder / f"{codec}-{run}"
    video = {"codec": codec, "encoder": "CPU" if ground.stands_in else "NVENC"}
    work = {
        "inputs": [{"uri": clip.as_uri()}],
        "outputs": [{"uri": (folder / OUTPUT).as_uri(), "video": video, "ifExists": "Replace"}],
        "checkpoint": {"segmentFrames": SEGMENT, "retain": "Always"},
    }
    place = (folder / WORKSPACE).as_uri() + "/"
    return Order(
        job="gpu-check", attempt="gpu-check-0-1", work=Work.model_validate(work), workspace=place, local_files=True
    )


_WHATS: dict[str, Callable[[str, Ground], Found]] = {
    "two runs": _two_runs,
    "two resumes": _two_resumes,
    "joined file": _joined,
}
CHECK = Check("jobs", tuple(f"{codec} {what}" for codec in VIDEO_CODECS for what in _WHATS), find)
