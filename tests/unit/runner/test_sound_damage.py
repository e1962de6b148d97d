"""Sound that cannot be decoded, or is missing: told where ffmpeg complains, and nowhere else."""

import random
import subprocess
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from job_runner.media.samples import cut, until_end
from job_runner.media.sound_damage import EDGES, SoundDamage, since, sound_words, within
from job_runner.plan.sound import AudioPlan
from tests.testbed import cache
from tests.unit.runner import odd
from tests.unit.runner.jobs import order, run
from tests.unit.runner.looked import LOUD, Desk
from tests.unit.runner.media import facts_of, make_video, numbered
from tests.unit.runner.odd import Make
from tests.unit.runner.pitches import Track, make_file
from videojob_api.exit_codes import ExitCode
from videojob_api.names import Note
from videojob_api.report import Report

STEREO = AudioPlan(rate=48000, layout="stereo")
WORDS = "input main is damaged: its sound is broken or missing at "


def told(path: Path, start: Fraction = Fraction(0), seconds: int = 4) -> list[tuple[float, float]]:
    """Places that are told where the sound of a file is cut."""
    found: list[tuple[float, float]] = []
    facts = facts_of(path).audio
    assert facts is not None
    deaf = list(cut(lambda: str(path), facts, start, seconds * 48000, STEREO))
    heard = cut(
        lambda: str(path), facts, start, seconds * 48000, STEREO, lambda a, b: found.append((float(a), float(b)))
    )
    assert all(np.array_equal(a, b) for a, b in zip(deaf, heard, strict=True)), "who listens changes no sample"
    return found


def complaints(path: Path) -> list[str]:
    """Of FFmpeg's command line, about a file's sound."""
    command = [str(cache.ffmpeg()), "-v", "error", "-nostdin", "-i", str(path), "-map", "0:a", "-f", "null", "-"]
    done = subprocess.run(command, capture_output=True)
    assert done.returncode == 0, "the one at hand crashes in transport streams"
    return [line for line in done.stderr.decode(errors="replace").splitlines() if "non monotonically" not in line]


def track(codec: str, layout: str = "stereo") -> Make:
    return lambda path: make_file(path, [Track(codec, layout, seconds=Fraction(4))], seconds=4)


def encoded(*arguments: str) -> Make:
    def make(path: Path) -> Path:
        """Noise, by FFmpeg's command line: four seconds of it."""
        noise = ["-f", "lavfi", "-i", "anoisesrc=r=48000:d=4:a=0.2:seed=1"]
        subprocess.run([str(cache.ffmpeg()), "-v", "error", "-nostdin", *noise, *arguments, str(path)], check=True)
        return path

    return make


def middle(source: Make, seed: int) -> Make:
    def make(path: Path) -> Path:
        """A stretch of the file's middle is of random bytes, whatever stands there."""
        data, random_ = bytearray(source(path).read_bytes()), random.Random(seed)
        at = len(data) // 3 + random_.randrange(len(data) // 4)
        data[at : at + 2000] = random_.randbytes(2000)
        path.write_bytes(data)
        return path

    return make


CLUSTERS = ("-cluster_time_limit", "500")
"""Milliseconds, after which a reader of Matroska can go on."""
PAGES = ("-page_duration", "200000")
"""Microseconds: the same of Ogg."""
FILES: dict[str, tuple[str, Make]] = {
    "AAC in MP4": ("mp4", track("aac")),
    "AAC in Matroska": ("mkv", encoded("-c:a", "aac", *CLUSTERS)),
    "AAC": ("aac", encoded("-c:a", "aac")),
    "MP3": ("mp3", encoded("-c:a", "libmp3lame")),
    "MP3 in MP4": ("mp4", encoded("-c:a", "libmp3lame")),
    "AC-3 in MP4": ("mp4", track("ac3", "5.1")),
    "ALAC": ("m4a", encoded("-c:a", "alac")),
    "Opus in WebM": ("webm", encoded("-c:a", "libopus", *CLUSTERS)),
    "Opus in Ogg": ("ogg", encoded("-c:a", "libopus", *PAGES)),
    "Vorbis in Ogg": ("ogg", encoded("-c:a", "libvorbis", *PAGES)),
    "FLAC in Matroska": ("mkv", encoded("-c:a", "flac", *CLUSTERS)),
    "PCM in Matroska": ("mkv", encoded("-c:a", "pcm_s16le", *CLUSTERS)),
    "PCM": ("wav", encoded("-c:a", "pcm_s16le")),
}


