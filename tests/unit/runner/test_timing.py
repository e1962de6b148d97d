"""When the pictures of odd files are shown, and that a fresh decoder finds each of them."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from unittest.mock import Mock

import av
import numpy as np
import pytest

from job_runner.errors import InputInvalid
from job_runner.media import packets
from job_runner.media.inspect import damage
from job_runner.media.source import FrameSource
from job_runner.media.timing import frame_times
from job_runner.plan.times import ConstantClock
from tests.unit.runner import odd
from tests.unit.runner.jobs import order, run
from tests.unit.runner.media import make_video, number_of, only, read_numbers, sound, video_facts
from tests.unit.runner.media import plan_of as plan_of_files
from tests.unit.runner.odd import FRAMES, encoded

Make = Callable[[Path], Path]
RATE = Fraction(25)


def avi(codec: str) -> Make:
    return lambda path: encoded(path, codec=codec, options={"bf": "2", "g": "20"})


KINDS: dict[str, tuple[str, Make, int]] = {
    "avi, mpeg-4": ("avi", avi("mpeg4"), 0),
    "avi, h264": ("avi", avi("libx264"), 0),
    "avi, intra": ("avi", lambda path: encoded(path, codec="mjpeg", pixel_format="yuvj420p"), 0),
    "mp4 without display times": ("mp4", odd.without_display_times, 0),
    "program stream": ("mpg", avi("mpeg2video"), 0),
    "raw": ("h264", avi("libx264"), 0),
    "joined, back": ("ts", odd.joined(), 0),
    "joined, ahead": ("ts", odd.joined(Fraction(1000)), 0),
    "wrapping": ("ts", odd.wrapping, 0),
    "edit list": ("mp4", odd.trimmed((Fraction(23, 25), Fraction(2))), 23),
    "interlaced": ("ts", lambda path: encoded(path, options={"x264-params": "tff=1"}), 0),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_fresh_decoder_finds_each_picture(kind: str, tmp_path: Path) -> None:
    """And one that has gone on to it: the same, whichever way it came."""
    suffix, make, first = KINDS[kind]
    path = make(tmp_path / f"v.{suffix}")
    facts = video_facts(path)
    pictures = int(facts.duration * facts.rate)
    with FrameSource(str(path), facts, ConstantClock(RATE)) as through:
        assert [number_of(through.at(k)) - first for k in range(pictures)] == list(range(pictures))
    for wanted in (0, 1, 19, 20, 21, 44, 45, 46, pictures - 1):
        with FrameSource(str(path), facts, ConstantClock(RATE)) as source:
            assert number_of(source.at(wanted)) - first == min(wanted, pictures - 1)
            assert number_of(source.at(0)) == first, "and back"
            assert source.errors == 0


@pytest.mark.parametrize("kind", KINDS)
def test_passthrough_shows_each_picture_once(kind: str, tmp_path: Path) -> None:
    suffix, make, first = KINDS[kind]
    path = make(tmp_path / f"v.{suffix}")
    facts = video_facts(path)
    times = frame_times(str(path), "v", facts)
    assert times.frames == int(facts.duration * facts.rate)
    with FrameSource(str(path), facts, times) as source:
        assert [number_of(source.at(k)) - first for k in range(times.frames)] == list(range(times.frames))


@pytest.mark.parametrize(
    ("kind", "read_through"), [("edit list", False), ("avi, intra", False), ("joined, back", True)]
)
def test_what_an_index_tells_is_not_read_from_packets(
    kind: str, read_through: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    suffix, make, _ = KINDS[kind]
    path = make(tmp_path / f"v.{suffix}")
    spy = Mock(wraps=packets.picture_times)
    monkeypatch.setattr("job_runner.media.timing.picture_times", spy)
    video_facts(path)
    assert spy.called == read_through


def test_sound_of_joined_recordings_stays_with_its_picture(tmp_path: Path) -> None:
    """Both begin with a click; the second one's picture, and its click, come after 45 pictures."""
    for shift in (Fraction(0), Fraction(1000)):
        path = odd.joined(shift)(tmp_path / f"{shift}.ts")
        plan = plan_of_files({"main": path})
        assert plan.frames == FRAMES and (held := only(plan).audio) and held.copy_of is None
        wave = abs(sound(plan, {"main": path}, tmp_path))
        clicks = [k for k in range(1, len(wave)) if wave[k] > 0.5 and wave[k - 1 : k].max() <= 0.5]
        seconds = sorted({round(click / 48000, 2) for click in clicks})
        assert min(abs(s - 1) for s in seconds) < 0.03 and min(abs(s - 2.8) for s in seconds) < 0.03, seconds
        assert not any(0.1 < s < 0.9 or 1.1 < s < 1.7 or 1.9 < s < 2.7 for s in seconds), seconds


@pytest.mark.parametrize("output", ["out.mp4", "out.mkv"])
def test_sound_that_was_cut_away_stays_away(tmp_path: Path, output: str) -> None:
    """From 0.92 s to 2.92 s: the click at 1 s is heard at 0.08 s, that at 2 s at 1.08 s, and no other."""
    path = odd.trimmed((Fraction(23, 25), Fraction(2)))(tmp_path / "v.mp4")
    word = run(order(tmp_path, path, output=output))
    assert word.exit_code == 0, word.message
    assert read_numbers(tmp_path / output) == list(range(23, 73))
    heard = clicks_in(tmp_path / output)
    assert [round(click, 1) for click in heard] == [0.1, 1.1], heard


