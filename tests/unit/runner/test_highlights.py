"""`spotreel render --highlights`: the reel shows exactly the frames that were found."""

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
import yaml
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from job_runner.analysis.grids import Grid
from job_runner.analysis.reel import Rule
from job_runner.analysis.result import motion_result
from job_runner.cli.highlights import cut_up
from job_runner.cli.main import main
from tests.unit.runner.media import BITS, make_video, numbered
from videojob_api.validate import check_document

FAST = ["--encoder", "CPU", "--preset", "Fast", "--crf", "16"]
MOVING = [*range(50, 110), *range(170, 235)]
STRIP = 6
"""Lines of the picture that show its number."""
DARK, LIGHT = 105, 114
"""Of its bars: too near each other to be motion."""


def scene(path: Path, rate: Fraction = Fraction(25), frames: int = 260, zero: int = 0) -> Path:
    """Each picture's number in bars at its lower edge, and above them a block that moves in MOVING only."""
    dice, place = np.random.default_rng(3), 0
    wall = np.kron(dice.integers(60, 180, (39, 48)), np.ones((8, 8))).astype(np.uint8)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=rate, options={"crf": "14", "g": "50"})
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = 384, 312, "yuv420p"
        for number in range(frames):
            luma, place = wall.copy(), place + 12 * (number in MOVING)
            left = place % 300
            luma[60:200, left : left + 84] = 20 + wall[:140, :84] // 8
            luma[-STRIP:] = _bars(number)
            frame = VideoFrame.from_ndarray(luma, "gray").reformat(
                format="yuv420p", dst_color_range=1, src_color_range=1
            )
            frame.pts, frame.time_base = number + zero, 1 / rate
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def _bars(number: int) -> np.ndarray:
    bits = [number >> (BITS - 1 - bit) & 1 for bit in range(BITS)]
    return np.repeat(np.where(bits, LIGHT, DARK), 384 // BITS).astype(np.uint8)


def numbers(path: Path) -> list[int]:
    """By the bars at the lower edge."""
    found = []
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            line = frame.to_ndarray(format="gray")[-4:-1].mean(0)
            bars = [line[(2 * bit + 1) * 384 // (2 * BITS) - 4 :][:8].mean() for bit in range(BITS)]
            found.append(sum(1 << (BITS - 1 - bit) for bit, value in enumerate(bars) if value > (DARK + LIGHT) / 2))
    return found


@pytest.fixture(autouse=True)
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


CASES = {
    "mp4": ("in.mp4", Fraction(25), 0),
    "later start": ("in.mkv", Fraction(25), 40),
    "ntsc": ("in.mp4", Fraction(30000, 1001), 0),
    "50 a second": ("in.mp4", Fraction(50), 0),
    "ts": ("in.ts", Fraction(25), 0),
}


@pytest.mark.parametrize("name", CASES)
def test_the_reel_shows_exactly_these_frames(name: str, desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, rate, zero = CASES[name]
    scene(desk / file, rate, zero=zero)
    assert main(["render", file, "reel.mp4", "--highlights", "--padding", "0s", *FAST]) == 0
    shown = numbers(desk / "reel.mp4")
    listed = json.loads((desk / "reel.cuts.json").read_text())["analyses"][0]["cuts"]
    borders = [(round(Fraction(c["start"][:-1]) * rate), round(Fraction(c["end"][:-1]) * rate)) for c in listed]
    assert shown == [number for first, end in borders for number in range(first, end)]
    # At the borders of an event a moment is lost or won by the median; at 50 a second a moment is two pictures.
    assert len(borders) == 2 and all(
        abs(a - b) <= 4 for a, b in zip(sum(borders, ()), (50, 110, 170, 235), strict=True)
    )
    assert "cuts  2, " in capsys.readouterr().out and (desk / "reel.cuts.png").exists()


def test_padding_and_length_and_a_crossfade(desk: Path) -> None:
    scene(desk / "in.mp4")
    edits = ["--padding", "400ms,200ms", "--crossfade", "200ms", "--crop", "0,0,1,1"]
    assert main(["render", "in.mp4", "reel.mp4", "--highlights", "motion", *edits, *FAST]) == 0
    shown = numbers(desk / "reel.mp4")
    assert abs(shown[0] - 40) <= 2 and abs(shown[-1] - 239) <= 2 and abs(len(shown) - (75 + 80 - 5)) <= 4
    assert main(["render", "in.mp4", "short.mp4", "--highlights", "--max-total", "1s", *FAST]) == 0
    assert len(numbers(desk / "short.mp4")) <= 25


def test_the_printed_videojob_makes_the_same_bytes(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scene(desk / "in.mp4")
    command = ["render", "in.mp4", "reel.mp4", "--highlights", *FAST]
    assert main([*command, "--dry-run"]) == 0
    assert not list(desk.glob("reel*"))
    said = capsys.readouterr()
    document = yaml.safe_load(said.out)
    assert check_document(document) == [] and "cuts  " in said.err
    (desk / "job.yaml").write_text(said.out)
    assert main(command) == 0
    first = (desk / "reel.mp4").read_bytes()
    assert main(["render", "job.yaml", "-y"]) == 0
    assert (desk / "reel.mp4").read_bytes() == first


def test_loud_moments(desk: Path) -> None:
    rate, path = 48000, desk / "in.mkv"
    with av.open(str(path), "w") as container:
        video: Any = container.add_stream("libx264", rate=25)
        sound: Any = container.add_stream("pcm_s16le", rate=rate, layout="mono")
        video.width, video.height, video.pix_fmt = 384, 64, "yuv420p"
        for number in range(250):
            frame = numbered(number, 384, 64)
            frame.pts, frame.time_base = number, Fraction(1, 25)
            container.mux(video.encode(frame))
        container.mux(video.encode(None))
        wave = 300 * np.sin(np.arange(10 * rate) * 2 * np.pi * 440 / rate)
        wave[4 * rate : 6 * rate] *= 30
        for first in range(0, wave.size, 4800):
            part = av.AudioFrame.from_ndarray(wave[None, first : first + 4800].astype(np.int16), "s16", "mono")
            part.sample_rate, part.pts, part.time_base = rate, first, Fraction(1, rate)
            container.mux(sound.encode(part))
        container.mux(sound.encode(None))
    assert main(["render", "in.mkv", "reel.mp4", "--highlights", "loudness", "--padding", "0s", *FAST]) == 0
    assert numbers(desk / "reel.mp4") == list(range(100, 150))


def test_what_cannot_be_is_said_before_the_work(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_video(desk / "in.mp4", frames=5)
    (desk / "there.mp4").write_text("precious")
    wrong = [
        (["in.mp4", "in.mp4", "out.mp4", "--highlights"], 64, "of which of the 2 inputs?"),
        (["in.mp4", "out.mp4", "--highlights", "--start", "1s"], 64, "--start 1s: --highlights chooses what is shown"),
        (["in.mp4", "out.mp4", "--highlights", "--rate", "passthrough"], 64, "--rate passthrough: the moments"),
        (["in.mp4", "out.mp4", "--padding", "1s"], 64, "--padding 1s: of what? It goes with --highlights"),
        (["in.mp4", "there.mp4", "--highlights"], 73, "there.mp4 exists; replace it with -y"),
        (["in.mp4", "gone/out.mp4", "--highlights"], 64, "there is no folder"),
        (["in.mp4", "out.mp4", "--highlights"], 65, "no moments are found in in.mp4 by its motion"),
        (["in.mp4", "out.mp4", "--highlights", "loudness"], 65, "has no sound to listen to"),
        (["gone.mp4", "out.mp4", "--highlights"], 66, "gone.mp4"),
        (["in.mp4", "out.avi", "--highlights"], 64, "name the output .mp4, .mov or .mkv"),
    ]
    for arguments, code, words in wrong:
        assert main(["render", *arguments]) == code, arguments
        said = capsys.readouterr()
        assert words in said.err and said.err.count("\n") == 1, said.err
    assert (desk / "there.mp4").read_text() == "precious" and not list(desk.glob("*.cuts.*"))


def test_a_clip_for_each_cut_and_nothing_else_changes() -> None:
    result = motion_result(
        [300 if k % 100 < 30 else 0 for k in range(250)], Grid(Fraction(25), 250), Rule(*[Fraction(0)] * 2)
    )
    document = {"spec": {"timeline": {"clips": [{"input": "in", "speed": 2}], "fadeIn": {"duration": "1s"}}}}
    made = cut_up(document, result, "200ms")
    clips = made["spec"]["timeline"]["clips"]
    assert [c["start"] for c in clips] == ["0s", "4s", "8s"] and all(c["speed"] == 2 for c in clips)
    assert "transition" not in clips[0] and clips[1]["transition"] == {"type": "Crossfade", "duration": "200ms"}
    assert made["spec"]["timeline"]["fadeIn"] == {"duration": "1s"}
    assert document["spec"]["timeline"]["clips"] == [{"input": "in", "speed": 2}]


def test_a_list_of_cuts_that_was_edited_stays(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scene(desk / "in.mp4")
    command = ["render", "in.mp4", "reel.mp4", "--highlights", *FAST]
    (desk / "reel.cuts.json").write_text("mine")
    assert main(command) == 73
    said = capsys.readouterr().err
    assert "reel.cuts.json exists, with other cuts; replace it with -y, or move it away" in said
    assert (desk / "reel.cuts.json").read_text() == "mine" and not (desk / "reel.mp4").exists()
    assert main([*command, "-y"]) == 0
    assert main([*command, "-y"]) == 0 and "motion" in (desk / "reel.cuts.json").read_text()
    (desk / "reel.mp4").unlink()
    assert main(command) == 0, "the same cuts are no others"


def test_a_check_that_fails_later_leaves_no_list(desk: Path) -> None:
    scene(desk / "in.mp4")
    (desk / "taken").touch()
    assert main(["render", "in.mp4", "reel.mp4", "--highlights", "--workspace", "taken/work", *FAST]) != 0
    assert sorted(path.name for path in desk.iterdir()) == ["in.mp4", "taken"]


def test_a_program_is_told_in_json(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_video(desk / "in.mp4", frames=5)
    scene(desk / "moves.mp4")
    for wrong, words in ((["in.mp4"], "no moments are found"), (["in.mp4", "--padding", "x"], "--padding")):
        assert main(["render", wrong[0], "reel.mp4", "--highlights", *wrong[1:], "--json"]) != 0
        said = capsys.readouterr()
        assert words in json.loads(said.out)["message"] and not said.err
    assert main(["render", "moves.mp4", "reel.mp4", "--highlights", "--json", *FAST]) == 0
    first = json.loads(capsys.readouterr().out.splitlines()[0])
    assert first["analyses"][0]["cuts"] and first["notes"] == []
