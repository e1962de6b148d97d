"""`analyze --model`: the file of rows, the table, the answer for programs, and each error in one line."""

import argparse
import json
import sqlite3
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from job_runner.cli import analyze_detect as command
from job_runner.cli.analyze_detect import analyze_detect
from job_runner.cli.detect_arguments import add_detection
from job_runner.media.source import FrameSource
from job_runner.results.ndjson import read_rows
from tests.unit.runner import odd
from tests.unit.runner.crashed import crash
from tests.unit.runner.lamps import lamps, walk
from tests.unit.runner.models import bright_model, constant_model

FRAMES = 30


@pytest.fixture(autouse=True)
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    lamps(tmp_path / "in.mp4", walk(FRAMES))
    (tmp_path / "m.onnx").write_bytes(bright_model((192, 128)))
    return tmp_path


def analyze(*arguments: str, crash: int = 0) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("file")
    parser.add_argument("-o", "--output")
    parser.add_argument("--json", action="store_true")
    add_detection(parser.add_argument_group("detection"))
    return analyze_detect(parser.parse_args(["in.mp4", "--model", "m.onnx", *arguments]), crash)


def test_a_table_and_a_file(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert analyze("-o", "found", "--every", "3") == 0
    assert capsys.readouterr().out.splitlines() == [
        "model  m.onnx, EndToEnd, 192x128 Letterbox",
        "looked at 10 of 30 frames",
        "label                     detections    frames    best",
        "lamp                              10        10  1.0000",
        "wrote  found/detections.ndjson.gz",
    ]
    rows = list(read_rows(desk / "found" / "detections.ndjson.gz"))
    assert [(row.x1, row.y1, row.x2, row.y2) for row in rows] == walk(FRAMES)[::3]
    assert [path.name for path in (desk / "found").iterdir()] == ["detections.ndjson.gz"]


def test_more_boxes_than_are_kept_are_told(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With all of 400 boxes beside each other; 300 of them stay."""
    left, top = np.meshgrid(np.arange(20) * 9, np.arange(20) * 6)
    rows = np.stack([left, top, left + 5, top + 4, 0.9 + 0 * left, 0 * left], 2).reshape(1, 400, 6).astype(np.float32)
    (desk / "m.onnx").write_bytes(constant_model({"found": rows}, (1, 3, 128, 192)))
    words = "3 frames have 300 boxes, the most that are kept of one: there may be more; "
    assert analyze("--every", "10") == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith(f"note  {words}")
    assert analyze("--every", "10", "--json") == 0
    (note,) = json.loads(capsys.readouterr().out)["notes"]
    assert note.startswith(words)


def test_damage_is_a_note(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Said by motion, too, and by a render."""
    odd.flipped(12, lambda path: lamps(path, walk(FRAMES)))(desk / "in.mp4")
    assert analyze() == 0
    words = "input in.mp4 is damaged: what cannot be decoded may hide something"
    assert capsys.readouterr().out.splitlines()[-1] == f"note  {words}"
    assert analyze("--json") == 0
    assert json.loads(capsys.readouterr().out)["notes"] == [words]


def test_with_numbers_of_what_is_followed(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    away = [(0, 0, 0, 0)] * 20
    lamps(desk / "in.mp4", [*walk(10), *away, *walk(10)])
    assert analyze("--track", "500ms") == 0
    assert "lamp                              20        20  1.0000         2" in capsys.readouterr().out
    rows = list(read_rows(desk / "in.analysis" / command.FILE))
    assert [row.track for row in rows] == [1] * 10 + [2] * 10
    assert analyze("--track", "--json") == 0
    assert json.loads(capsys.readouterr().out)["labels"]["lamp"]["tracks"] == 1, "a second is the default"


def test_for_programs(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert analyze("--json") == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert found["model"] | {"sha256": "", "runtime": ""} == {
        "file": "m.onnx", "sha256": "", "format": "EndToEnd", "size": [192, 128], "fit": "Letterbox", "runtime": "",
    }  # fmt: skip
    assert len(found["model"]["sha256"]) == 64 and found["model"]["runtime"].startswith("onnxruntime ")
    assert found["model"]["runtime"].split()[2] in ("CPU", "CUDA")
    assert (found["frames"], found["looked"]) == (FRAMES, FRAMES)
    assert (found["width"], found["height"]) == (192, 128), "in which the boxes lie"
    assert found["labels"] == {"lamp": {"detections": 30, "frames": 30, "best": 1.0}}
    assert found["written"] == "in.analysis/detections.ndjson.gz"


@pytest.mark.parametrize("every", [1, 4])
def test_the_same_bytes_again_and_in_windows_of_their_own(
    desk: Path, every: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a", "b"):
        assert analyze("-o", name, "--every", str(every)) == 0
    whole = (desk / "a" / command.FILE).read_bytes()
    assert whole == (desk / "b" / command.FILE).read_bytes()
    monkeypatch.setattr(command, "MEMBER_FRAMES", 7)
    assert analyze("-o", "c", "--every", str(every)) == 0
    assert list(read_rows(desk / "c" / command.FILE)) == list(read_rows(desk / "a" / command.FILE))


def test_into_duckdb_and_from_there_to_sqlite(desk: Path) -> None:
    assert analyze() == 0
    rows = duckdb.sql(f"select frame, label, x1 from 'in.analysis/{command.FILE}' where frame < 2").fetchall()
    with sqlite3.connect(":memory:") as database:
        database.execute("create table detection(frame, label, x1)")
        database.executemany("insert into detection values (?, ?, ?)", rows)
        assert database.execute("select * from detection").fetchall() == [(0, "lamp", 8.0), (1, "lamp", 10.0)]


def test_only_some_labels(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (desk / "m.onnx").write_bytes(bright_model((192, 128), names="{0: 'lamp', 1: 'sun'}"))
    assert analyze("--labels", "sun") == 0
    assert "looked at 30 of 30 frames, nothing found" in capsys.readouterr().out
    assert list(read_rows(desk / "in.analysis" / command.FILE)) == []
    assert analyze("--labels", "moon") == 65
    assert capsys.readouterr().err == "spotreel: model m.onnx has no class moon; its classes: lamp, sun\n"


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--every", "0"), 64, "spotreel: --every 0: from 1 to 100000"),
        (("--model", "none.onnx"), 66, "spotreel: input none.onnx: there is no none.onnx"),
        (("--model", "in.mp4"), 65, "spotreel: model in.mp4 is no ONNX file"),
        (("--format", "SSD"), 65, "spotreel: model m.onnx: its outputs are not SSD"),
        (("--model-size", "640x640"), 65, "spotreel: model m.onnx takes pictures of 192x128, not 640x640"),
        (("-o", "in.mp4"), 64, "spotreel: -o in.mp4: in.mp4 is a file; name a folder"),
    ],
)
def test_what_is_wrong_is_one_line(
    desk: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], code: int, said: str
) -> None:
    assert analyze(*arguments) == code
    error = capsys.readouterr().err
    assert error.startswith(said) and error.count("\n") == 1


def test_what_is_wrong_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    assert analyze("--json", "--every", "0") == 64
    assert json.loads(capsys.readouterr().out) == {"file": "in.mp4", "message": "--every 0: from 1 to 100000"}


def test_a_failure_in_the_middle_leaves_what_was_there(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert analyze() == 0
    before = (desk / "in.analysis" / command.FILE).read_bytes()
    (desk / "m.onnx").write_bytes(constant_model({"output0": np.full((1, 9, 6), np.nan, np.float32)}, (1, 3, 64, 64)))
    assert analyze() == 65
    assert "no numbers (NaN)" in capsys.readouterr().err
    assert [path.name for path in (desk / "in.analysis").iterdir()] == [command.FILE]
    assert (desk / "in.analysis" / command.FILE).read_bytes() == before


def test_sound_alone_is_nothing_to_look_at(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import wave

    with wave.open(str(desk / "in.wav"), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(bytes(16000))
    parser = argparse.Namespace(**_plain("in.wav"))
    assert analyze_detect(parser) == 65
    assert capsys.readouterr().err == "spotreel: in.wav has no picture to look at\n"


def _plain(file: str) -> dict[str, Any]:
    parser = argparse.ArgumentParser()
    add_detection(parser.add_argument_group("detection"))
    return {**vars(parser.parse_args(["--model", "m.onnx"])), "file": file, "output": None, "json": False}


def test_after_a_crash_the_input_is_tried_without_the_model(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert analyze(crash=11) == 65
    assert "model m.onnx crashes at frame 0 of in.mp4, which can be decoded" in capsys.readouterr().err
    monkeypatch.setattr(FrameSource, "at", crash)
    assert analyze(crash=11) == 65
    assert "input in.mp4 crashes the decoder (SIGSEGV)" in capsys.readouterr().err
