"""An input that crashes its decoder is named; a crash that is nobody's fault stays a crash."""

import json
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from job_runner import second_try
from job_runner.cores import decoder_threads
from job_runner.in_hand import working_on
from job_runner.media.device import Decoding
from job_runner.media.source import FrameSource
from job_runner.plan.facts import VideoFacts
from job_runner.plan.times import Clock
from job_runner.session import Session
from job_runner.stop import Stop
from job_runner.workspace.places import Places
from job_runner.workspace.ranges import Opened
from tests.unit.runner import crashing
from tests.unit.runner.crashing import spotreel
from tests.unit.runner.jobs import order
from tests.unit.runner.media import make_video
from tests.unit.runner.models import bright_model
from videojob_api.report import Report

FAST = ["--encoder", "CPU", "--preset", "Fast", "--crf", "20"]
NAMED = "input crash crashes the decoder"
REMEDY = "convert it first: ffmpeg -i crash.mp4 -c:v libx264 -crf 10 -c:a flac crash.mkv"

SECOND_FILE = """
import signal
import job_runner.cli.validate as validate
drafted, calls = validate.draft, []
def draft(document):
    calls.append(document)
    if len(calls) == 2:
        signal.raise_signal(signal.SIGSEGV)
    return drafted(document)
validate.draft = draft
"""
"""`validate` crashes once in its second file, and it is the fault of none."""


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    make_video(tmp_path / "crash.mp4", sound=True)
    make_video(tmp_path / "fine.mp4", frames=30, sound=True)
    return tmp_path


def document(folder: Path, name: str = "job", **more: Any) -> str:
    """A file of that name; both inputs, or what `more` says."""
    inputs = [{"name": n, "uri": (folder / f"{n}.mp4").as_uri()} for n in ("fine", "crash")]
    video = {"encoder": "CPU", "preset": "Fast", "crf": 30}
    spec = {"inputs": inputs, "outputs": [{"uri": (folder / f"{name}-out.mp4").as_uri(), "video": video}], **more}
    head = {"apiVersion": "spotreel.dev/v1alpha1", "kind": "VideoJob", "metadata": {"name": name}}
    (folder / f"{name}.yaml").write_text(json.dumps({**head, "spec": spec}))
    return f"{name}.yaml"


@pytest.mark.parametrize(
    ("how", "twice"),
    [(crashing.OPENING, True), (crashing.DECODING, False), (crashing.SOUND, False)],
    ids=["opened", "decoded", "heard"],
)
def test_the_input_is_named_in_one_line(desk: Path, how: str, twice: bool) -> None:
    job = document(desk, timeline={"audio": {"gain": "-3dB"}})
    done = spotreel(["render", job], desk, how, twice)
    name = "SIGABRT" if twice else "SIGSEGV"
    assert done.returncode == 65, done.stderr
    assert done.stderr.splitlines() == [f"spotreel: {NAMED} ({name}), and did so again when tried alone; {REMEDY}"]


def test_a_crash_of_the_encoder_is_no_inputs_fault(desk: Path) -> None:
    done = spotreel(["render", document(desk)], desk, crashing.ENCODING)
    assert done.returncode == 139
    assert done.stderr.splitlines() == [
        "spotreel: the runner crashed (SIGSEGV); no input crashes it when alone; finished segments are kept"
    ]


def test_an_input_that_crashes_once_is_not_blamed(desk: Path) -> None:
    done = spotreel(["render", document(desk)], desk, crashing.ONCE)
    assert done.returncode == 139 and "no input crashes it when alone" in done.stderr
    assert spotreel(["render", document(desk)], desk, crashing.ONCE).returncode == 0, "and the same command goes on"


def test_only_the_segments_in_hand_are_tried(desk: Path) -> None:
    """The crash lies 1.6 seconds in: with the first second alone, nothing comes near it."""
    job = document(desk, timeline={"clips": [{"input": "crash", "end": "1s"}]})
    assert spotreel(["render", job], desk, crashing.DECODING).returncode == 0


