"""Sound that is copied: what of it, and where it has to be encoded after all."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from job_runner.media.copy import adts_kind
from tests.unit.runner import odd
from tests.unit.runner.edits import edited
from tests.unit.runner.jobs import order, run
from tests.unit.runner.pitches import Track, decoded, make_file, pitches

CONTAINERS = ("mp4", "mov", "mkv")


def _made(folder: Path, path: Path, container: str, **work: Any) -> tuple[Path, list[str]]:
    """The output, and what was said of its sound."""
    output = {"uri": (folder / f"out.{container}").as_uri(), "container": container}
    word = run(order(folder, path, outputs=[output | {"video": {"encoder": "CPU"}}], **work))
    assert word.exit_code == 0, word.message
    return folder / f"out.{container}", [w.message for w in word.warnings if w.reason == "SoundEncoded"]


def _span(path: Path) -> tuple[float, float]:
    """Seconds from the first frame of the picture to where the sound begins, and to where it ends."""
    with av.open(str(path)) as container:
        first = next(f.time for f in container.decode(video=0))
        container.seek(0)
        frames = [f for f in container.decode(audio=0) if f.time is not None and f.sample_rate]
    ends = [f.time + f.samples / f.sample_rate for f in frames if f.time is not None]
    assert first is not None and frames[0].time is not None
    return frames[0].time - first, max(ends) - first


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize("timeline", [{}, {"audio": {"gain": "-1dB"}}], ids=["copied", "encoded"])
def test_sound_ends_with_the_picture(container: str, timeline: dict[str, Any], tmp_path: Path) -> None:
    """To a packet of 21 ms; it was 5 s where it was copied, and 2 s where it was encoded."""
    path = make_file(tmp_path / "in.mp4", [Track(seconds=Fraction(5))], seconds=2)
    output, said = _made(tmp_path, path, container, timeline=timeline)
    begin, end = _span(output)
    assert 1.99 < end < 2.03 and -0.03 < begin < 0.001 and said == []


@pytest.mark.parametrize("container", CONTAINERS)
def test_sound_before_the_picture_is_left_out(container: str, tmp_path: Path) -> None:
    """As streams that were recorded from the air begin: here the picture is a second late."""
    plain = make_file(tmp_path / "plain.mp4", [Track(seconds=Fraction(3))], seconds=2)
    with av.open(str(plain)) as inside, av.open(str(tmp_path / "in.mkv"), "w") as outside:
        copies = {s.index: outside.add_stream_from_template(s, opaque=True) for s in inside.streams}
        for packet in inside.demux():
            if packet.size and packet.pts is not None and packet.dts is not None and packet.time_base:
                late = int(1 / packet.time_base) if packet.stream.type == "video" else 0
                packet.pts, packet.dts = packet.pts + late, packet.dts + late
                packet.stream = copies[packet.stream.index]
                outside.mux(packet)
    begin, end = _span(_made(tmp_path, tmp_path / "in.mkv", container)[0])
    assert -0.11 < begin < 0.001 and 1.99 < end < 2.03


@pytest.mark.parametrize("container", CONTAINERS)
def test_an_edit_list_that_cuts_in_the_middle(container: str, tmp_path: Path) -> None:
    """It ended with rc 1, as packets out of order came to the muxer. Now it is encoded, and said."""
    source = make_file(tmp_path / "plain.mov", [Track(seconds=Fraction(6))], seconds=6)
    output, said = _made(tmp_path, edited(source, tmp_path / "in.mov", [(0, 1), (2, 2), (5, 1)]), container)
    assert said == ["the sound of input main is encoded as AAC: its edit list leaves out parts of it"]
    begin, end = _span(output)
    assert abs(begin) < 0.03 and end > 3.9


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize(("packets", "copied"), [(2, True), (3, False)])
def test_a_codec_warms_up_in_three_packets(packets: int, copied: bool, container: str, tmp_path: Path) -> None:
    """One is FFmpeg's own; what an edit list takes away beyond three is meant to be gone, in any container."""
    source = make_file(tmp_path / "plain.mov", [Track(seconds=Fraction(3))], seconds=3)
    start = Fraction(packets * 1024, 48000)
    _, said = _made(tmp_path, edited(source, tmp_path / "in.mov", [(start, Fraction(2))]), container)
    assert (said == []) is copied


