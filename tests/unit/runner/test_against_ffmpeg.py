"""Real footage under every tag, range and depth: the ffmpeg command with everything said in full is the judge."""

import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from av.video.frame import VideoFrame

from job_runner.media.rows import rows_of
from tests.testbed import cache
from tests.unit.runner.media import plan_of
from tests.unit.runner.test_signal import EDITS, PAN, frames, video

Samples = npt.NDArray[np.float64]
FRAMES = 2
SIZE = (640, 272)
"""Of bikes.mp4."""

TAGS = {"untagged": ("bt601", None), "bt601": ("bt601", "smpte170m"), "bt709": ("bt709", "bt709"),
        "bt2020": ("bt2020", "bt2020nc")}  # fmt: skip
"""ffmpeg's name of the matrix in its scaler, and of the tag."""

LEAST, CONVERTED = 55.0, 45.0
"""Decibels. The footage is pale: a matrix that is taken for another one costs no more than to 46 to 54 of them."""


def ffmpeg(*arguments: str) -> bytes:
    return subprocess.run(
        [str(cache.ffmpeg()), "-v", "error", "-nostdin", *arguments], check=True, capture_output=True
    ).stdout


def source(path: Path, tag: str, full: bool, depth: int, filters: str = "null", options: tuple[str, ...] = ()) -> Path:
    pixels, sides = ("yuv420p" if depth == 8 else "yuv420p10le"), ("pc" if full else "tv")
    named = TAGS[tag][1]
    ffmpeg(
        "-i", str(cache.footage() / "bikes.mp4"), "-frames:v", "4", "-an",
        "-vf", f"{filters},scale=in_range=tv:out_range={sides},format={pixels}",
        "-c:v", "libx264", "-preset", "ultrafast", "-qp", "1", "-color_range", sides,
        *(("-colorspace", named) if named else ()), *options, str(path),
    )  # fmt: skip
    return path


def theirs(path: Path, filters: str) -> Samples:
    raw = ffmpeg(
        "-i", str(path), "-frames:v", str(FRAMES), "-vf", f"{filters},format=yuv420p", "-f", "rawvideo", "-"
    )  # fmt: skip
    return np.frombuffer(raw, np.uint8).astype(float)


def ours(path: Path, edit: dict[str, Any]) -> Samples:
    paths = {"main": path}
    return np.concatenate([samples(frame) for frame in frames(plan_of(paths, **edit), paths, list(range(FRAMES)))])


def samples(frame: VideoFrame) -> Samples:
    planes = [rows_of(plane, 8)[: plane.height, : plane.width].ravel() for plane in frame.planes]
    return np.concatenate(planes).astype(float)


def decibels(one: Samples, other: Samples) -> float:
    assert one.size == other.size
    return float(10 * np.log10(255**2 / max(1e-9, ((one - other) ** 2).mean())))


def scaled(tag: str, size: str = "iw:ih") -> str:
    matrix = TAGS[tag][0]
    return f"scale={size}:flags=bicubic+accurate_rnd:in_color_matrix={matrix}:out_color_matrix={matrix}:out_range=tv"


STILL: dict[str, tuple[dict[str, Any], str]] = {
    "nothing": ({}, "{scaled}"),
    "crop": (EDITS["crop"], "crop=160:68:0:0:exact=1,{scaled}"),
    "scale": (video(width=320), "{half}"),
    "border": (video(width=640, height=300), "{scaled},pad=640:300:0:14"),
}


@pytest.mark.parametrize("depth", [8, 10])
@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("tag", TAGS)
def test_still_edits(tmp_path: Path, tag: str, full: bool, depth: int) -> None:
    path = source(tmp_path / "v.mp4", tag, full, depth)
    for name, (edit, filters) in STILL.items():
        judged = theirs(path, filters.format(scaled=scaled(tag), half=scaled(tag, "320:136")))
        assert decibels(ours(path, edit), judged) >= LEAST, name


@pytest.mark.parametrize("tag", TAGS)
def test_interlaced(tmp_path: Path, tag: str) -> None:
    options = ("-flags", "+ildct+ilme", "-x264-params", "tff=1")
    path = source(tmp_path / "v.mp4", tag, False, 8, "setfield=tff", options)
    judged = theirs(path, f"estdif=mode=frame:deint=interlaced,{scaled(tag)}")
    assert decibels(ours(path, {}), judged) >= LEAST


@pytest.mark.parametrize("degrees", ["90", "180", "-90"])
@pytest.mark.parametrize("flip", ["", "-display_hflip", "-display_vflip"])
def test_all_orientations(tmp_path: Path, flip: str, degrees: str) -> None:
    """ffmpeg writes the matrix, and ffmpeg turns the picture."""
    flat, path = source(tmp_path / "flat.mp4", "bt709", False, 8), tmp_path / "v.mp4"
    ffmpeg("-display_rotation", degrees, *([flip] if flip else []), "-i", str(flat), "-c", "copy", str(path))
    assert decibels(ours(path, {}), theirs(path, "null")) >= LEAST


@pytest.mark.parametrize(("wanted", "named"), [("smpte170m", "bt601"), ("bt2020nc", "bt2020")])
def test_another_matrix(tmp_path: Path, wanted: str, named: str) -> None:
    path = source(tmp_path / "v.mp4", "bt709", False, 8)
    judged = theirs(path, f"scale=flags=accurate_rnd:in_color_matrix=bt709:out_color_matrix={named}:out_range=tv")
    assert decibels(ours(path, video(color={"matrix": wanted})), judged) >= CONVERTED


@pytest.mark.parametrize("tag", TAGS)
def test_a_moving_crop_at_its_start(tmp_path: Path, tag: str) -> None:
    """Half of the picture, as it is before it moves: whole pixels, so that nothing is resampled."""
    path = source(tmp_path / "v.mp4", tag, False, 8)
    still = [{**PAN[0], "time": "10s"}, {**PAN[1], "time": "11s"}]
    moving = {"timeline": {"clips": [{"framing": {"keyframes": still}}]}}
    assert decibels(ours(path, moving), theirs(path, f"crop=320:272:0:0:exact=1,{scaled(tag)}")) >= LEAST
