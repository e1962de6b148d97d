"""Sound without a picture, from recordings joined by copying."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import av
import pytest

from job_runner.errors import InputInvalid
from job_runner.media.packets import MAX_BAD_READS
from job_runner.media.probe import probe
from job_runner.media.samples import _frames
from job_runner.plan.clock_notes import notes_on_clock
from job_runner.plan.facts import AudioFacts
from tests.unit.runner import odd
from tests.unit.runner.media import make_video, plan_of, sound


def joined(path: Path) -> Path:
    """Two recordings of four seconds."""
    data = odd.sound_only(path, rate=48000, layout="stereo").read_bytes()
    path.write_bytes(2 * data)
    return path


def test_joined_recordings_are_as_long_as_both(tmp_path: Path) -> None:
    _, audio = probe(str(joined(tmp_path / "m.ts")), "m")
    assert audio is not None and len(audio.jumps) == 1
    assert abs(audio.duration - 8) < Fraction(1, 10) and abs(audio.jumps[0].by - 4) < Fraction(1, 10)
    (note,) = notes_on_clock("m", None, audio)
    assert "input m: its clock jumps once at 4" in note.message and "is heard right after" in note.message


def test_both_are_heard_as_music(tmp_path: Path) -> None:
    paths = {"main": make_video(tmp_path / "v.mp4", frames=200), "music": joined(tmp_path / "m.ts")}
    plan = plan_of(paths, timeline={"audio": {"mode": "Replace", "replace": {"input": "music"}}})
    wave = abs(sound(plan, paths, tmp_path))
    assert all(wave[at : at + 4800].max() > 0.05 for at in range(0, int(7.9 * 48000), 4800)), "no hole"


@pytest.mark.parametrize("suffix", ["m4a", "ts", "flv"])
def test_one_recording_has_no_jumps(suffix: str, tmp_path: Path) -> None:
    _, audio = probe(str(odd.sound_only(tmp_path / f"m.{suffix}")), "m")
    assert audio is not None and not audio.jumps and abs(audio.duration - 4) < Fraction(1, 5)


def test_sound_that_jumps_all_the_time_is_one_clear_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("job_runner.media.packets.MOST", 0)
    with pytest.raises(InputInvalid, match=r"input m: its clock jumps 1 times, first by -4"):
        probe(str(joined(tmp_path / "m.ts")), "m")


class Scratched:
    """A container of which every packet but one can be read only after an error."""

    format = SimpleNamespace(name="wav")

    def __init__(self) -> None:
        self.left = 2 * MAX_BAD_READS

    def demux(self, stream: Any) -> Iterator[Any]:
        self.left -= 1
        frame = SimpleNamespace(number=self.left, is_corrupt=False)
        yield SimpleNamespace(pts=None, dts=None, size=1, duration=1, is_corrupt=False, decode=lambda: [frame])
        if self.left:
            raise av.error.InvalidDataError(1, "scratch")


def test_errors_that_are_far_apart_end_nothing_and_are_told() -> None:
    told: list[Fraction] = []
    stream, facts = SimpleNamespace(time_base=Fraction(1, 48000)), AudioFacts(codec="", rate=48000, layout="mono")
    frames = list(_frames(cast(Any, Scratched()), cast(Any, stream), facts, lambda first, end: told.append(first)))
    assert len(frames) == 2 * MAX_BAD_READS == len(told) + 1
