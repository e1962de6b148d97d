"""Sound whose clock jitters, drifts and jumps, with stamps made up and in whole files."""

import random
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt
import pytest

from job_runner.plan.sync import Sync
from tests.unit.runner.media import make_video, plan_of, write_sound
from tests.unit.runner.pitches import Track, decoded, make_file

RATE, LENGTH = 48000, 960


def followed(dues: Sequence[int], window: int = 50) -> tuple[list[int], list[int], list[int]]:
    """The offset used for each frame, and all steps and slips, as the decoder would ask for them."""
    sync, offset = Sync(RATE), 0
    offsets, steps, slips = [], [], []
    for k, due in enumerate(dues):
        steps.append(sync.step(dues[k : k + window]))
        offset += steps[-1]
        offsets.append(offset)
        slips.append(sync.slip(due, k * LENGTH, LENGTH))
        offset += slips[-1]
    return offsets, steps[1:], slips


def test_clean_stamps_change_nothing() -> None:
    """Rounded to milliseconds, as Matroska's are."""
    dues = [7000 + (k * 37) % 48 - 24 for k in range(500)]
    offsets, steps, slips = followed(dues)
    assert set(offsets) == {dues[0]} and not any(steps) and not any(slips)


@pytest.mark.parametrize("seed", range(5))
def test_jitter_leaves_no_holes(seed: int) -> None:
    """Up to 20 ms to either side; the sound stays within 10 ms of where it belongs."""
    chance = random.Random(seed)
    dues = [chance.randint(-960, 960) for _ in range(1500)]
    offsets, steps, _ = followed(dues)
    assert not any(steps) and max(map(abs, offsets)) <= 480


@pytest.mark.parametrize("drift", [Fraction(1, 2000), Fraction(-1, 2000), Fraction(1, 300)])
def test_drift_is_made_up_for_without_holes(drift: Fraction) -> None:
    """For two hours: never further off than a frame of 24 ms."""
    dues = [int(k * LENGTH * drift) for k in range(2 * 3600 * 50)]
    offsets, steps, slips = followed(dues, window=10)
    assert not any(steps) and max(map(abs, slips)) <= LENGTH // 200
    assert max(abs(due - offset) for due, offset in zip(dues, offsets, strict=True)) < 24 * 48


def test_a_gap_is_left_where_it_is() -> None:
    for size in (500, 1200, 4800, 480_000):
        dues = [0] * 200 + [size] * 200
        offsets, _, slips = followed(dues)
        assert offsets == dues and not any(slips), size


def test_a_gap_amid_jitter_is_a_gap() -> None:
    chance = random.Random(1)
    dues = [chance.randint(-480, 480) + (9600 if k >= 300 else 0) for k in range(600)]
    offsets, steps, _ = followed(dues)
    assert sum(1 for step in steps if step) == 1 and abs(offsets[299]) < 480 and abs(offsets[301] - 9600) < 480


def test_one_wild_stamp_is_not_believed() -> None:
    dues = [0] * 100 + [96_000] + [0] * 100
    offsets, _, _ = followed(dues)
    assert set(offsets) == {0}


def test_a_first_stamp_that_is_off_is_not_believed() -> None:
    assert followed([900, *[0] * 60])[0][0] == 0


def _stamped(path: Path, shift: Any, seconds: int = 8, rate: int = 8000) -> Path:
    """PCM of 20 ms a frame with a click every second, each frame's time moved by `shift` milliseconds; in Matroska."""
    clicks = np.zeros((1, seconds * rate), np.int16)
    clicks[:, ::rate] = 20_000
    clicks += (2000 * np.sin(np.arange(seconds * rate) * 2 * np.pi * 400 / rate)).astype(np.int16)
    time = 0
    with av.open(str(path), "w", format="matroska") as container:
        stream: Any = container.add_stream("pcm_s16le", rate=rate, layout="mono")
        video: Any = container.add_stream("libx264", rate=5)
        video.width, video.height, video.pix_fmt = 32, 32, "yuv420p"
        for n in range(seconds * 5):
            frame = av.VideoFrame(32, 32, "yuv420p")
            frame.pts = n
            container.mux(video.encode(frame))
        container.mux(video.encode(None))
        step = rate // 50
        for k in range(seconds * 50):
            made = av.AudioFrame.from_ndarray(clicks[:, k * step : (k + 1) * step], format="s16", layout="mono")
            made.sample_rate, made.pts, made.time_base = rate, k * step, Fraction(1, rate)
            for packet in stream.encode(made):
                time = max(time + 1, 1000 + k * 20 + shift(k))
                packet.pts = packet.dts = time * rate // 1000
                container.mux(packet)
    return path