UNCHECKED = ("FLAC in Matroska", "PCM")
"""Of which a decoder takes any bytes for sound."""


@pytest.mark.parametrize("name", FILES)
def test_ffmpeg_complains_where_damage_is_told(name: str, tmp_path: Path) -> None:
    suffix, make = FILES[name]
    assert told(make(tmp_path / f"whole.{suffix}")) == [] == complaints(tmp_path / f"whole.{suffix}")
    spoilt = [middle(make, seed)(tmp_path / f"{seed}.{suffix}") for seed in range(3)]
    found = [bool(told(path)) for path in spoilt]
    assert found == [bool(complaints(path)) for path in spoilt]
    assert any(found) or name in UNCHECKED


SPOILT: dict[str, tuple[str, Make]] = {
    "AAC in MP4": ("mp4", odd.spoilt_sound(track("aac"))),
    "AAC in Matroska": ("mkv", odd.spoilt_sound(track("aac"))),
    "AAC in a transport stream": ("ts", odd.spoilt_sound(track("aac"))),
    "MP3 in MP4": ("mp4", odd.spoilt_sound(track("mp3"))),
    "AC-3 in MP4": ("mp4", odd.spoilt_sound(track("ac3"))),
    "erased, Matroska": ("mkv", odd.erased(track("aac"))),
    "erased, transport stream": ("ts", odd.erased(track("aac"))),
    "erased, MP4": ("mp4", odd.erased(encoded("-c:a", "aac"))),
}


@pytest.mark.parametrize("name", SPOILT)
def test_it_is_told_where_it_is(name: str, tmp_path: Path) -> None:
    """From one second to one and a half; of Matroska, whatever stands up to the next place to begin at is lost."""
    suffix, make = SPOILT[name]
    path = make(tmp_path / f"v.{suffix}")
    facts = facts_of(path)
    found = told(path, facts.origin)
    assert found
    start = float(facts.origin)
    assert abs(found[0][0] - start - 1) < 0.1 and found[-1][1] - start <= (4.1 if suffix == "mkv" else 2)
    assert told(path, facts.origin, seconds=0) == [], "what is not heard is nobody's loss"
    if suffix != "mkv":
        assert told(path, facts.origin + 2, seconds=2) == []
        (one,) = told(path, facts.origin + Fraction(6, 5), seconds=1)[:1]
        assert one[0] >= start + 1.2


def test_music_is_listened_to_from_where_it_begins(tmp_path: Path) -> None:
    path = odd.spoilt_sound(track("aac"))(tmp_path / "v.mp4")
    facts = facts_of(path).audio
    assert facts is not None
    for start, heard in ((Fraction(0), True), (Fraction(2), False)):
        found: list[Fraction] = []
        list(until_end(lambda: str(path), facts, start, STEREO, since(Fraction(0), found.append)))
        assert bool(found) == heard


def seconds(*times: float) -> list[Fraction]:
    return [Fraction(time).limit_denominator(1000) for time in times]