@pytest.mark.parametrize(
    ("how", "opened"),
    [
        (crashing.DECODING, "fine crash"),
        (crashing.ENCODING, "fine crash fine crash"),
        (crashing.OPENING, "fine crash fine fine fine fine crash"),
    ],
    ids=["in hand", "nobody's", "no plan"],
)
def test_what_is_planned_is_not_planned_again_first(desk: Path, how: str, opened: str) -> None:
    """A plan may ask for all of a file to be decoded: what was in hand comes before that, for every input."""
    spotreel(["render", document(desk)], desk, how + crashing.NOTED)
    assert (desk / "opened").read_text().split() == opened.split()


def test_it_decodes_with_as_many_threads_as_the_run(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("job_runner.cores.usable_cores", lambda: 8)
    checkpoint = {"segmentFrames": 30, "retain": "Always"}
    made = order(desk, desk / "fine.mp4", checkpoint=checkpoint).model_copy(update={"max_parallel": 2})
    assert Session(made, Stop(30)).run().exit_code == 0
    threads = []

    def source(media: Opened, facts: VideoFacts, clock: Clock, how: Decoding) -> FrameSource:
        threads.append(how.threads)
        return FrameSource(media, facts, clock, how)

    monkeypatch.setattr("job_runner.media.cpu.device.FrameSource", source)
    with working_on(0):
        second_try._read_in_hand(made, Places(None, None, 1), made.work.inputs[0])
    assert threads == [decoder_threads(2)] != [decoder_threads(8)]


@pytest.mark.parametrize("kind", [{"motion": {}}, {"every": 3, "detect": {"model": {"input": "model"}}}])
def test_a_window_in_hand_is_looked_at_again(desk: Path, kind: dict[str, Any]) -> None:
    """And nothing else: the other input is not opened for it."""
    (desk / "model.onnx").write_bytes(bright_model((96, 64)))
    files = ["fine.mp4", "crash.mp4", *(["model.onnx"] if "detect" in kind else [])]
    inputs = [{"name": Path(file).stem, "uri": (desk / file).as_uri()} for file in files]
    job = document(
        desk, inputs=inputs, analyses=[{"name": "look", "input": "crash", **kind}],
        results=[{"analysis": "look", "uri": (desk / "rows.ndjson.gz").as_uri()}],
    )  # fmt: skip
    done = spotreel(["render", job], desk, crashing.DECODING + crashing.NOTED)
    assert done.returncode == 65 and NAMED in done.stderr, done.stderr
    assert (desk / "opened").read_text().split() == [Path(file).stem for file in files]


@pytest.mark.parametrize("speed", [8, 0.5])
def test_a_clip_at_another_speed_crashes_where_its_source_does(desk: Path, speed: float) -> None:
    """At eight times the speed the place lies in slot 5, at half in slot 80."""
    job = document(desk, timeline={"clips": [{"input": "crash", "speed": speed}]}, checkpoint={"segmentFrames": 30})
    done = spotreel(["render", job], desk, crashing.DECODING)
    assert done.returncode == 65 and NAMED in done.stderr, done.stderr


def test_as_json(desk: Path) -> None:
    done = spotreel(["render", document(desk), "--json"], desk, crashing.OPENING)
    last = json.loads(done.stdout.splitlines()[-1])
    assert done.returncode == last["exitCode"] == 65
    assert last["reason"] == "InputInvalid" and last["message"].startswith(NAMED) and not done.stderr


@pytest.mark.parametrize("how", [crashing.OPENING, crashing.DECODING], ids=["open", "frame"])
def test_the_last_word_of_an_attempt(desk: Path, how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What kubelet hands to the operator: a failure for good, not a crash to be tried on three nodes."""
    monkeypatch.setenv("SPOTREEL_TERMINATION_LOG", str(desk / "word"))
    inputs = [{"name": n, "uri": (desk / f"{n}.mp4").as_uri()} for n in ("fine", "crash")]
    made = order(desk, desk / "fine.mp4", inputs=inputs, checkpoint={"segmentFrames": 30, "retain": "Never"})
    (desk / "order.json").write_text(made.model_dump_json(by_alias=True, exclude_none=True))
    done = spotreel(["attempt", "--order=order.json", "--token=token", "--secrets=secrets"], desk, how)
    word = Report.parse((desk / "word").read_text())
    assert word is not None and done.returncode == word.exit_code == 65
    assert (word.outcome, word.reason) == ("Failed", "InputInvalid") and word.message.startswith(NAMED)
    assert not list((desk / "work").rglob("*.mp4")), "retain: Never leaves no segments"


def test_every_file_is_probed(desk: Path) -> None:
    """Those before the crash once, those after it too."""
    make_video(desk / "crash-too.mp4", frames=5)
    done = spotreel(["probe", "fine.mp4", "crash.mp4", "crash-too.mp4", "fine.mp4"], desk, crashing.OPENING, True)
    assert done.returncode == 65
    assert [line.split()[0] for line in done.stdout.splitlines() if not line.startswith(" ")] == ["fine.mp4"] * 2
    said = done.stderr.splitlines()
    assert len(said) == 2 and said[0].startswith("crash.mp4: input crash.mp4 crashes the decoder (SIGABRT)")
    assert said[1].startswith("crash-too.mp4: input crash-too.mp4 crashes the decoder (SIGABRT)")


def test_validate_opens_the_inputs_of_every_file(desk: Path) -> None:
    clips = {"timeline": {"clips": [{"input": "fine"}]}}
    good = spotreel(
        ["validate", "--probe", document(desk, "good", inputs=[{"uri": (desk / "fine.mp4").as_uri()}])], desk
    )
    assert good.returncode == 0, good.stderr
    files = ["good.yaml", document(desk, "bad", **clips), "good.yaml"]
    done = spotreel(["validate", "--probe", *files], desk, crashing.OPENING)
    assert done.returncode == 65
    assert [line.split(":")[0] for line in done.stdout.splitlines()] == ["good.yaml", "good.yaml"]
    assert done.stderr.splitlines()[0].startswith(f"bad.yaml: {NAMED}") and len(done.stderr.splitlines()) == 1


def test_the_number_of_a_file_is_not_that_of_a_segment(desk: Path) -> None:
    """A stopped run has left a plan: what is tried again after a crash of `validate` is not the segment that has the
    number of the second file."""
    job = document(desk, timeline={"clips": [{"input": "crash"}]}, checkpoint={"segmentFrames": 30})
    assert spotreel(["render", job], desk, crashing.DECODING).returncode == 65
    done = spotreel(["validate", "--probe", job, job], desk, SECOND_FILE + crashing.DECODING)
    assert done.returncode == 0 and len(done.stdout.splitlines()) == 2 and not done.stderr


@pytest.mark.parametrize(
    ("command", "code", "lines"),
    [
        (["render", "job.yaml"], 75, ["spotreel: stopped while looking for the input that crashed the runner (SIGSEGV)"
                                      "; finished segments are kept"]),
        (["probe", "--quick", "fine.mp4", "fine.mp4"], 75, ["fine.mp4: stopped while it was looked at"]),
        (["validate", "--probe", "job.yaml", "job.yaml"], -signal.SIGINT, []),
    ],
    ids=["render", "probe", "validate"],
)  # fmt: skip
def test_a_stop_of_the_second_look_is_a_stop(desk: Path, command: list[str], code: int, lines: list[str]) -> None:
    document(desk)
    process = crashing.start(command, desk, crashing.THEN_WAITS)
    try:
        while not (desk / "waits").exists():
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
    finally:
        process.kill()
    assert (process.returncode, errors.splitlines()) == (code, lines)


def test_the_self_test_says_that_it_crashed(tmp_path: Path) -> None:
    done = spotreel(["selftest"], tmp_path, crashing.ENCODING)
    assert done.returncode == 139 and "the runner crashed (SIGSEGV)" in done.stdout and not done.stderr
