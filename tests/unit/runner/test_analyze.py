"""`spotreel analyze`, through its own door."""

import json
import os
import signal
import time
from pathlib import Path

import pytest
from PIL import Image

from job_runner.cli.main import main
from job_runner.results.events import EventRow
from job_runner.results.ndjson import read_rows
from tests.testbed import cache
from tests.unit.runner import crashing, odd
from tests.unit.runner.media import make_video


@pytest.fixture(autouse=True)
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    make_video(tmp_path / "in.mp4", sound=True)
    return tmp_path


def test_a_table_a_list_and_a_picture(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["analyze", "in.mp4"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "motion  1 event in 3.6s"
    assert said[1].split() == ["start", "end", "length", "strength"]
    assert said[2].split()[:2] == ["0.04s", "the"] and said[-2] == "cuts  1, 3.6s together: 0s to the end"
    assert said[-1] == "wrote  in.analysis/cuts.json, cuts.png, motion.ndjson.gz"
    found = json.loads((desk / "in.analysis" / "cuts.json").read_text())
    assert found["input"] == "in.mp4" and [a["name"] for a in found["analyses"]] == ["motion"]
    assert found["analyses"][0]["cuts"][0]["start"] == "0s"
    with Image.open(desk / "in.analysis" / "cuts.png") as image:
        assert image.size == (1200, 240)


def test_both_into_another_folder_and_again(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["analyze", str(cache.footage() / "bigbuckbunny.mp4"), "--motion", "--loudness", "-o", "a/b"]
    assert main([*command, "--padding", "100ms", "--max-total", "2s"]) == 0
    first = (desk / "a" / "b" / "cuts.json").read_bytes()
    analyses = json.loads(first)["analyses"]
    assert [a["name"] for a in analyses] == ["motion", "loudness"] and all(a["events"] for a in analyses)
    assert main([*command, "--padding", "100ms", "--max-total", "2s"]) == 0
    assert (desk / "a" / "b" / "cuts.json").read_bytes() == first
    assert "loudness  " in capsys.readouterr().out
    for analysis in analyses:
        rows = list(read_rows(desk / "a" / "b" / f"{analysis['name']}.ndjson.gz", EventRow))
        assert [(f"{row.start:g}s", row.strength) for row in rows] == [
            (event["start"], event["strength"]) for event in analysis["events"]
        ]


def test_json_is_the_list(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["analyze", "in.mp4", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said.pop("notes") == [] and said == json.loads((desk / "in.analysis" / "cuts.json").read_text())
    assert main(["analyze", "gone.mp4", "--json"]) == 66
    assert json.loads(capsys.readouterr().out)["file"] == "gone.mp4"


def test_what_can_be_looked_at_is(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_video(desk / "mute.mp4")
    assert main(["analyze", "mute.mp4", "--motion", "--loudness"]) == 0
    said = capsys.readouterr().out
    assert "note  input mute.mp4 has no sound to listen to\n" in said and "motion  1 event" in said


def test_a_name_that_is_no_text(desk: Path) -> None:
    name = os.fsdecode(b"bad\xff.mp4")
    make_video(desk / "bad.mp4").rename(desk / name)
    assert main(["analyze", name, "-o", "found"]) == 0
    assert json.loads((desk / "found" / "cuts.json").read_text("utf-8"))["input"] == name


def test_damage_is_a_note(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    odd.flipped(12, lambda path: make_video(path))(desk / "bad.mp4")
    assert main(["analyze", "bad.mp4"]) == 0
    assert "note  input bad.mp4 is damaged" in capsys.readouterr().out


def test_damaged_sound_is_a_note(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    odd.spoilt_sound(lambda path: make_video(path, sound=True))(desk / "bad.mp4")
    note = "input bad.mp4 is damaged: its sound is broken or missing at 1.003s"
    assert main(["analyze", "bad.mp4", "--loudness"]) == 0
    assert f"note  {note}\n" in capsys.readouterr().out
    assert main(["analyze", "bad.mp4", "--loudness", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["notes"] == [note]
    assert main(["render", "bad.mp4", "reel.mp4", "--highlights"]) == 0
    assert f"note  {note.replace('bad.mp4', 'bad')}\n" in capsys.readouterr().out


def test_what_is_wrong_is_said_once_and_in_one_line(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    odd.sound_only(desk / "s.m4a")
    (desk / "file").write_text("")
    wrong = [
        (["s.m4a"], 65, "has no video stream to look at; it has sound: try loudness"),
        (["gone.mp4"], 66, "gone.mp4"),
        (["in.mp4", "--padding", "2"], 64, "--padding: '2' is not a duration"),
        (["in.mp4", "--max-total", "0s"], 64, "--max-total 0s: a cut lasts 1s at least"),
        (["in.mp4", "--padding", "2m,"], 64, "--padding: '' is not a duration"),
        (["in.mp4", "-o", "s3://bucket/found"], 64, "-o s3://bucket/found: name a local folder"),
        (["in.mp4", "-o", "file/x"], 64, "-o file/x: file is a file; name a folder"),
    ]
    for arguments, code, words in wrong:
        assert main(["analyze", *arguments]) == code
        said = capsys.readouterr().err
        assert words in said and said.count("\n") == 1


@pytest.mark.parametrize("command", [["analyze", "crash.mp4"], ["render", "crash.mp4", "out.mp4", "--highlights"]])
@pytest.mark.parametrize("how", [crashing.OPENING, crashing.DECODING], ids=["opening", "decoding"])
def test_a_file_that_crashes_the_decoder_is_named(desk: Path, command: list[str], how: str) -> None:
    (desk / "in.mp4").rename(desk / "crash.mp4")
    done = crashing.spotreel(command, desk, how)
    assert done.returncode == 65, done.stderr
    assert "crash.mp4 crashes the decoder (SIGSEGV), and did so again when tried alone; convert it" in done.stderr
    assert not (desk / "out.mp4").exists()


def test_a_crash_that_does_not_come_again_is_no_fault_of_the_file(desk: Path) -> None:
    done = crashing.spotreel(["analyze", "in.mp4"], desk, crashing.ONCE)
    assert done.returncode == 0 and "motion  1 event in 3.6s" in done.stdout


def test_a_stop_ends_it_and_keeps_nothing(desk: Path) -> None:
    slow = "import job_runner.media.looking as l, time\nreal = l.grey_of\n" + (
        "def grey_of(frame):\n open('begun', 'w').close()\n time.sleep(0.3)\n return real(frame)\nl.grey_of = grey_of\n"
    )
    process = crashing.start(["analyze", "in.mp4"], desk, slow)
    while not (desk / "begun").exists():
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 75 and "stopped while the file was looked at" in errors
    assert not (desk / "in.analysis").exists()
