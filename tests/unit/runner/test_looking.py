"""Motion and loudness of real files, whatever the windows."""

import json
import random
from collections.abc import Callable
from fractions import Fraction
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import TypeVar

import av
import numpy as np
import pytest
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from job_runner.analysis.grids import Grid, picture_grid, sound_grid, windows
from job_runner.media import looking
from job_runner.media.device import DamageError, Decoding
from job_runner.media.looking import grey_of, levels, motion
from job_runner.plan.timeline import Window
from tests.testbed import cache
from tests.unit.runner import odd
from tests.unit.runner.media import facts_of, make_video, video_facts


def measured(path: Path, length: int) -> list[int | None]:
    """By windows of that length, in any order, each by a decoder of its own."""
    facts = video_facts(path)
    grid = picture_grid(facts.rate, facts.duration)
    return by_windows(grid.total, length, lambda window: motion(lambda: str(path), facts, grid, window))


Value = TypeVar("Value")


def by_windows(total: int, length: int, measure: Callable[[Window], list[Value]]) -> list[Value]:
    """Of all of them, each measured apart and in no order."""
    pieces = list(windows(total, length))
    random.Random(length).shuffle(pieces)
    found = {window.first: measure(window) for window in pieces}
    return list(chain.from_iterable(found[first] for first in sorted(found)))


def footage(name: str) -> Callable[[Path], Path]:
    return lambda path: cache.footage() / name


FILES: dict[str, tuple[str, Callable[[Path], Path]]] = {
    "bikes": ("mp4", footage("bikes.mp4")),
    "bunny": ("mp4", footage("bigbuckbunny.mp4")),
    "open gop in ts": ("ts", lambda p: make_video(p, options={"x264-params": "open-gop=1:keyint=24:bframes=3"})),
    "variable": ("mkv", lambda p: make_video(p, times=odd.random_times(3))),
    "bursts": ("mp4", lambda p: make_video(p, times=odd.BURSTS)),
    "edit list": ("mp4", odd.edit_list),
    "joined": ("ts", odd.joined(Fraction(1000))),
    "without display times": ("mp4", odd.without_display_times),
    "fast": ("mp4", lambda p: make_video(p, rate=Fraction(60))),
    "size changes": ("ts", odd.changing_size),
    "a clock that begins anew": ("ts", odd.wrapping),
    "misdated": ("ts", odd.misdated(20, 40)),
    "paused": ("ts", odd.paused),
    "trimmed": ("mp4", odd.trimmed((Fraction(23, 25), Fraction(2)))),
    "cut off": ("ts", odd.cut_off(0.6, make_video)),
    "damaged, ts": ("ts", odd.flipped(12, make_video)),
    "damaged, mkv": ("mkv", odd.flipped(12, make_video)),
    "damaged, mp4": ("mp4", odd.flipped(12, make_video)),
}


@pytest.mark.parametrize("name", FILES)
def test_windows_change_no_value(name: str, tmp_path: Path) -> None:
    """What a decoder makes of damage may depend on where it began: there, the windows are those of analyses."""
    suffix, make = FILES[name]
    path = make(tmp_path / f"in.{suffix}")
    whole = measured(path, 10**6)
    assert any(whole) and whole[0] == 0
    for length in (25, 77, 300) if "damaged" in name else (7, 25, 77, 300):
        if length < len(whole):
            assert measured(path, length) == whole, length


@pytest.mark.parametrize("together", [1, 2, 7, 64])
@pytest.mark.parametrize("name", ["bunny", "bursts", "size changes"])
def test_batches_change_no_value(name: str, together: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    suffix, make = FILES[name]
    path = make(tmp_path / f"in.{suffix}")
    wanted = measured(path, 77)
    monkeypatch.setattr(looking, "TOGETHER", together)
    assert measured(path, 77) == wanted


@pytest.mark.parametrize(("name", "digest"), [("bikes", "ab237e952d042760"), ("bunny", "2c926c4086304203")])
def test_values_are_those_of_earlier_versions(name: str, digest: str, tmp_path: Path) -> None:
    """What is measured pair by pair, to the last digit: a job that another version began goes on with these."""
    found = measured(FILES[name][1](tmp_path), 10**6)
    assert sha256(json.dumps(found).encode()).hexdigest().startswith(digest)


def test_only_new_pictures_have_values(tmp_path: Path) -> None:
    """Three pictures that stand for a second, then 60 a second."""
    shares = measured(make_video(tmp_path / "v.mp4", times=odd.BURSTS), 10**6)
    assert shares[1:20] == [None] * 19 and None not in shares[-20:]


def test_moments_are_the_frames_that_trims_count(tmp_path: Path) -> None:
    """Whatever the first frame's time: picture 40 is the first that differs from 39 pictures of grey."""
    for suffix, shift in (("mp4", Fraction(6, 5)), ("ts", Fraction(0))):
        path = tmp_path / f"moved.{suffix}"
        odd.remuxed(_still_then_moving(tmp_path / f"plain.{suffix}"), path, shift=shift)
        shares = measured(path, 10**6)
        assert not any(shares[:40]) and all(shares[40:60])


def _still_then_moving(path: Path) -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25, options={"crf": "18"})
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = 160, 96, "yuv420p"
        dice = np.random.default_rng(1)
        wall = np.kron(dice.integers(40, 200, (12, 20)), np.ones((8, 8))).astype(np.uint8)
        for number in range(60):
            luma = wall.copy()
            if number >= 40:
                left = 8 * (number - 40) % 128
                luma[32:64, left : left + 24] = 235
            frame = VideoFrame.from_ndarray(luma, "gray").reformat(format="yuv420p")
            frame.pts, frame.time_base = number, Fraction(1, 25)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


