"""Each kind of analysis on every kind of input: frames, times and boxes are those that ffmpeg shows, or one error."""

import re
import subprocess
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from job_runner.analyzing.kinds import KINDS, kind_of
from tests.testbed import cache
from tests.unit.runner import odd
from tests.unit.runner.lamps import lamps, walk
from tests.unit.runner.looked import LOUD, MOVING, SEEN, Desk
from tests.unit.runner.media import make_video, video_facts
from tests.unit.runner.models import bright_model
from videojob_api.analyses import ANALYSIS_KINDS, Analysis
from videojob_api.exit_codes import ExitCode
from videojob_api.names import Note

Box = tuple[float, float, float, float]


def shown_by_ffmpeg(path: Path, size: tuple[int, int]) -> list[tuple[float, Box]]:
    """When each picture is shown, from the first one on, and where it is bright, scaled to the size that is shown."""
    width, height = size
    done = subprocess.run(
        [str(cache.ffmpeg()), "-nostdin", "-i", str(path), "-an", "-fps_mode", "passthrough",
         "-vf", f"scale={width}:{height},showinfo,format=gray", "-f", "rawvideo", "-"],
        check=True, capture_output=True,
    )  # fmt: skip
    times = [float(time) for time in re.findall(r"pts_time:(\S+)", done.stderr.decode())]
    pictures = np.frombuffer(done.stdout, np.uint8).reshape(-1, height, width)
    return [(time - times[0], _bright(picture)) for time, picture in zip(times, pictures, strict=True)]


def _bright(picture: np.ndarray[Any, np.dtype[np.uint8]]) -> Box:
    rows, columns = np.nonzero(picture > 126)
    return float(columns.min()), float(rows.min()), float(columns.max() + 1), float(rows.max() + 1)


TIMES = [0, 3600, 9000, 9900, 30000, 90001, 99000, 104000, 110000, 121000]
INPUTS: dict[str, tuple[str, Callable[[Path], Path]]] = {
    "plain": ("mp4", lambda path: lamps(path, walk(10))),
    "variable": ("mp4", lambda path: lamps(path, walk(10), times=TIMES)),
    "variable in Matroska": ("mkv", lambda path: lamps(path, walk(10), times=TIMES)),
    "rotated": ("mp4", lambda path: lamps(path, walk(10), rotation=90)),
    "wide pixels": ("mp4", lambda path: lamps(path, walk(10), sar=Fraction(2))),
    "one frame": ("mp4", lambda path: lamps(path, walk(1))),
}


@pytest.mark.parametrize("name", INPUTS)
def test_frames_times_and_boxes_are_those_of_ffmpeg(name: str, tmp_path: Path) -> None:
    suffix, make = INPUTS[name]
    path = make(tmp_path / f"in.{suffix}")
    size = video_facts(path).display_size
    desk = Desk(tmp_path, path, bright_model(size))
    every = {"every": 1000, **SEEN, "name": "first"}
    assert desk.look("job", SEEN, every, MOVING).exit_code == 0
    wanted, rows = shown_by_ffmpeg(path, size), desk.detections("job", "seen")
    assert [row.frame for row in rows] == list(range(len(wanted)))
    assert np.allclose([row.time for row in rows], [time for time, _ in wanted], atol=2e-3)
    boxes = np.array([(row.x1, row.y1, row.x2, row.y2) for row in rows])
    assert np.abs(boxes - [box for _, box in wanted]).max() <= 1
    assert desk.detections("job", "first") == rows[:1]


def test_where_the_clock_jumps_each_frame_is_there_once(tmp_path: Path) -> None:
    """The second recording's clock is 1000 s on: its pictures follow those of the first."""
    path = odd.joined(Fraction(1000))(tmp_path / "in.ts")
    desk = Desk(tmp_path, path)
    assert desk.look("job", SEEN, MOVING, LOUD).exit_code == 0
    rows = desk.detections("job", "seen")
    assert {row.frame for row in rows} == set(range(1, odd.FRAMES)), "the bars of 0 are dark"
    assert np.allclose([row.time for row in rows], [row.frame / 25 for row in rows], atol=0.05)


def test_boxes_tell_which_frame_it_was(tmp_path: Path) -> None:
    """The number of each is in its bars: the first that is bright is the left edge."""
    desk = Desk(tmp_path, make_video(tmp_path / "v.mkv", frames=300, times=odd.random_times(5, 300)))
    assert desk.look("job", SEEN).exit_code == 0
    rows = desk.detections("job", "seen")
    for row in rows:
        bars = f"{row.frame:012b}"
        assert abs(row.x1 - 8 * bars.index("1")) <= 2 and abs(row.x2 - 8 * (bars.rindex("1") + 1)) <= 2
    assert len(rows) == 299


@pytest.mark.parametrize(
    ("make", "kind", "said"),
    [
        (lambda path: odd.sound_only(path), MOVING, "has no video stream to look at; it has sound: try loudness"),
        (lambda path: odd.sound_only(path), SEEN, "has no picture to look at"),
        (lambda path: make_video(path, frames=5), LOUD, "has no sound to listen to; it has a picture: try motion"),
    ],
)  # fmt: skip
def test_what_an_input_has_not(make: Callable[[Path], Path], kind: dict[str, Any], said: str, tmp_path: Path) -> None:
    word = Desk(tmp_path, make(tmp_path / "in.mp4")).look("job", kind)
    assert word.exit_code == ExitCode.INPUT_INVALID
    assert (word.message or "").startswith(f"analysis {kind['name']}: input main ") and said in (word.message or "")


def test_sound_alone_is_loud_too(tmp_path: Path) -> None:
    desk = Desk(tmp_path, odd.sound_only(tmp_path / "in.mp4"))
    assert desk.look("job", LOUD).exit_code == 0 and desk.events("job", "loud") == []


@pytest.mark.parametrize("kind", [MOVING, SEEN], ids=["motion", "detect"])
def test_damage_is_told_once_or_ends_the_job(kind: dict[str, Any], tmp_path: Path) -> None:
    path = odd.flipped(25, lambda p: make_video(p, frames=240))(tmp_path / "in.mp4")
    word = Desk(tmp_path, path).look("goes-on", kind, cores=2)
    assert word.exit_code == 0
    (note,) = [each for each in word.warnings if each.reason == Note.INPUT_DAMAGED]
    assert note.message.startswith("input main is damaged: what cannot be decoded may hide something")
    word = Desk(tmp_path, path, input={"onDamage": "Fail"}).look("ends", kind)
    assert (word.exit_code, word.reason) == (ExitCode.INPUT_INVALID, "InputInvalid")
    assert f"is damaged where analysis {kind['name']} looks at it" in (word.message or "")


def test_a_file_cut_off(tmp_path: Path) -> None:
    """Detections end with the last frame that is there; motion, with the length that the index tells."""
    path = odd.cut_off(0.6, odd.faststart)(tmp_path / "in.mp4")
    with av.open(str(path)) as container:
        there = sum(packet.size > 0 for packet in container.demux(video=0))
    desk = Desk(tmp_path, path)
    assert desk.look("job", MOVING, SEEN).exit_code == 0
    assert [row.frame for row in desk.detections("job", "seen")] == list(range(1, there)) and there < odd.FRAMES


def test_every_kind_of_the_api_has_a_row() -> None:
    assert list(KINDS) == list(ANALYSIS_KINDS)
    assert kind_of(Analysis.model_validate({"loudness": {}})).name == "loudness"
    assert kind_of(Analysis.model_validate({"detect": {"model": {"input": "m"}}})).name == "detect"