@pytest.mark.parametrize("container", CONTAINERS)
def test_what_an_edit_list_cuts_off_at_the_start_stays_away(container: str, tmp_path: Path) -> None:
    """Low in the first second, then high; shown from the second second on."""
    low, high = Track(seconds=Fraction(1), layout="mono"), Track(seconds=Fraction(2), layout="mono", low=4)
    source = make_file(tmp_path / "plain.mov", [low], seconds=3, then=high)
    output, said = _made(tmp_path, edited(source, tmp_path / "in.mov", [(1, 2)]), container)
    assert said == ["the sound of input main is encoded as AAC: its edit list leaves out parts of it"]
    samples = decoded(output)[:, : 48000 // 4]
    assert pitches(samples) == [1100] and np.abs(np.fft.rfft(samples[0]))[75] < 100, "nothing of the 300 Hz"


COPIED = {
    "pcm in mov": ("pcm_s24le", "mov", "mov", "pcm_s24le"),
    "pcm in mkv": ("pcm_s16le", "mkv", "mkv", "pcm_s16le"),
    "flac in mp4": ("flac", "mkv", "mp4", "flac"),
    "opus in mkv": ("libopus", "mkv", "mkv", "opus"),
    "vorbis in mkv": ("vorbis", "mkv", "mkv", "vorbis"),
    "ac3 in mov": ("ac3", "mkv", "mov", "ac3"),
    "mp3 in mp4": ("libmp3lame", "mkv", "mp4", "mp3"),
    "aac of a transport stream": ("aac", "ts", "mp4", "aac"),
    "pcm in mp4": ("pcm_s16le", "mov", "mp4", None),
    "opus in mov": ("libopus", "mkv", "mov", None),
    "vorbis in mp4": ("vorbis", "mkv", "mp4", None),
    "wma": ("wmav2", "asf", "mkv", None),
    "mp2 in mp4": ("mp2", "ts", "mp4", None),
}


@pytest.mark.parametrize("name", COPIED)
def test_copied_where_players_take_it(name: str, tmp_path: Path) -> None:
    """Else encoded as AAC, and said."""
    codec, suffix, container, kept = COPIED[name]
    track = Track(codec, options={"strict": "-2", "b": "192k"} if codec in ("vorbis", "wmav2") else None)
    output, said = _made(tmp_path, make_file(tmp_path / f"in.{suffix}", [track]), container)
    with av.open(str(output)) as made:
        assert made.streams.audio[0].codec_context.codec.canonical_name == (kept or "aac")
        if kept == "pcm_s16le":
            assert made.streams.audio[0].rate == 48000
    assert len(said) == (kept is None) and all("input main" in words and "encoded as AAC" in words for words in said)
    begin, end = _span(output)
    assert abs(begin) < 0.06 and 1.9 < end < 2.1
    assert [abs(p - q) <= 2 for p, q in zip(pitches(_floats(output)), (300, 500), strict=True)] == [True, True]


def _floats(path: Path) -> Any:
    samples = decoded(path)
    return samples if samples.shape[0] == 2 else samples.reshape(-1, 2).T / abs(samples).max()


def test_a_transport_stream_that_goes_from_stereo_to_mono(tmp_path: Path) -> None:
    """MP4 can say one of them only."""
    parts = [odd.sound_only(tmp_path / f"{n}.aac", 48000, layout, 2) for n, layout in (("a", "stereo"), ("b", "mono"))]
    (tmp_path / "both.aac").write_bytes(b"".join(part.read_bytes() for part in parts))
    video = make_file(tmp_path / "v.mp4", [], seconds=4)
    with (
        av.open(str(video)) as pictures,
        av.open(str(tmp_path / "both.aac")) as sound,
        av.open(str(tmp_path / "in.ts"), "w") as outside,
    ):
        copies = [outside.add_stream_from_template(c.streams[0], opaque=True) for c in (pictures, sound)]
        for source, copy in zip((pictures, sound), copies, strict=True):
            for packet in source.demux():
                if packet.size:
                    packet.stream = copy
                    outside.mux(packet)
    _, said = _made(tmp_path, tmp_path / "in.ts", "mp4")
    assert said == ["the sound of input main is encoded anew, as its rate or its channels change on the way"]


def test_what_an_adts_header_says() -> None:
    assert adts_kind(bytes.fromhex("fff14c80")) != adts_kind(bytes.fromhex("fff14c40"))
    assert adts_kind(bytes.fromhex("21001234")) is None and adts_kind(b"\xff") is None


@pytest.mark.parametrize("container", ["mp4", "mov", "mkv"])
def test_mp3_of_few_samples_is_encoded(container: str, tmp_path: Path) -> None:
    output, said = _made(tmp_path, make_file(tmp_path / "in.mkv", [Track("libmp3lame", "mono", rate=8000)]), container)
    assert said == ["the sound of input main is encoded as AAC: MP4 does not hold MP3 of 8000 Hz"]
    with av.open(str(output)) as made:
        assert made.streams.audio[0].codec_context.codec.canonical_name == "aac" and made.streams.audio[0].rate == 8000
    begin, end = _span(output)
    assert abs(begin) < 0.13 and 1.9 < end < 2.2


def test_mp2_in_matroska_is_in_time(tmp_path: Path) -> None:
    """Its sound begins a little before the picture, and Matroska's times do not."""
    source = make_file(tmp_path / "in.ts", [Track("mp2", "mono")])
    output, said = _made(tmp_path, source, "mkv")
    first = {}
    for path in (source, output):
        with av.open(str(path)) as container:
            zero = min(f.time for f in container.decode(video=0))
        with av.open(str(path)) as container:
            packets = [p for p in container.demux(audio=0) if p.size]
        first[path] = {bytes(p): float(p.pts * p.time_base) - zero for p in packets if p.pts is not None}
    shared = [(first[source][data], time) for data, time in first[output].items() if data in first[source]]
    assert said == [] and len(shared) > 3
    assert max(abs(a - b) for a, b in shared) < 0.002
