"""Which speakers are kept, and how channels get to their places."""

from pathlib import Path
from typing import Any

import av
import pytest

from job_runner.plan.layouts import COUNT, kept_layout, placing
from tests.unit.runner.jobs import order, run
from tests.unit.runner.media import facts_of, plan_of, write_sound
from tests.unit.runner.pitches import Track, decoded, film_order, make_file, pitches, wave

KEPT = {
    "mono": "mono",
    "stereo": "stereo",
    "3.0": "3.0",
    "4.0": "4.0",
    "5.0": "5.0",
    "5.0(side)": "5.0",
    "5.1": "5.1",
    "5.1(side)": "5.1",
    "6.1": "5.1",
    "7.0": "5.0",
    "7.1": "5.1",
    "7.1(wide)": "5.1",
    "2.1": "stereo",
    "3.1": "stereo",
    "quad": "stereo",
    "downmix": "stereo",
}


@pytest.mark.parametrize("layout", KEPT)
def test_what_is_kept(layout: str) -> None:
    assert kept_layout([c.name for c in av.AudioLayout(layout).channels]) == KEPT[layout]


def test_every_layout_that_is_kept_has_its_number_of_channels() -> None:
    assert COUNT.keys() == set(KEPT.values())
    assert all(len(av.AudioLayout(layout).channels) == count for layout, count in COUNT.items())


def test_channels_that_ffmpeg_can_place_are_left_to_it() -> None:
    for layout in ("mono", "stereo", "quad", "5.1", "7.1"):
        assert placing(layout, [c.name for c in av.AudioLayout(layout).channels]) is None


def test_channels_without_places_get_some() -> None:
    assert placing("3 channels (FC+FL+FR)", ["FC", "FL", "FR"]) == "FL+FR+FC|FL=c1|FR=c2|FC=c0"
    assert placing("6 channels", ["NONE"] * 6) == "FL+FR+FC+LFE+BL+BR|FL=c0|FR=c1|FC=c2|LFE=c3|BL=c4|BR=c5"
    assert placing("16 channels", ["NONE"] * 16) == "stereo|c0=c0|c1=c1"
    assert placing("2 channels (FL+LFE)", ["FL", "LFE"]) == "stereo|c0=c0|c1=c1"
    assert placing("1 channels (FR)", ["FR"]) == "mono|c0=c0"


def _sound(path: Path, folder: Path, **audio: Any) -> tuple[Any, list[str]]:
    """The samples of a job with some gain, so that nothing is copied, and what was said of it."""
    plan = plan_of({"main": path}, timeline={"audio": audio or {"gain": "-1dB"}})
    write_sound(plan, {"main": path}, folder / "a.m4a")
    return decoded(folder / "a.m4a"), [note.message for note in plan.said if note.reason == "SoundMixed"]


def test_channels_in_film_order_come_to_their_places(tmp_path: Path) -> None:
    """FFmpeg's order is L R C LFE Ls Rs. PyAV 18.1 aborts the process where such a layout is merely looked at."""
    path = film_order(tmp_path / "in.mov")
    audio = facts_of(path).audio
    assert audio and audio.layout == "5.1(side)" and not audio.in_order
    samples, said = _sound(path, tmp_path)
    left, right, centre, _, *around = pitches(samples)
    assert [left, centre, right, *around] == [300, 500, 700, 900, 1100], "AAC filters the bass"
    assert said == []


def test_a_job_with_film_order_and_one_without_its_sound(tmp_path: Path) -> None:
    path = film_order(tmp_path / "in.mov")
    for timeline in ({}, {"audio": {"mode": "Mute"}}):
        (folder := tmp_path / str(len(timeline))).mkdir()
        word = run(order(folder, path, timeline=timeline))
        assert word.exit_code == 0, word.message
        with av.open(str(folder / "out.mp4")) as made:
            assert sum(1 for _ in made.decode(video=0)) == 50 and len(made.streams.audio) == (not timeline)


MIXED = {
    "7.1": ("pcm_s16le", "mkv", 6, "from 7.1 to 5.1"),
    "quad": ("flac", "mkv", 2, "from quad to stereo"),
    "2.1": ("flac", "mkv", 2, "from 2.1 to stereo"),
}


@pytest.mark.parametrize("layout", MIXED)
def test_what_is_lost_is_said(layout: str, tmp_path: Path) -> None:
    codec, suffix, count, words = MIXED[layout]
    samples, said = _sound(make_file(tmp_path / f"in.{suffix}", [Track(codec, layout)]), tmp_path)
    assert len(samples) == count and len(said) == 1 and words in said[0] and "input main" in said[0]
    assert pitches(samples)[:2] == [300, 500]


