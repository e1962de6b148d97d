"""The command line, through its own door."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import shtab
import yaml

from job_runner.cli.main import main
from job_runner.cli.parser import SHELLS
from tests.unit.runner import odd
from tests.unit.runner.media import make_video, read_numbers
from tests.unit.runner.pitches import Track, make_file
from videojob_api.manifest import documents
from videojob_api.validate import check_document

FAST = ["--encoder", "CPU", "--preset", "Fast", "--crf", "20"]


@pytest.fixture(autouse=True)
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    make_video(tmp_path / "in.mp4", sound=True)
    return tmp_path


def test_trim(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["render", "in.mp4", "out.mp4", "--start", "1s", "--end", "2s", *FAST]) == 0
    assert read_numbers(desk / "out.mp4") == list(range(25, 50))
    assert "done  out.mp4" in capsys.readouterr().out
    assert not (desk / ".spotreel").exists(), "nothing is left behind"


def test_output_is_not_overwritten_unless_asked(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (desk / "out.mp4").write_text("precious")
    assert main(["render", "in.mp4", "out.mp4", *FAST]) == 73
    assert "exists" in capsys.readouterr().err and (desk / "out.mp4").read_text() == "precious"
    assert main(["render", "in.mp4", "out.mp4", "-y", *FAST]) == 0


HEADS = [("out.mkv", b"\x1a\x45\xdf\xa3"), ("out.mov", b"ftypqt"), ("out.M4V", b"ftypisom"), ("out.mp4", b"ftypisom")]


@pytest.mark.parametrize(("name", "head"), HEADS)
def test_container_follows_the_outputs_name(desk: Path, name: str, head: bytes) -> None:
    assert main(["render", "in.mp4", name, "--end", "1s", *FAST]) == 0
    assert main(["render", job(desk), "--output", f"yaml-{name}"]) == 0
    for path in (name, f"yaml-{name}"):
        assert head in (desk / path).read_bytes()[:32]


def test_output_elsewhere_is_held_to_the_same_rules(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    held = job(desk, outputs=[{"uri": (desk / "o.mp4").as_uri(), "container": "mp4"}])
    assert main(["render", held, "--output", "o.mkv"]) == 64
    assert "spotreel: --output o.mkv: container and the ending of uri disagree" in capsys.readouterr().err
    assert main(["render", held, "--output", "new.mp4", "--dry-run"]) == 0
    assert yaml.safe_load(capsys.readouterr().out)["spec"]["outputs"][0]["uri"] == (desk / "new.mp4").as_uri()


@pytest.mark.parametrize("way", ["./in.mp4", "sub/../in.mp4", "symlink.mp4", "hardlink.mp4"])
def test_an_input_is_never_overwritten(desk: Path, way: str, capsys: pytest.CaptureFixture[str]) -> None:
    (desk / "sub").mkdir()
    (desk / "symlink.mp4").symlink_to("in.mp4")
    (desk / "hardlink.mp4").hardlink_to(desk / "in.mp4")
    before = (desk / "in.mp4").read_bytes()
    assert main(["render", "in.mp4", way, "-y", *FAST]) == 64
    assert "an output must not overwrite an input" in capsys.readouterr().err
    assert (desk / "in.mp4").read_bytes() == before


NAMES = [
    "mit Leer ü.mp4",
    "a:b.mp4",
    "50%25.mp4",
    "a#b?c.mp4",
    "{x}🎬.mp4",
    "new\nline.mp4",
    os.fsdecode(b"bad\xff.mp4"),
]


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_any_name_will_do(desk: Path, name: str) -> None:
    (desk / "in.mp4").rename(desk / name)
    assert main(["render", name, f"out {name}", *FAST]) == 0
    assert read_numbers(desk / f"out {name}") == list(range(90))


def test_a_name_that_begins_with_a_minus(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (desk / "in.mp4").rename(desk / "-in.mp4")
    with pytest.raises(SystemExit):
        main(["render", "-in.mp4", "out.mp4"])
    assert "(a file of such a name is ./-name)" in capsys.readouterr().err
    assert main(["render", "./-in.mp4", "out.mp4", *FAST]) == 0


def test_join_with_crossfade(desk: Path) -> None:
    make_video(desk / "b.mp4", frames=50)
    assert main(["render", "in.mp4", "b.mp4", "all.mp4", "--crossfade", "400ms", *FAST]) == 0
    numbers = read_numbers(desk / "all.mp4")
    assert len(numbers) == 130 and numbers[:80] == list(range(80)) and numbers[90:] == list(range(10, 50))


EDITS: list[list[str]] = [
    ["--crop", "0.1,0,0.5,1"],
    ["--size", "64x64", "--fit", "Cover"],
    ["--blur", "0.1,0.1,0.2,0.2", "--blur", "0.5,0.1,0.2,0.2,0.1", "--pixelate", "0.1,0.5,0.2,0.2"],
    ["--box", "0.1,0.1,0.2,0.2", "--spotlight", "0.3,0.3,0.3,0.3"],
    ["--text", "Final: a@b@0.1,0.8,0.6,0.15"],
    ["--mute"],
    ["--gain", "-3dB", "--fade-in", "200ms", "--fade-out", "200ms"],
    ["--music", "music.m4a", "--normalize", "-16LUFS"],
    ["--rate", "30000/1001"],
    ["--rate", "passthrough"],
    ["--codec", "hevc"],
]


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit[0])
def test_every_option_renders_and_is_a_videojob(
    desk: Path, edit: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    odd.sound_only(desk / "music.m4a")
    command = ["render", "in.mp4", "out.mp4", "--end", "1s", *edit, *FAST]
    assert main([*command, "--dry-run"]) == 0
    document = yaml.safe_load(capsys.readouterr().out)
    assert check_document(document) == []
    (desk / "job.yaml").write_text(yaml.safe_dump(document))
    assert main(command) == 0
    first = (desk / "out.mp4").read_bytes()
    assert main(["render", "job.yaml", "-y"]) == 0
    assert (desk / "out.mp4").read_bytes() == first, "the printed VideoJob makes the same bytes"


def test_strength_of_what_hides(capsys: pytest.CaptureFixture[str]) -> None:
    hidden = ["--blur", "0.1,0.1,0.2,0.2,0.1", "--blur", "0.5,0.1,0.2,0.2", "--pixelate", "0.1,0.5,0.2,0.2,0.07"]
    assert main(["render", "in.mp4", "out.mp4", *hidden, "--dry-run"]) == 0
    first, second, squares = yaml.safe_load(capsys.readouterr().out)["spec"]["timeline"]["overlays"]
    assert first["blur"]["radius"] == 0.1 and "radius" not in second["blur"]
    assert squares["pixelate"]["blockSize"] == 0.07


WRONG: list[tuple[list[str], int, str]] = [
    (["in.mp4", "out.mp4", "--crop", "0.1,0"], 64, "is not a rectangle: write left,top,width,height"),
    (["in.mp4", "out.mp4", "--crop", "0.8,0,0.5,1"], 64, "the framing rectangle must lie inside the picture"),
    (["in.mp4", "out.mp4", "--blur", "0,0,0.5,1,x"], 64, "--blur 0,0,0.5,1,x: write left,top,width,height"),
    (["in.mp4", "out.mp4", "--blur", "0,0,0.5,1,"], 64, "--blur 0,0,0.5,1,: write left,top,width,height"),
    (["in.mp4", "out.mp4", "--start", "5"], 64, "'5' is not a time: write a number with a unit"),
    (["in.mp4", "out.mp4", "--start", "1m"], 64, "reaches past the end of input in, which is 3.6s long"),
    (["in.mp4", "out.avi"], 64, "name the output .mp4, .mov or .mkv"),
    (["in.mp4", "out.mp4", "--mute", "--music", "in.mp4"], 64, "contradict each other"),
    (["in.mp4", "in.mp4"], 64, "an output must not overwrite an input"),
    (["in.mp4", "out.mp4", "--size", "big"], 64, "write widthxheight"),
    (["in.mp4", "out.mp4", "--text", "Final"], 64, "write what@left,top,width,height"),
    (["in.mp4", "out/"], 64, "out/"),
    (["in.mp4", "x" * 300 + ".mp4"], 64, "x.mp4: a file's name has at most 255 bytes; choose a shorter one"),
    (["x" * 300 + ".mp4", "out.mp4"], 65, "cannot be opened: File name too long"),
    (["in.mp4", ""], 64, "a file's name is empty"),
    (["-", "out.mp4"], 64, "-: standard input and output will not do"),
    (["in.mp4", "s3:/media/out.mp4"], 64, "s3:/media/out.mp4: write s3://bucket/key"),
    (["http://x.example/in.mp4", "out.mp4"], 64, "spotreel: http://x.example/in.mp4: a URI is s3://bucket/key, https"),
    (["in.mp4", "https://x.example/out.mp4"], 64, "spotreel: https://x.example/out.mp4: write to s3://bucket/key"),
    (["in.mp4", "out.mp4", "--workspace", "junk.mp4"], 64, "junk.mp4 is a file"),
    (["in.mp4", "in.mp4", "out.mp4", "--end", "1s"], 64, "--end 1s: of which of the 2 inputs? Leave it out, add --dry"),
    (["in.mp4", "out.mp4", "--crossfade", "1s"], 64, "--crossfade 1s: one input has none to cross into; --fade-in"),
    (["in.mp4", "out.mp4", "--blur", "-0.1,0,.1,.1"], 64, "spotreel: --blur -0.1,0,.1,.1: "),
    (["in.mp4", "out.mp4", "--box", "0,0,1,1", "--blur", "0,0,2,1"], 64, "spotreel: --blur 0,0,2,1: "),
    (["in.mp4", "out.mp4", "--start", "2s", "--end", "1s"], 64, "spotreel: --start 2s --end 1s: end must be later"),
    (["in.mp4", "out.mp4", "--speed", "9"], 64, "spotreel: --speed 9.0: speed is from 0.25"),
    (["in.mp4", "out.mp4", "--size", "0x0"], 64, "spotreel: --size 0x0: "),
    (["in.mp4", "out.mp4", "--size", "64x64", "--rate", "29.97"], 64, "spotreel: --rate 29.97: frameRate is a whole"),
    (["in.mp4", "out.mp4", "--rate", "25", "--size", "65x64"], 64, "spotreel: --size 65x64: width and height must be"),
    (["in.mp4", "out.mp4", "--crf", "20"], 64, "spotreel: --crf 20: crf and encoderOptions mean different things"),
    (["in.mp4", "out.mp4", "--gain", "-3"], 64, "spotreel: --gain -3: gain is in decibels"),
    (["junk.mp4", "out.mp4"], 65, "is not a media file that FFmpeg can read"),
    (["in.mp4", "out.mp4", "--image", "junk.mp4@0,0,0.1,0.1"], 65, "is not an image that can be read"),
    (["in.mp4", "out.mp4", "--segment-frames", "20"], 64, "spotreel: --segment-frames 20: "),
    (["gone.mp4", "out.mp4"], 66, "there is no gone.mp4"),
    (["in.mp4"], 64, "is no YAML file; to render it, name an output too"),
    (["gone.yaml"], 64, "gone.yaml is not there"),
    (["folder"], 64, "folder is a folder; name a file in it"),
    (["folder", "out.mp4"], 65, "/folder is a folder; name a file in it"),
    (["empty.mp4", "out.mp4"], 65, "input empty: empty.mp4 is empty, 0 bytes"),
    (["in.mp4/a.mp4", "out.mp4"], 66, "there is no in.mp4/a.mp4"),
    (["a b é.mp4", "out.mp4"], 66, "there is no a b é.mp4"),
    (["pipe.mp4", "out.mp4"], 65, "is no file that can be read twice"),
    (["in.mp4", "taken.mp4"], 73, "spotreel: taken.mp4 exists; replace it with -y, or choose another name"),
    (["in.mp4", "gone/out.mp4"], 64, "/gone for out.mp4: make it first"),
    (["in.mp4", "--output", "folder.mp4"], 64, "is a folder: name the file to write"),
    (["in.mp4", "in.mp4/out.mp4"], 64, "make it first"),
    (["in.mp4", "out.mp4", "--workspace", "in.mp4/work"], 64, "/in.mp4 is a file"),
    (["in.mp4", "out.mp4", "--image", "in.mp4@0,0,0.1,0.1"], 65, "it is none of PNG, JPEG, WEBP, GIF, BMP, TIFF"),
    (["two.yaml"], 64, "two.yaml holds 2 VideoJobs, and this takes one"),
]


@pytest.mark.parametrize(("arguments", "code", "words"), WRONG)
def test_one_line_says_what_is_wrong(
    desk: Path, arguments: list[str], code: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (desk / "junk.mp4").write_text("junk" * 100)
    (desk / "taken.mp4").write_text("taken")
    (desk / "empty.mp4").touch()
    os.mkfifo(desk / "pipe.mp4")
    for folder in ("folder", "folder.mp4"):
        (desk / folder).mkdir()
    (desk / "two.yaml").write_text(2 * f"---\n{Path(job(desk)).read_text()}")
    assert main(["render", *arguments]) == code
    said = capsys.readouterr().err.strip()
    assert words in said and "Traceback" not in said and len(said.splitlines()) == 1, said


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "spotreel: the following arguments are required: COMMAND"),
        (["rendr"], "spotreel: argument COMMAND: invalid choice: 'rendr'"),
        (["render"], "spotreel render: the following arguments are required: FILE"),
        (["render", "in.mp4", "out.mp4", "--crf", "low"], "spotreel render: argument --crf: invalid int value: 'low'"),
        (["render", "in.mp4", "out.mp4", "--start"], "spotreel render: argument --start: expected one argument"),
        (["render", "in.mp4", "out.mp4", "--fit", "Squash"], "--fit: invalid choice: 'Squash'"),
        (["render", "in.mp4", "out.mp4", "--bur", "0,0,1,1"], "spotreel: unrecognized arguments: --bur"),
        (
            ["render", "in.mp4", "--speed", "2", "out.mp4"],
            "unrecognized arguments: out.mp4 (options come after the files)",
        ),
    ],
)
def test_one_line_says_what_was_typed_wrong(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    said = capsys.readouterr().err.strip()
    assert ended.value.code == 64 and words in said and len(said.splitlines()) == 1 and "--help lists" in said


def test_segments_as_long_as_wanted(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["render", "in.mp4", "out.mp4", "--segment-frames", "30", *FAST]) == 0
    assert "90 frames, 3 segments" in capsys.readouterr().out
    assert main(["render", job(desk), "--segment-frames", "30"]) == 64
    assert "--segment-frames does not go with a YAML file" in capsys.readouterr().err


def test_ctrl_c_keeps_what_is_finished(desk: Path) -> None:
    """What is made after it is what would have been made without."""
    make_video(desk / "long.mp4", frames=900)
    edits = ["--segment-frames", "30", "--size", "480x320", "--encoder", "CPU", "--preset", "Slow"]
    command = [sys.executable, "-m", "job_runner.cli.main", "render", "long.mp4"]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen([*command, "out.mp4", *edits], env=env, stderr=subprocess.PIPE, text=True) as run:
        while not list(desk.glob(".spotreel/out-*/segments/main/*.mp4")):
            assert run.poll() is None, run.communicate()
        run.send_signal(signal.SIGINT)
        said = run.communicate()[1]
    kept = len(list(desk.glob(".spotreel/out-*/segments/main/[0-9]*.mp4")))
    assert run.returncode == 75 and 1 <= kept < 30
    assert f"stopped  {kept} of 30 segments kept in .spotreel/out-" in said and "run the same command to go on" in said
    again = subprocess.run([*command, "out.mp4", *edits], env=env, capture_output=True, text=True)
    assert again.returncode == 0 and f"resume  {kept} of 30 segments found, {30 - kept} to go" in again.stdout
    assert main(["render", "long.mp4", "whole.mp4", *edits]) == 0
    assert (desk / "out.mp4").read_bytes() == (desk / "whole.mp4").read_bytes()


def test_unwritable_output_is_said_before_the_work(
    desk: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path).name != "closed")
    (desk / "closed").mkdir()
    assert main(["render", "in.mp4", "closed/out.mp4", *FAST]) == 77
    assert "this user may not write into" in capsys.readouterr().err
    assert not (desk / ".spotreel").exists(), "nothing was begun"


@pytest.mark.parametrize("words", ["y", "No", "1e3", "0o17", "1_000", "3:1", "~", "2001-01-01", "#FFF", "a: b"])
def test_the_printed_videojob_holds_the_words_for_kubectl_too(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["render", "in.mp4", "out.mp4", "--text", f"{words}@0.1,0.1,0.5,0.2", "--dry-run"]) == 0
    (document,) = documents(capsys.readouterr().out)
    assert document.value["spec"]["timeline"]["overlays"][0]["text"]["content"] == words


def test_progress_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["render", "in.mp4", "out.mp4", "--json", *FAST]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines[-1]["outcome"] == "Succeeded" and lines[-1]["outputs"][0]["frames"] == 90


def job(desk: Path, **more: Any) -> str:
    spec = {"inputs": [{"uri": (desk / "in.mp4").as_uri()}], "outputs": [{"uri": (desk / "o.mp4").as_uri()}], **more}
    head = {"apiVersion": "spotreel.dev/v1alpha1", "kind": "VideoJob", "metadata": {"name": "checked"}}
    (desk / "job.yaml").write_text(yaml.safe_dump({**head, "spec": spec}))
    return "job.yaml"


def test_validate_probe_tells_what_would_be_made(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "--probe", job(desk)]) == 0
    assert "job.yaml: valid; 96x64 25 fps, 3.6s, 90 frames" in capsys.readouterr().out
    assert main(["validate", job(desk, timeline={"clips": [{"end": "9s"}]})]) == 0
    assert main(["validate", "--probe", job(desk, timeline={"clips": [{"end": "9s"}]})]) == 64
    assert "reaches past the end of input main" in capsys.readouterr().err
    late = {"overlays": [{"start": "50s", "blur": {}, "keyframes": [{"left": 0, "top": 0, "width": 1, "height": 1}]}]}
    assert main(["validate", job(desk, timeline=late)]) == 0, "without the input nobody knows"
    assert main(["validate", "--probe", job(desk, timeline=late)]) == 64
    assert "timeline.overlays[0].start: the overlay begins at 50s, when the timeline, 3.6s" in capsys.readouterr().err


def test_validate_takes_all_videojobs_of_a_file(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, secret = Path(job(desk)).read_text(), "apiVersion: v1\nkind: Secret\nmetadata: {name: keys}\n"
    (desk / "all.yaml").write_text(f"{secret}---\n{good}---\n{good}")
    assert main(["validate", "all.yaml"]) == 0
    assert "all.yaml: valid, 2 VideoJobs" in capsys.readouterr().out
    (desk / "all.yaml").write_text(f"{good}---\n{good.replace('inputs', 'imputs')}")
    assert main(["validate", "all.yaml"]) == 64
    first = capsys.readouterr().err.splitlines()[0]
    assert first.startswith(
        f"all.yaml:{good.count(chr(10)) + 7}:3  imputs: there is no such field; did you mean inputs?"
    )


def test_validate_json(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "--json", job(desk, timeline={"clips": [{"start": "2s", "end": "1s"}]})]) == 64
    said = json.loads(capsys.readouterr().out)
    assert said["field"] == "timeline.clips[0]" and said["line"] > 1 and "end must be later" in said["message"]


def test_probe_says_what_is_there(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["probe", "in.mp4"]) == 0
    said = capsys.readouterr().out
    assert "video   h264 96x64, yuv420p, 25 fps, 90 frames, colour bt709" in said
    assert "sound   aac 48000 Hz stereo" in said and "damage  none" in said
    odd.flipped(20, lambda path: make_video(path))(desk / "bad.mp4")
    assert main(["probe", "--json", "bad.mp4"]) == 0
    assert json.loads(capsys.readouterr().out)["damage"]["bad"] > 0
    assert main(["probe", "gone.mp4"]) == 66


def test_probe_listens(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    odd.spoilt_sound(lambda path: make_video(path, sound=True))(desk / "bad.mp4")
    assert main(["probe", "bad.mp4"]) == 0
    assert "damage  its sound is broken or missing at 1.003s\n" in capsys.readouterr().out
    assert main(["probe", "--json", "bad.mp4"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["soundDamage"] == {"places": 1, "at": [1.003]} and found["damage"]["bad"] == 0
    assert main(["probe", "--quick", "--json", "bad.mp4"]) == 0
    assert json.loads(capsys.readouterr().out)["soundDamage"] is None


def test_validate_probe_gives_the_notes_of_a_run(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = make_file(desk / "two.mkv", [Track(layout="mono"), Track(layout="stereo", low=3)])
    two = job(desk, inputs=[{"uri": path.as_uri()}])
    assert main(["validate", "--probe", two]) == 0
    note = "input main has other sound tracks than the one taken: 0 (aac 48000 Hz mono); audioTrack chooses"
    assert f"note  {note}" in capsys.readouterr().out.splitlines()[1:]
    assert main(["validate", "--probe", "--json", two]) == 0
    assert {"TrackChosen": note}.items() <= _notes(capsys.readouterr().out).items()
    assert main(["validate", "--probe", "--json", job(desk)]) == 0
    assert "TrackChosen" not in _notes(capsys.readouterr().out)


@pytest.mark.parametrize("probe", [[], ["--probe"]])
def test_validate_notes_an_analysis_that_nothing_goes_by(
    desk: Path, capsys: pytest.CaptureFixture[str], probe: list[str]
) -> None:
    file = job(desk, analyses=[{"name": "moving", "motion": {}}])
    assert main(["validate", file, *probe]) == 0
    first, *others = capsys.readouterr().out.splitlines()
    assert first.startswith("job.yaml: valid") and others[0].startswith("note  analysis moving is done for nothing: ")
    assert main(["validate", "--json", file, *probe]) == 0
    assert _notes(capsys.readouterr().out)["AnalysisUnused"].startswith("analysis moving is done for nothing")


def _notes(said: str) -> dict[str, str]:
    return {note["reason"]: note["message"] for note in json.loads(said)["notes"]}


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_completion(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", shell]) == 0
    script = capsys.readouterr().out
    assert "spotreel" in script and "--crossfade" in script


def test_bash_completes_names_of_jobs(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", "bash"]) == 0
    (desk / "complete.sh").write_text(capsys.readouterr().out)
    (desk / "spotreel").write_text('#!/bin/sh\n[ "$*" = "list -o name" ] && printf "reel\\nreel-2\\nother\\n"\n')
    (desk / "spotreel").chmod(0o755)
    asked = "source complete.sh; COMP_WORDS=(spotreel wait re); COMP_CWORD=2; _shtab_spotreel; echo ${COMPREPLY[@]}"
    env = {**os.environ, "PATH": f"{desk}:{os.environ['PATH']}"}
    found = subprocess.run(["bash", "-c", asked], cwd=desk, capture_output=True, text=True, env=env)
    assert found.stdout.split() == ["reel", "reel-2"], found.stderr


def test_every_shell_of_the_library_is_offered() -> None:
    assert set(SHELLS) == set(shtab.SUPPORTED_SHELLS)


def test_bash_takes_the_completion_script(desk: Path) -> None:
    script = subprocess.run(
        [sys.executable, "-m", "job_runner.cli.main", "completion", "bash"],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    ).stdout
    (desk / "complete.sh").write_text(script)
    asked = "source complete.sh; COMP_WORDS=(spotreel pro); COMP_CWORD=1; _shtab_spotreel; echo ${COMPREPLY[@]}"
    found = subprocess.run(["bash", "-c", asked], cwd=desk, capture_output=True, text=True)
    assert found.stdout.split() == ["probe"], found.stderr