def _heard(path: Path, folder: Path, **timeline: Any) -> npt.NDArray[np.float32]:
    plan = plan_of({"main": path}, timeline=timeline or {"audio": {"gain": "-1dB"}})
    write_sound(plan, {"main": path}, folder / "a.m4a")
    samples: npt.NDArray[np.float32] = decoded(folder / "a.m4a")[0]
    return samples


def _longest_silence(samples: npt.NDArray[np.float32], rate: int) -> float:
    """In seconds, of the middle of a tone."""
    loud = np.flatnonzero(np.abs(samples) > 0.01)
    return float(np.diff(loud).max() / rate)


def test_a_file_that_jitters(tmp_path: Path) -> None:
    """As recorders in browsers write it. There were up to ten holes a second."""
    chance = random.Random(3)
    path = _stamped(tmp_path / "in.mkv", lambda k: chance.randint(-25, 25))
    samples = _heard(path, tmp_path)[9000:60_000]
    assert _longest_silence(samples, 8000) < 0.005


def test_a_file_that_drifts_stays_in_sync(tmp_path: Path) -> None:
    """One in a thousand: in 60 s the sound would be 60 ms late. Every click within 10 ms of where its stamp says."""
    path = _stamped(tmp_path / "in.mkv", lambda k: k // 50, seconds=60)
    samples = np.abs(_heard(path, tmp_path))
    for second in range(2, 58):
        due = round((1 + second * 1.001) * 8000)
        assert abs(int(samples[due - 400 : due + 400].argmax()) - 400) <= 80, second
    assert _longest_silence(samples[9000:470_000], 8000) < 0.005


def test_a_cut_into_the_middle_is_exact_to_the_sample(tmp_path: Path) -> None:
    """The same samples as of the whole, in a file with clean stamps."""
    path = make_video(tmp_path / "v.mp4", frames=150, sound=True)
    clips = [{"start": "2400ms", "end": "5s"}]
    samples = np.abs(_heard(path, tmp_path, clips=clips))
    for second in (3, 4):
        at = round((second - 2.4) * 48000)
        assert abs(int(samples[at - 2000 : at + 2000].argmax()) - 2000) <= 1


def test_a_hole_neither_moves_nor_crackles(tmp_path: Path) -> None:
    """Half a second is missing from second 3 on: what follows is heard when its stamp says."""
    path = _stamped(tmp_path / "in.mkv", lambda k: 500 if k >= 100 else 0)
    samples = _heard(path, tmp_path)
    assert np.abs(samples[int(3.02 * 8000) : int(3.45 * 8000)]).max() < 0.005
    at = int(4.5 * 8000)
    assert abs(int(np.abs(samples[at - 500 : at + 500]).argmax()) - 500) <= 8
    assert np.abs(np.diff(samples[int(2.9 * 8000) : int(3.02 * 8000)])).max() < 0.05, "a click has an edge"


@pytest.mark.parametrize("late", [Fraction(3, 2), Fraction(0)])
def test_sound_that_begins_late_and_ends_early(tmp_path: Path, late: Fraction) -> None:
    path = make_file(tmp_path / "in.mkv", [Track("flac", "mono", late=late, seconds=Fraction(1))], seconds=4)
    samples = np.abs(_heard(path, tmp_path))
    first = int(late * 48000)
    assert samples[first + 480 : first + 47_000].max() > 0.2 and samples[first + 50_000 :].max() < 0.005
    assert samples.size >= 4 * 48000 and (not late or samples[: first - 2000].max() < 0.005)