def test_sixteen_channels_are_left_and_right_and_more(tmp_path: Path) -> None:
    path = tmp_path / "in.wav"
    data = (wave(16, 48000, 96000) * 32767).astype("<i2").T.tobytes()
    path.write_bytes(_wav(16, 48000, data))
    video = make_file(tmp_path / "v.mp4", [])
    plan = plan_of({"main": video, "m": path}, timeline={"audio": {"mode": "Replace", "replace": {"input": "m"}}})
    write_sound(plan, {"m": path}, tmp_path / "a.m4a")
    assert pitches(decoded(tmp_path / "a.m4a")) == [300, 500]
    assert [n.message for n in plan.said if n.reason == "SoundMixed"] == [
        "the sound of input m (16 channels) is taken by its first two channels, as stereo"
    ]


def test_six_channels_without_names_are_taken_as_surround(tmp_path: Path) -> None:
    path = tmp_path / "in.wav"
    path.write_bytes(_wav(6, 48000, (wave(6, 48000, 96000) * 32767).astype("<i2").T.tobytes()))
    video = make_file(tmp_path / "v.mp4", [])
    plan = plan_of({"main": video, "m": path}, timeline={"audio": {"mode": "Replace", "replace": {"input": "m"}}})
    write_sound(plan, {"m": path}, tmp_path / "a.m4a")
    assert pitches(decoded(tmp_path / "a.m4a"))[:3] == [300, 500, 700] and plan.audio and plan.audio.layout == "5.1"


def _wav(channels: int, rate: int, data: bytes) -> bytes:
    """Without a channel mask."""
    form = (1).to_bytes(2, "little") + channels.to_bytes(2, "little") + rate.to_bytes(4, "little")
    form += (rate * channels * 2).to_bytes(4, "little") + (channels * 2).to_bytes(2, "little") + b"\x10\x00"
    chunks = b"fmt " + len(form).to_bytes(4, "little") + form + b"data" + len(data).to_bytes(4, "little") + data
    return b"RIFF" + (4 + len(chunks)).to_bytes(4, "little") + b"WAVE" + chunks


def test_ambisonic_sound_has_a_left_and_a_right(tmp_path: Path) -> None:
    """W and Y: a source at the left is in both with the same sign, one at the right with the other."""
    assert placing("ambisonic 1", [f"AMBI{k}" for k in range(4)]) == "stereo|c0=0.5*c0+0.5*c1|c1=0.5*c0-0.5*c1"
    track = Track("libopus", "ambisonic 1", options={"mapping_family": "2"})
    samples, said = _sound(make_file(tmp_path / "in.mkv", [track]), tmp_path)
    assert len(samples) == 2 and len(said) == 1 and "(ambisonic 1) is brought to stereo" in said[0]
    assert samples[:, 9600:-9600].std(1) == pytest.approx([0.1114, 0.1114], rel=0.05), "half of each, -1 dB"


def test_left_and_right_in_tracks_of_their_own_are_stereo(tmp_path: Path) -> None:
    path = make_file(tmp_path / "in.mov", [Track("pcm_s16le", "FL"), Track("pcm_s16le", "FR", low=5)])
    audio = facts_of(path).audio
    assert audio and audio.layout == "stereo" and audio.right == 2 and audio.others == []
    samples, said = _sound(path, tmp_path)
    assert pitches(samples) == [300, 1300] and said == []
    assert samples[:, 4800:-4800].std(1) == pytest.approx([0.1576, 0.1576], rel=0.02), "a quarter of full scale, -1 dB"
    timeline = {
        "clips": [{"input": "main"}],
        "audio": {"mode": "Replace", "replace": {"input": "main", "start": "200ms"}},
    }
    write_sound(plan_of({"main": path}, timeline=timeline), {"main": path}, tmp_path / "r.m4a")
    assert pitches(decoded(tmp_path / "r.m4a")[:, :76_800]) == [300, 1300]


KINDS = {
    "8 kHz telephone": (Track("pcm_mulaw", "mono", 8000), "mov", 8000),
    "192 kHz, 24 bit, big-endian": (Track("pcm_s24be", "stereo", 192_000), "mov", 48_000),
    "96 kHz, 32 bit": (Track("pcm_s32le", "stereo", 96_000), "mkv", 48_000),
    "floats": (Track("pcm_f32le", "stereo", 44_100), "mkv", 44_100),
    "doubles": (Track("pcm_f64le", "mono", 48_000), "mkv", 48_000),
    "8 bit": (Track("pcm_u8", "stereo", 22_050), "avi", 22_050),
    "planar": (Track("alac", "stereo", 44_100), "mov", 44_100),
    "an odd rate": (Track("pcm_s16le", "mono", 37_800), "mkv", 48_000),
}


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_of_sample(name: str, tmp_path: Path) -> None:
    """Its pitches and level, at a rate that AAC has."""
    track, suffix, rate = KINDS[name]
    path = make_file(tmp_path / f"in.{suffix}", [track])
    samples, said = _sound(path, tmp_path)
    audio = facts_of(path).audio
    assert audio and audio.rate == track.rate and said == []
    assert all(abs(a - b) <= 2 for a, b in zip(pitches(samples, rate), (300, 500), strict=False))
    inner = samples[:, rate // 4 : rate * 7 // 4]
    assert inner.std(1) == pytest.approx([0.1576] * len(samples), rel=0.02)
