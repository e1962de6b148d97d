"""Files that end before their own index does: told wherever the part that is not there would be seen or heard."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import pytest

from job_runner.cli.main import main
from job_runner.media.cut_off import cut_off_from
from job_runner.media.inspect import damage, damage_heard
from tests.unit.runner import odd
from tests.unit.runner.jobs import order, run
from tests.unit.runner.looked import LOUD, MOVING, SEEN, Desk
from tests.unit.runner.media import facts_of, make_video
from tests.unit.runner.models import bright_model
from videojob_api.exit_codes import ExitCode
from videojob_api.names import Note
from videojob_api.report import Report

START = "input main is damaged"


def streamed(path: Path) -> Path:
    """An MP4 of 3.6 s with sound and its index first."""
    whole = make_video(path.with_name("whole.mp4"), frames=odd.FRAMES, sound=True)
    odd.remuxed(whole, path, {"movflags": "faststart"})
    return path


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """Without its last third, to the byte where a picture ends: nothing that is there is broken."""
    path = streamed(tmp_path / "in.mp4")
    with av.open(str(path)) as container:
        entry = container.streams.video[0].index_entries[60]
        end = entry.pos + entry.size
    path.write_bytes(path.read_bytes()[:end])
    return path


def told(word: Report) -> list[str]:
    return [each.message for each in word.warnings if each.reason == Note.INPUT_DAMAGED]


def test_whole_files_are_whole(tmp_path: Path) -> None:
    for path in (streamed(tmp_path / "in.mp4"), *(make_video(tmp_path / f"v.{s}", sound=True) for s in ("mkv", "ts"))):
        facts = facts_of(path)
        assert facts.video and facts.audio and facts.video.ends is None is facts.audio.ends


def test_the_first_packet_that_is_not_there_tells_when(clip: Path) -> None:
    facts = facts_of(clip)
    assert facts.video and facts.audio and facts.video.ends and facts.audio.ends
    assert Fraction(12, 5) <= facts.video.ends + Fraction(2, 25) and facts.video.ends < Fraction(5, 2)
    assert abs(facts.audio.ends - facts.video.ends) < Fraction(1, 2)
    with av.open(str(clip)) as container:
        stream = container.streams.video[0]
        assert cut_off_from(stream, 0) is None, "a size that nobody knows"
        assert cut_off_from(stream, 1) == stream.index_entries[0].timestamp * (stream.time_base or 0)


TIMELINES: dict[str, tuple[dict[str, Any], int]] = {
    "copied": ({}, 2),
    "encoded": ({"timeline": {"clips": [{"start": "1s"}]}}, 2),
    "muted": ({"timeline": {"clips": [{"audio": {"mute": True}}]}}, 1),
    "what is there": ({"timeline": {"clips": [{"end": "2s"}]}}, 0),
}


@pytest.mark.parametrize("name", TIMELINES)
def test_a_render_says_it_or_ends(name: str, clip: Path, tmp_path: Path) -> None:
    more, count = TIMELINES[name]
    (tmp_path / "job").mkdir()
    word = run(order(tmp_path / "job", clip, inputs=[{"name": "main", "uri": clip.as_uri()}], **more))
    assert word.exit_code == 0 and len(told(word)) == count, told(word)
    assert all(message.startswith(START) for message in told(word))
    (tmp_path / "strict").mkdir()
    inputs = [{"name": "main", "uri": clip.as_uri(), "onDamage": "Fail"}]
    word = run(order(tmp_path / "strict", clip, inputs=inputs, **more))
    assert word.exit_code == (ExitCode.INPUT_INVALID if count else 0)


@pytest.mark.parametrize("kind", [MOVING, LOUD, SEEN], ids=["motion", "loudness", "detect"])
def test_an_analysis_says_it_or_ends(kind: dict[str, Any], clip: Path, tmp_path: Path) -> None:
    word = Desk(tmp_path, clip).look("job", kind)
    (message,) = told(word)
    assert word.exit_code == 0 and message.startswith(START)
    word = Desk(tmp_path, clip, input={"onDamage": "Fail"}).look("ends", kind)
    assert word.exit_code == ExitCode.INPUT_INVALID and "is damaged" in (word.message or "")


def test_at_a_desk(clip: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(clip.parent)
    Path("m.onnx").write_bytes(bright_model((96, 64)))
    for command in (["--motion"], ["--loudness"], ["--model", "m.onnx"]):
        assert main(["analyze", "in.mp4", *command]) == 0
        assert "note  input in.mp4 is damaged" in capsys.readouterr().out
    assert main(["probe", "in.mp4"]) == 0
    assert "packets cannot be decoded, or are not there, near 2.36s" in capsys.readouterr().out


def test_an_inspection_counts_it(clip: Path) -> None:
    facts = facts_of(clip)
    heard = damage_heard(lambda: str(clip), facts)
    assert facts.video and damage(str(clip), facts.video).bad == 1 and heard and heard.places == 1
