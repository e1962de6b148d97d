"""Which picture and which sound of a file with several, and what is said of it."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import av
import pytest

from job_runner.cli.main import main
from job_runner.errors import InputInvalid
from job_runner.media.probe import probe
from job_runner.media.tracks import Wanted, belongs
from job_runner.plan.track_notes import track_notes
from tests.unit.runner.jobs import order, run
from tests.unit.runner.media import make_video, read_numbers
from tests.unit.runner.pitches import Track, decoded, make_file, pitches
from videojob_api.exit_codes import ExitCode

TWO = [Track(layout="mono", rate=44100), Track(layout="stereo", low=3, default=True)]


def test_the_default_flag_comes_first(tmp_path: Path) -> None:
    _, audio = probe(str(make_file(tmp_path / "in.mkv", TWO)), "in")
    assert audio and (audio.stream, audio.layout, audio.rate) == (2, "stereo", 48000)
    assert audio.others == ["0 (aac 44100 Hz mono)"]


def test_then_the_most_channels_and_the_largest_picture(tmp_path: Path) -> None:
    tracks = [Track(layout="mono"), Track(layout="5.1"), Track(layout="stereo")]
    path = make_file(tmp_path / "in.mkv", tracks, sizes=((96, 64), (192, 128), (64, 48)))
    video, audio = probe(str(path), "in")
    assert video and video.stream == 1 and video.width == 192
    assert audio and audio.stream == 4 and audio.layout == "5.1"
    notes = [note.message for note in track_notes("in", video, audio)]
    assert len(notes) == 2 and "videoTrack" in notes[0] and "input in" in notes[0] and "audioTrack" in notes[1]


def test_a_job_takes_what_was_probed(tmp_path: Path) -> None:
    """Picture, sound that is copied and sound that is encoded, of the same choice in every attempt."""
    path = make_file(tmp_path / "in.mkv", TWO, sizes=((96, 64), (192, 128)))
    for timeline in ({}, {"audio": {"gain": "-1dB"}}):
        (folder := tmp_path / str(len(timeline))).mkdir()
        word = run(order(folder, path, timeline=timeline))
        assert word.exit_code == 0, word.message
        assert read_numbers(folder / "out.mp4")[:3] == [1000, 1001, 1002]
        assert pitches(decoded(folder / "out.mp4")) == [900, 1100]
        assert [w.reason for w in word.warnings].count("TrackChosen") == 2
        assert not any("more picture" in w.message for w in word.warnings), "each is said once"


def test_the_user_chooses(tmp_path: Path) -> None:
    path = make_file(tmp_path / "in.mkv", TWO, sizes=((96, 64), (192, 128)))
    word = run(order(tmp_path, path, inputs=[{"uri": path.as_uri(), "videoTrack": 0, "audioTrack": 0}]))
    assert word.exit_code == 0, word.message
    assert read_numbers(tmp_path / "out.mp4")[:3] == [0, 1, 2]
    assert pitches(decoded(tmp_path / "out.mp4"), 44100) == [300]
    assert not [w for w in word.warnings if w.reason == "TrackChosen"]
    assert ["1 more picture" in w.message for w in word.warnings if w.reason == "StreamsDropped"] == [True]


def test_a_track_that_is_not_there_is_an_error_that_lists_those_that_are(tmp_path: Path) -> None:
    path = make_file(tmp_path / "in.mkv", TWO)
    word = run(order(tmp_path, path, inputs=[{"uri": path.as_uri(), "audioTrack": 2}]))
    assert word.exit_code == ExitCode.INPUT_INVALID
    assert word.message == (
        "input main has no sound track 2 that can be used; "
        "it has 0 (aac 44100 Hz mono), 1 (aac 48000 Hz stereo, default)"
    )
    with pytest.raises(InputInvalid, match=r"input in has no video track 1 that can be used; it has 0 \(h264 96x64"):
        probe(str(path), "in", Wanted(video=1))


def test_probe_says_what_was_not_taken(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In the words that a job has for it."""
    path = make_file(tmp_path / "in.mkv", TWO)
    assert main(["probe", "--quick", str(path)]) == 0
    assert [w.strip() for w in capsys.readouterr().out.splitlines() if "note" in w] == [
        "note    input in.mkv has other sound tracks than the one taken: 0 (aac 44100 Hz mono); audioTrack chooses"
    ]


def test_a_cover_is_no_picture_even_if_it_is_larger(tmp_path: Path) -> None:
    video = make_video(tmp_path / "v.mp4", frames=10)
    with av.open(str(video)) as inside, av.open(str(tmp_path / "in.mp4"), "w") as outside:
        art: Any = outside.add_stream("mjpeg", rate=25)
        art.width, art.height, art.pix_fmt = 640, 640, "yuvj420p"
        art.disposition = av.stream.Disposition.attached_pic
        copy = outside.add_stream_from_template(inside.streams.video[0], opaque=True)
        outside.mux(art.encode(av.VideoFrame(640, 640, "yuvj420p")))
        for packet in inside.demux():
            if packet.size:
                packet.stream = copy
                outside.mux(packet)
    facts, _ = probe(str(tmp_path / "in.mp4"), "in")
    assert facts and facts.width == 96 and facts.others == []


def test_a_commentary_comes_last(tmp_path: Path) -> None:
    path = tmp_path / "in.mkv"
    make_file(tmp_path / "plain.mkv", [Track(layout="5.1"), Track(layout="stereo")])
    with av.open(str(tmp_path / "plain.mkv")) as inside, av.open(str(path), "w") as outside:
        copies = {s.index: outside.add_stream_from_template(s, opaque=True) for s in inside.streams}
        copies[1].disposition = av.stream.Disposition.comment
        for packet in inside.demux():
            if packet.size:
                packet.stream = copies[packet.stream.index]
                outside.mux(packet)
    _, audio = probe(str(path), "in")
    assert audio and audio.layout == "stereo"


class _Streams:
    """Two programmes, each with a picture and a sound: FFmpeg looks for a picture in the sound's own."""

    def __init__(self, pictures: dict[int, Any]) -> None:
        self.video, self._pictures = list(pictures.values()), pictures

    def best(self, kind: str, related: Any) -> Any:
        return self._pictures[related.index] if kind == "video" else None


def test_sound_of_another_programme_is_not_taken() -> None:
    """FFmpeg's API for programmes is not in PyAV, nor can PyAV write them; seen in a file made by the command line."""
    pictures = {2: SimpleNamespace(index=0), 3: SimpleNamespace(index=1)}
    container: Any = SimpleNamespace(streams=_Streams(pictures))
    sounds_: list[Any] = [SimpleNamespace(index=2), SimpleNamespace(index=3)]
    kept = [[belongs(container, sound, cast(Any, p)) for sound in sounds_] for p in pictures.values()]
    assert kept == [[True, False], [False, True]]
    assert belongs(container, sounds_[0], None)


def test_a_sound_track_that_is_empty_is_none(tmp_path: Path) -> None:
    """A transport stream that tells of sound, and in which there is none: nobody knows its channels."""
    data = make_video(tmp_path / "v.ts", frames=30, sound=True).read_bytes()
    packets = [data[at : at + 188] for at in range(0, len(data), 188)]
    kept = [packet for packet in packets if int.from_bytes(packet[1:3]) & 0x1FFF != 0x101]
    assert len(kept) < len(packets)
    (tmp_path / "silent.ts").write_bytes(b"".join(kept))
    video, audio = probe(str(tmp_path / "silent.ts"), "in")
    assert video and audio is None