PLANAR = ["yuv420p10le", "yuv422p", "yuv444p", "yuvj420p", "yuva420p", "gray", "gray10le", "nv12"]
CONVERTED = ["bgr0", "rgb24", "yuyv422", "p010le", "gray16be", "grayf32le"]


@pytest.mark.parametrize("pixel_format", [*PLANAR, *CONVERTED])
def test_every_pixel_format_has_its_luma(pixel_format: str) -> None:
    luma = np.linspace(20, 230, 128 * 64).reshape(64, 128).astype(np.uint8)
    frame = VideoFrame.from_ndarray(luma, "gray").reformat(format="yuv420p", dst_color_range=1)
    grey = grey_of(frame.reformat(format=pixel_format)).astype(int)
    assert grey.shape == (64, 128) and np.all(np.diff(grey.mean(1)) >= -1)
    assert abs(grey.mean() - grey_of(frame).mean()) < 12


def test_a_strict_decoder_says_damage(tmp_path: Path) -> None:
    path = odd.flipped(12, lambda p: make_video(p))(tmp_path / "v.mp4")
    facts = video_facts(path)
    grid = picture_grid(facts.rate, facts.duration)
    with pytest.raises(DamageError):
        motion(lambda: str(path), facts, grid, Window(0, grid.total), Decoding(strict=True))
    assert len(motion(lambda: str(path), facts, grid, Window(0, grid.total))) == grid.total


def heard(path: Path, length: int) -> list[int]:
    facts = facts_of(path)
    assert facts.audio is not None
    duration = facts.video.duration if facts.video else facts.audio.duration
    origin = facts.video.start if facts.video else facts.audio.start
    grid: Grid = sound_grid(duration)
    audio = facts.audio
    return by_windows(grid.total, length, lambda window: list(levels(lambda: str(path), audio, origin, window)))


def with_sound(path: Path) -> Path:
    return make_video(path, frames=100, sound=True)


SOUNDS: dict[str, tuple[str, Callable[[Path], Path]]] = {
    "bunny": ("mp4", footage("bigbuckbunny.mp4")),
    "plain": ("mp4", with_sound),
    "mpeg-ts": ("ts", with_sound),
    "variable": ("mkv", lambda p: make_video(p, times=odd.random_times(3), sound=True)),
    "edit list": ("mp4", odd.edit_list),
    "trimmed": ("mp4", odd.trimmed((Fraction(23, 25), Fraction(2)))),
    "joined, back": ("ts", odd.joined()),
    "joined, ahead": ("ts", odd.joined(Fraction(1000))),
    "misdated": ("ts", odd.misdated(20, 40)),
    "cut off": ("ts", odd.cut_off(0.6, with_sound)),
    "damaged, ts": ("ts", odd.flipped(40, with_sound)),
    "damaged, mkv": ("mkv", odd.flipped(40, with_sound)),
    "damaged, mp4": ("mp4", odd.flipped(40, with_sound)),
}


@pytest.mark.parametrize("run", [looking.RUN, 16])
@pytest.mark.parametrize("name", SOUNDS)
def test_windows_change_no_level(name: str, run: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Within one run of decoding, and over the borders of short ones."""
    monkeypatch.setattr(looking, "RUN", run)
    suffix, make = SOUNDS[name]
    path = make(tmp_path / f"v.{suffix}")
    whole = heard(path, 10**6)
    assert len(set(whole)) > 1
    for length in (7, 25, 77):
        if length < len(whole):
            assert heard(path, length) == whole, length


def test_clicks_are_heard_where_they_are(tmp_path: Path) -> None:
    """At full seconds of the picture, to a moment, also where the file begins later."""
    for path in (make_video(tmp_path / "v.mp4", sound=True), odd.edit_list(tmp_path / "e.mp4")):
        found = heard(path, 10**6)
        assert sorted(sorted(range(36), key=lambda k: -found[k])[:2]) in ([9, 19], [10, 20], [9, 20], [10, 19])
        assert len(found) == 36


@pytest.mark.parametrize("rate", [44100, 11025, 8000])
def test_sound_without_a_picture(rate: int, tmp_path: Path) -> None:
    found = heard(odd.sound_only(tmp_path / "v.m4a", rate=rate), 10**6)
    assert set(found[2:-2]) <= {-261, -260, -259}, "a sine of a tenth, on two channels instead of one"