class Heard:
    """A sound of packets of 20 ms, by their numbers."""

    def __init__(self) -> None:
        self.places: list[tuple[Fraction, Fraction]] = []
        self.found = SoundDamage(lambda first, end: self.places.append((first, end)), Fraction(1, 50))

    def heard(self, *numbers: int) -> "Heard":
        for number in numbers:
            self.found.heard(number, 1)
        return self

    def lost(self, *numbers: int | None) -> "Heard":
        for number in numbers:
            self.found.lost(number)
        return self

    def read(self, *packets: tuple[int, int]) -> "Heard":
        for place, size in packets:
            self.found.read(place, size)
        return self

    def ended(self) -> list[tuple[float, float]]:
        self.found.ended()
        return [(float(first), float(end)) for first, end in self.places]


def test_what_is_lost_in_a_row_is_one_place() -> None:
    assert Heard().heard(0, 1).lost(2, 3).heard(4).lost(5).heard(6).ended() == [(0.04, 0.08), (0.1, 0.12)]
    assert Heard().heard(0, 1).lost(None).heard(3).ended() == [(0.04, 0.06)], "a packet without a time"
    assert Heard().heard(0, 1).lost(2).heard(2).ended() == [(0.04, 0.041)], "one without a length"


def test_a_little_at_the_ends_is_nobodys_loss() -> None:
    few, many = range(5), range(int(EDGES * 50) + 2)
    assert Heard().lost(*few).heard(5).ended() == [] == Heard().heard(0).lost(*few).ended()
    assert len(Heard().lost(*many).heard(30).ended()) == 1 == len(Heard().heard(0).lost(*many).ended())
    assert Heard().ended() == []


def test_what_the_index_promises_and_cannot_be_read_is_lost_at_the_end_too() -> None:
    made = Heard().heard(0, 1)
    made.found.unread()
    assert made.ended() == [(0.04, 0.54)]


def test_a_gap_is_damage_where_bytes_were_skipped() -> None:
    def paused(*before: tuple[int, int]) -> list[tuple[float, float]]:
        return Heard().read((0, 500)).heard(0).read(*before).heard(50).ended()

    assert paused((520, 500)) == [], "nobody has spoken"
    assert paused((520, 90_000), (90_540, 500)) == [], "pictures went on"
    assert paused((9_000, 500)) == [(0.02, 1.0)]
    assert Heard().read((0, 500)).heard(0).read((9_000, 500)).heard(1, 2).ended() == [], "an index stands there"
    soon = Heard().read((0, 500)).heard(0).read((9_000, 500)).heard(1, 2, 3).heard(50)
    assert soon.ended() == [(0.08, 1.0)], "of one place and several times"
    late = Heard().read((0, 500)).heard(0).read((9_000, 500)).heard(*range(1, 120)).heard(150)
    assert late.ended() == []


def test_only_what_is_asked_for() -> None:
    found: list[tuple[Fraction, Fraction]] = []
    asked = within(lambda first, end: found.append((first, end)), Fraction(1), Fraction(3))
    for first, end in ((0, 1), (0, 2), (2, 4), (3, 4)):
        asked(Fraction(first), Fraction(end))
    assert [(float(first), float(end)) for first, end in found] == [(1, 2), (2, 3)]


def test_words() -> None:
    assert sound_words(1, Fraction(-1)) == "its sound is broken or missing at 0s"
    assert sound_words(3, Fraction("61.25")) == "its sound is broken or missing in 3 places, the first at 1m1.25s"


def damage(word: Report) -> list[str]:
    return [each.message for each in word.warnings if each.reason == Note.INPUT_DAMAGED]


RENDERS: dict[str, dict[str, Any]] = {
    "copied": {},
    "encoded": {"timeline": {"clips": [{"start": "200ms"}]}},
    "at another speed": {"timeline": {"clips": [{"speed": 2}]}},
    "made as loud as others": {"timeline": {"audio": {"normalize": {"loudness": "-16LUFS"}}}},
    "as music": {"timeline": {"clips": [{"input": "main"}], "audio": {"replace": {"input": "main"}}}},
}


