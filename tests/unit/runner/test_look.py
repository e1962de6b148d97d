"""Files as people have them, looked at: events, or one clear error."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from av.video.frame import VideoFrame

from job_runner.analysis.grids import sound_grid
from job_runner.analysis.loudness import SILENCE
from job_runner.analysis.reel import Rule
from job_runner.errors import InputInvalid, RunnerError
from job_runner.look import ANALYSES, LOUDNESS, MOTION, Progress, look, silent_end
from job_runner.workspace.places import Places
from tests.unit.runner import odd
from tests.unit.runner.media import make_video
from tests.unit.runner.pitches import Track, make_file
from tests.unit.runner.test_real_files import DAMAGED, GOOD
from videojob_api.inputs import Input


def looked(path: Path, *wanted: str) -> list[tuple[int, int]]:
    """How many events and cuts each analysis has."""
    item = Input(name=path.name.replace(".", "-"), uri=path.as_uri())
    progress = Progress(lambda: None)
    results = look(item, Places(None, None, 1), wanted or (MOTION,), Rule(), progress)
    assert progress.done == progress.total > 0
    for result in results:
        assert all(0 <= s.first < s.end <= result.grid.total for s in [*result.events, *result.cuts])
    return [(len(result.events), len(result.cuts)) for result in results]


@pytest.mark.parametrize("name", GOOD)
def test_every_kind_of_file_has_its_events(name: str, tmp_path: Path) -> None:
    """Bars that change with every picture: one event, if there are enough pictures."""
    suffix, make, numbers = GOOD[name]
    assert looked(make(tmp_path / f"in.{suffix}")) == [(1, 1) if len(numbers) > 20 else (0, 0)]


@pytest.mark.parametrize("name", DAMAGED)
def test_damaged_files_are_looked_at(name: str, tmp_path: Path) -> None:
    suffix, make = DAMAGED[name]
    assert looked(make(tmp_path / f"in.{suffix}"))


def test_both_at_once(tmp_path: Path) -> None:
    """The picture changes all the time; the clicks are too short to be moments."""
    assert looked(make_video(tmp_path / "v.mp4", sound=True), *ANALYSES) == [(1, 1), (0, 0)]


def test_black_and_a_paused_camera_do_not_move(tmp_path: Path) -> None:
    black = [VideoFrame.from_ndarray(np.full((64, 96), 16, np.uint8), "gray") for _ in range(40)]
    assert looked(_written(tmp_path / "black.mp4", black)) == [(0, 0)]
    assert looked(odd.paused(tmp_path / "paused.mp4")) == [(2, 2)]


def _written(path: Path, frames: list[VideoFrame]) -> Path:
    import av

    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuv420p"
        for number, frame in enumerate(frames):
            frame.pts = number
            container.mux(stream.encode(frame.reformat(format="yuv420p")))
        container.mux(stream.encode(None))
    return path


def notes(path: Path, *wanted: str) -> list[str]:
    progress = Progress(lambda: None)
    look(Input(name="in", uri=path.as_uri()), Places(None, None, 1), wanted, Rule(), progress)
    return progress.notes


def test_what_a_render_notes_of_a_file_is_noted(tmp_path: Path) -> None:
    two = make_file(tmp_path / "two.mkv", [Track(layout="mono"), Track(layout="stereo", low=3)])
    note = "input in has other sound tracks than the one taken: 0 (aac 48000 Hz mono); audioTrack chooses"
    assert notes(two, MOTION) == notes(two, LOUDNESS) == [note]


def test_sound_that_ends_early_is_noted() -> None:
    grid = sound_grid(Fraction(4))
    rate = grid.count(Fraction(1))
    assert silent_end("in", [-200] * 4 * rate, grid) == silent_end("in", [-200] * 4 * rate + [SILENCE], grid) == []
    (note,) = silent_end("in", [-200] * rate + [SILENCE] * 3 * rate, grid)
    assert note.startswith("input in: nothing is heard from 1s to the end, 4s: its sound ends there, is silent, or")
    assert silent_end("in", [SILENCE] * 2 * rate, grid)[0].startswith(
        "input in: nothing is heard from 0s to the end, 2s"
    )


WRONG = [
    ("m4a", odd.sound_only, MOTION, "has no video stream to look at; it has sound: try loudness"),
    ("mp4", lambda p: make_video(p), LOUDNESS, "has no sound to listen to; it has a picture: try motion"),
    ("mp4", odd.empty, MOTION, "is empty, 0 bytes"),
    ("mp4", odd.text, MOTION, "is not a media file that FFmpeg can read"),
    ("mp4", odd.no_frames, MOTION, "input in-mp4"),
]


@pytest.mark.parametrize(("suffix", "make", "wanted", "words"), WRONG, ids=[row[3][:20] for row in WRONG])
def test_one_clear_error(suffix: str, make: odd.Make, wanted: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(InputInvalid, match="input in-") as caught:
        looked(make(tmp_path / f"in.{suffix}"), wanted)
    assert words in str(caught.value) and "\n" not in str(caught.value)


def test_a_stop_is_heard(tmp_path: Path) -> None:
    class StopError(RunnerError):
        pass

    def stop() -> None:
        raise StopError

    item = Input(name="main", uri=make_video(tmp_path / "v.mp4").as_uri())
    with pytest.raises(StopError):
        look(item, Places(None, None, 1), (MOTION,), Rule(), Progress(stop))


def test_sound_behind_the_last_picture_is_told(tmp_path: Path) -> None:
    """Of a recording with a cover, that is nearly all of it."""
    same, longer = (make_file(tmp_path / f"{k}.mp4", [Track(seconds=Fraction(k))], seconds=2) for k in (2, 5))
    words = "its picture ends at 2s, its sound 3s later; that was not listened to, as no clip can show it"
    assert notes(same, LOUDNESS) == [] and notes(longer, LOUDNESS) == [f"input in: {words}"]