def clicks_in(path: Path) -> list[float]:
    """When clicks are heard, in seconds from the first picture."""
    found: list[float] = []
    with av.open(str(path)) as container:
        for frame in container.decode(audio=0):
            wave = np.abs(frame.to_ndarray()[0])
            assert frame.time is not None
            found += [frame.time + k / frame.sample_rate for k in np.flatnonzero(wave > 0.5)]
    return [second for k, second in enumerate(found) if not k or second - found[k - 1] > 0.1]


def bursts(path: Path) -> Path:
    return make_video(path, frames=FRAMES, times=odd.BURSTS)


@pytest.mark.parametrize(
    ("suffix", "make"), [*((suffix, bursts) for suffix in ("mp4", "mkv", "ts", "flv")), ("mkv", odd.no_duration)]
)
def test_a_screen_that_bursts_keeps_every_picture(suffix: str, make: Make, tmp_path: Path) -> None:
    """Its rate is what the closest pictures need, whatever the header says, and its length what is shown."""
    path = make(tmp_path / f"v.{suffix}")
    facts = video_facts(path)
    assert facts.rate == 60 and facts.pace is not None and facts.pace.lost == 0
    assert abs(facts.duration - Fraction(odd.BURSTS[-1], 90000) - Fraction(1, 60)) < Fraction(1, 30)
    word = run(order(tmp_path, path))
    assert word.exit_code == 0, word.message
    assert sorted(set(read_numbers(tmp_path / "out.mp4"))) == list(range(FRAMES))
    assert [w.reason for w in word.warnings] == ["FrameRateChosen"]


def test_a_file_with_one_key_frame_is_read_through(tmp_path: Path) -> None:
    """Every seek lands on the beginning, where pictures come evenly."""
    times = [3600 * k if k < 100 else 360_000 + 1500 * (k - 100) for k in range(200)]
    facts = video_facts(make_video(tmp_path / "v.mkv", frames=200, gop=1000, times=times))
    assert facts.rate == 60 and facts.pace is not None and facts.pace.lost == 0


@pytest.mark.parametrize("suffix", ["ts", "mp4", "mkv", "flv"])
def test_a_pause_is_as_long_as_it_was(tmp_path: Path, suffix: str) -> None:
    """In any container: nothing has jumped, no picture is lost, and the last one before it stands."""
    path = odd.paused(tmp_path / f"v.{suffix}")
    facts = video_facts(path)
    assert not facts.jumps and abs(facts.duration - Fraction(324, 10)) <= Fraction(1, 25)
    with FrameSource(str(path), facts, ConstantClock(RATE)) as source:
        for wanted, number in ((29, 29), (30, 29), (700, 29), (780, 30), (809, 59)):
            assert number_of(source.at(wanted)) == number


@pytest.mark.parametrize("pictures", [(20, 40), (0,), (1, 2), (89,)])
def test_a_damaged_stamp_makes_no_hours(tmp_path: Path, pictures: tuple[int, ...]) -> None:
    """Its picture is left out, and all the others are shown when they should be."""
    path = odd.misdated(*pictures)(tmp_path / "v.ts")
    facts = video_facts(path)
    assert not facts.jumps and facts.duration <= Fraction(FRAMES, 25)
    with FrameSource(str(path), facts, ConstantClock(RATE)) as source:
        missing = [wanted for wanted in range(FRAMES) if number_of(source.at(wanted)) != wanted]
        assert len(missing) <= len(pictures)


def test_a_clock_that_jumps_all_the_time_is_one_clear_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("job_runner.media.packets.MOST", 0)
    with pytest.raises(
        InputInvalid, match=r"input main: its clock jumps 1 times, first by -1.8 s at 1.8s; write it anew"
    ):
        video_facts(odd.joined()(tmp_path / "v.ts"))


def test_damage_in_a_counted_file_is_said_where_it_shows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And not of every segment after it, though each is decoded from the file's start on."""
    path = avi("libx264")(tmp_path / "v.avi")
    with av.open(str(path)) as container:
        spoilt = [packet for packet in container.demux(video=0) if packet.size][45]
        assert spoilt.pos is not None
        at = spoilt.pos + 8 + spoilt.size // 2
    data = bytearray(path.read_bytes())
    data[at : at + 8] = bytes(8)
    path.write_bytes(data)
    sources = Mock(wraps=FrameSource)
    monkeypatch.setattr("job_runner.media.cpu.device.FrameSource", sources)
    word = run(order(tmp_path, path), cores=1)
    assert word.exit_code == 0, word.message
    assert [w.message for w in word.warnings] == ["input main is damaged: it shows in 1 segments, the first is 1"]
    assert sources.call_count == 3, "segments 0 and 1, 1 as it is, and 2"
    numbers = read_numbers(tmp_path / "out.mp4")
    assert numbers[:40] == list(range(40)) and numbers[-25:] == list(range(65, 90))


def test_joined_recordings_as_music(tmp_path: Path) -> None:
    """Their sound lasts as long as their picture, wherever it is taken."""
    clip, music = make_video(tmp_path / "v.mp4", frames=90), odd.joined(Fraction(1000))(tmp_path / "m.ts")
    paths = {"main": clip, "music": music}
    plan = plan_of_files(paths, timeline={"audio": {"mode": "Replace", "replace": {"input": "music"}}})
    wave = abs(sound(plan, paths, tmp_path))
    assert all(wave[second * 4800 : second * 4800 + 4800].max() > 0.02 for second in range(35)), "no hole"


@pytest.mark.parametrize("kind", KINDS)
def test_inspecting_counts_every_picture(kind: str, tmp_path: Path) -> None:
    suffix, make, _ = KINDS[kind]
    path = make(tmp_path / f"v.{suffix}")
    facts = video_facts(path)
    found = damage(str(path), facts)
    assert found.frames == int(facts.duration * facts.rate)
    assert found.bad == 0 and not found.variable