@pytest.mark.parametrize("how", RENDERS)
def test_a_render_says_it_or_ends(how: str, tmp_path: Path) -> None:
    clip = odd.spoilt_sound(lambda path: make_video(path, sound=True))(tmp_path / "in.mp4")
    inputs = [{"name": "main", "uri": clip.as_uri()}]
    word = run(order(tmp_path, clip, inputs=inputs, **RENDERS[how]))
    assert word.exit_code == 0, word.message
    (message,) = damage(word)
    assert message.startswith(WORDS)
    (tmp_path / "other").mkdir()
    word = run(order(tmp_path / "other", clip, inputs=[{**inputs[0], "onDamage": "Fail"}], **RENDERS[how]))
    assert word.exit_code == ExitCode.INPUT_INVALID and word.message.startswith("input main is damaged in its sound at")


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 3e38])
@pytest.mark.parametrize("how", ["encoded", "made as loud as others"])
def test_samples_that_are_no_numbers_end_nothing(how: str, bad: float, tmp_path: Path) -> None:
    """As a recorder of floats leaves them, and no encoder takes them."""
    samples = np.full((1, 3 * 48000), 0.01, np.float32)
    samples[0, 48000:48100] = bad
    clip = floats(tmp_path / "in.mkv", samples)
    word = run(order(tmp_path, clip, inputs=[{"name": "main", "uri": clip.as_uri()}], **RENDERS[how]))
    assert word.exit_code == 0, word.message
    assert damage(word) == [f"{WORDS}0.981s"]
    (tmp_path / "look").mkdir()
    word = Desk(tmp_path / "look", clip).look("job", LOUD)
    assert word.exit_code == 0 and damage(word) == [f"{WORDS}0.981s"]


def floats(path: Path, samples: np.ndarray[Any, np.dtype[np.float32]]) -> Path:
    """A picture, and these samples as they are."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25)
        sound = container.add_stream("pcm_f32le", rate=48000, layout="mono")
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuv420p"
        for number in range(samples.shape[1] * 25 // 48000):
            container.mux(stream.encode(numbered(number)))
        container.mux(stream.encode(None))
        for first in range(0, samples.shape[1], 1024):
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples[:, first : first + 1024]), "flt", "mono")
            frame.sample_rate, frame.pts, frame.time_base = 48000, first, Fraction(1, 48000)
            container.mux(sound.encode(frame))
    return path


SILENT: dict[str, dict[str, Any]] = {
    "muted": {"timeline": {"clips": [{"audio": {"mute": True}}]}},
    "cut away": {"timeline": {"clips": [{"start": "2s"}]}},
    "cut away, copied": {"timeline": {"clips": [{"end": "800ms"}]}},
}


@pytest.mark.parametrize("how", SILENT)
def test_what_is_not_heard_is_not_said(how: str, tmp_path: Path) -> None:
    clip = odd.spoilt_sound(lambda path: make_video(path, sound=True))(tmp_path / "in.mp4")
    word = run(order(tmp_path, clip, inputs=[{"uri": clip.as_uri(), "onDamage": "Fail"}], **SILENT[how]))
    assert word.exit_code == 0 and damage(word) == []


def test_an_analysis_says_it_or_ends(tmp_path: Path) -> None:
    clip = odd.spoilt_sound(lambda path: make_video(path, sound=True))(tmp_path / "in.mp4")
    word = Desk(tmp_path, clip).look("job", LOUD)
    (message,) = damage(word)
    assert word.exit_code == 0 and message.startswith(WORDS)
    word = Desk(tmp_path, clip, input={"onDamage": "Fail"}).look("ends", LOUD)
    assert word.exit_code == ExitCode.INPUT_INVALID and "is damaged in its sound at" in (word.message or "")


@pytest.mark.parametrize("make", [odd.cut_off(0.6, odd.faststart), odd.edit_list], ids=["cut off", "edit list"])
def test_other_odd_files_have_whole_sound(make: Callable[[Path], Path], tmp_path: Path) -> None:
    path = make(tmp_path / "v.mp4")
    assert facts_of(path).audio is None or told(path) == []
