"""Timecode, chapters, tags and further tracks: what is kept, what is left out, and that it is said."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import pytest
from av.video.stream import VideoStream

from job_runner.cli.main import main
from job_runner.media.extras import read_extras
from job_runner.media.probe import probe
from job_runner.plan.extras import MOST_CHAPTERS, extras_words, keep_extras
from job_runner.plan.facts import Chapter, Extras, InputFacts, Pace, VideoFacts
from tests.unit.runner.jobs import order, run
from tests.unit.runner.media import make_video
from tests.unit.runner.odd import NONE
from videojob_api.report import Report
from videojob_api.timeline import Clip

PLACE = "+48.8500+002.3500/"
TAGS = {"title": "Holiday", "location": PLACE}
CHAPTERS = ((0, 1000, "One"), (1000, 3600, "Zwei ü"))
SECOND = Fraction(1, 1000)


def with_extras(
    path: Path, timecode: str = "", chapters: Sequence[tuple[int, int, str]] = (), tags: Mapping[str, str] = NONE,
    subtitles: Sequence[str] = (), data: str = "", attachment: str = "", sound: bool = True,
    rate: Fraction = Fraction(25),
) -> Path:  # fmt: skip
    """Ninety frames, with all that beside them. Times of chapters are milliseconds."""
    plain = make_video(path.with_name("plain.mp4"), sound=sound, rate=rate)
    with av.open(str(plain)) as source, av.open(str(path), "w") as made:
        copies = [made.add_stream_from_template(stream, opaque=True) for stream in source.streams]
        assert isinstance(copies[0], VideoStream)
        copies[0].codec_context.framerate = rate
        copies[0].metadata.update({"timecode": timecode} if timecode else {})
        made.metadata.update(tags)
        made.set_chapters(
            [
                {"id": k, "start": start, "end": end, "time_base": SECOND, "metadata": {"title": title}}
                for k, (start, end, title) in enumerate(chapters, 1)
            ]
        )
        mkv = path.suffix == ".mkv"
        more = [made.add_mux_stream("subrip" if mkv else "mov_text") for _ in subtitles]
        for stream, language in zip(more, subtitles, strict=True):
            stream.metadata["language"] = language
        if data:
            more.append(made.add_data_stream("bin_data"))
            more[-1].metadata["handler_name"] = data
        if attachment:
            made.add_attachment(attachment, "font/ttf", b"letters")
        for packet in source.demux():
            if packet.size:
                packet.stream = copies[packet.stream.index]
                made.mux(packet)
        for stream in more:
            packet = av.Packet(b"hi" if mkv else b"\0\2hi")
            packet.pts, packet.dts, packet.duration, packet.time_base, packet.stream = 0, 0, 500, SECOND, stream
            made.mux(packet)
    return path


def job(folder: Path, clip: Path, suffix: str = "mp4", name: str = "out", **more: Any) -> Report:
    video = {"encoder": "CPU", "crf": 30, "preset": "Fast"} | more.pop("video", {})
    output = {"uri": (folder / f"{name}.{suffix}").as_uri(), "container": suffix, "video": video}
    word = run(order(folder, clip, outputs=[output], **more))
    assert word.exit_code == 0, word.message
    return word


def dropped(word: Report) -> list[str]:
    return [warning.message for warning in word.warnings if warning.reason == "StreamsDropped"]


def timecode_of(container: av.container.InputContainer) -> str | None:
    tags = container.streams.video[0].metadata
    return tags.get("timecode", tags.get("TIMECODE"))


def chapters_of(container: av.container.InputContainer) -> list[tuple[Fraction, Fraction, str]]:
    """Start and end in seconds from the first picture, which in Matroska stands later than zero."""
    picture = next(frame for frame in container.decode(video=0))
    assert picture.pts is not None and picture.time_base is not None
    first = picture.pts * picture.time_base
    found = ((c["time_base"] or Fraction(0), c) for c in container.chapters())
    return [(c["start"] * base - first, c["end"] * base - first, c["metadata"]["title"]) for base, c in found]


@pytest.mark.parametrize("sound", [True, False], ids=["sound", "silent"])
@pytest.mark.parametrize("suffix", ["mp4", "mov", "mkv"])
def test_an_uncut_clip_keeps_timecode_and_chapters(tmp_path: Path, suffix: str, sound: bool) -> None:
    clip = with_extras(tmp_path / ("in.mov" if sound else "in.mkv"), "01:00:00:10", CHAPTERS, sound=sound)
    assert dropped(job(tmp_path, clip, suffix)) == []
    with av.open(str(tmp_path / f"out.{suffix}")) as made:
        assert timecode_of(made) == "01:00:00:10"
        assert chapters_of(made) == [(Fraction(0), Fraction(1), "One"), (Fraction(1), Fraction(18, 5), "Zwei ü")]
        assert suffix == "mkv" or "01:00:00:10" in [s.metadata.get("timecode") for s in made.streams.data]
        # MP4's chapters are a track of text, which must not be shown of itself.
        assert not any(s.disposition for s in made.streams.subtitles)
        assert "creation_time" not in made.metadata
    first = (tmp_path / f"out.{suffix}").read_bytes()
    job(tmp_path / "again", clip, suffix)
    assert (tmp_path / "again" / f"out.{suffix}").read_bytes() == first


@pytest.mark.parametrize("suffix", ["mp4", "mkv"])
def test_drop_frame_code_stays_what_it_is(tmp_path: Path, suffix: str) -> None:
    clip = with_extras(tmp_path / "in.mov", "00:59:59;28", rate=Fraction(30000, 1001))
    job(tmp_path, clip, suffix)
    with av.open(str(tmp_path / f"out.{suffix}")) as made:
        assert timecode_of(made) == "00:59:59;28"


@pytest.mark.parametrize("suffix", ["mp4", "mkv"])
def test_tags_are_never_copied_and_it_is_said(tmp_path: Path, suffix: str) -> None:
    """A phone writes where somebody stood."""
    clip = with_extras(tmp_path / f"in.{suffix}", tags=TAGS)
    assert PLACE.encode() in clip.read_bytes() or b"loci" in clip.read_bytes()
    assert dropped(job(tmp_path, clip, suffix)) == ["input main: not in the output: tags (title, location)"]
    made = (tmp_path / f"out.{suffix}").read_bytes()
    assert not any(word in made for word in (b"+48", b"loci", b"Holiday"))


def test_tracks_are_named(tmp_path: Path) -> None:
    clip = with_extras(tmp_path / "in.mp4", subtitles=("eng", "fra"), data="\tGoPro MET")
    said = "input main: not in the output: 2 subtitle tracks (eng, fra), 1 data track (GoPro MET)"
    assert dropped(job(tmp_path, clip)) == [said]
    with av.open(str(tmp_path / "out.mp4")) as made:
        assert [s.type for s in made.streams] == ["video", "audio"]


def test_attachments_are_named(tmp_path: Path) -> None:
    clip = with_extras(tmp_path / "in.mkv", subtitles=("deu",), attachment="a.ttf")
    said = "input main: not in the output: 1 subtitle track (deu), 1 attachment (a.ttf)"
    assert dropped(job(tmp_path, clip, "mkv")) == [said]


CUT = "timecode 01:00:00:10 (needs one uncut clip at its own speed), chapters (need one uncut clip at its own speed)"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"timeline": {"clips": [{"start": "1s"}]}}, CUT),
        ({"timeline": {"clips": [{"end": "2s"}]}}, CUT),
        ({"timeline": {"clips": [{"input": "main"}, {"input": "main"}]}}, CUT),
        ({"video": {"frameRate": 30}}, "timecode 01:00:00:10 (another frame rate)"),
    ],
    ids=["start", "end", "twice", "rate"],
)
def test_what_a_cut_makes_wrong_is_left_out(tmp_path: Path, more: dict[str, Any], said: str) -> None:
    clip = with_extras(tmp_path / "in.mov", "01:00:00:10", CHAPTERS)
    word = job(tmp_path, clip, inputs=[{"name": "main", "uri": clip.as_uri()}], **more)
    assert dropped(word) == [f"input main: not in the output: {said}"]
    with av.open(str(tmp_path / "out.mp4")) as made:
        assert timecode_of(made) is None
        assert len(chapters_of(made)) == (2 if "video" in more else 0)


def test_a_start_of_nothing_is_no_cut(tmp_path: Path) -> None:
    clip = with_extras(tmp_path / "in.mov", "01:00:00:10", CHAPTERS)
    assert dropped(job(tmp_path, clip, timeline={"clips": [{"start": "0s"}], "fadeIn": {"duration": "200ms"}})) == []


def test_chapters_begin_with_the_picture(tmp_path: Path) -> None:
    """Whose first frame may stand later than the file's zero."""
    clip = with_extras(tmp_path / "in.mkv", chapters=CHAPTERS)
    video, _ = probe(str(clip), "main")
    assert video is not None
    late = video.model_copy(update={"start": Fraction(1, 2)})
    assert [c.start for c in read_extras(str(clip), "main", late).chapters] == [Fraction(-1, 2), Fraction(1, 2)]


def facts(rate: Fraction = Fraction(25), **extras: Any) -> dict[str, InputFacts]:
    video = VideoFacts(width=96, height=64, pixel_format="yuv420p", rate=rate, start=Fraction(0), duration=Fraction(4))
    return {"a": InputFacts(name="a", uri="", etag="", size=1, video=video, extras=Extras(**extras))}


@pytest.mark.parametrize(
    ("code", "rate", "kept"),
    [
        ("01:00:00:24", Fraction(25), True),
        ("01:00:00:25", Fraction(25), False),
        ("24:00:00:00", Fraction(25), False),
        ("01:00:60:00", Fraction(25), False),
        ("01:00:00;00", Fraction(25), False),
        ("01:00:00;00", Fraction(30), False),
        ("01:00:00;29", Fraction(30000, 1001), True),
        ("01:00:00.29", Fraction(60000, 1001), True),
        ("01:00:00:23", Fraction(24000, 1001), True),
        ("00:00:00:00", Fraction(1000), False),
        ("around noon", Fraction(25), False),
        ("1:2:3:4", Fraction(25), False),
    ],
)
def test_only_a_timecode_that_names_a_frame_is_kept(code: str, rate: Fraction, kept: bool) -> None:
    """MP4's writer ends with an error for any other one."""
    found = keep_extras([Clip(input="a")], facts(rate, timecode=code), rate, Fraction(4))
    assert found.timecode == (code if kept else None)
    assert len(found.notes) == (not kept)


def chapter(start: float, end: float, title: str = "") -> Chapter:
    return Chapter(start=Fraction(start), end=Fraction(end), title=title)


def test_chapters_are_brought_into_order() -> None:
    """Nested, out of order, before the beginning and past the end: MP4 has one at a time."""
    odd = [chapter(3, 9, "end"), chapter(1, 4, "outer"), chapter(2, 3, "inner"), chapter(-2, 1, "early"), chapter(8, 9)]
    kept = keep_extras([Clip(input="a")], facts(chapters=odd), Fraction(25), Fraction(4)).chapters
    assert kept == [chapter(0, 1, "early"), chapter(1, 2, "outer"), chapter(2, 3, "inner"), chapter(3, 4, "end")]


def test_chapters_that_all_lie_past_the_end_are_missed() -> None:
    found = keep_extras([Clip(input="a")], facts(chapters=[chapter(8, 9)]), Fraction(25), Fraction(4))
    assert not found.chapters and "chapters" in found.notes[0].message


def test_what_every_camera_writes_is_no_news() -> None:
    quiet = facts(tags=["creation_time", "make", "model"])
    assert keep_extras([Clip(input="a")], quiet, Fraction(25), Fraction(4)).notes == []


def test_many_names_are_counted() -> None:
    extras = Extras(subtitles=["eng", "", "fra", "deu", "ita", "spa"], pictures=1, chapters=[chapter(0, 1)])
    assert extras_words(extras) == ["6 subtitle tracks (eng, fra, deu, ita and 1 more)", "1 more picture", "1 chapter"]


def test_somebody_elses_words_are_tamed(tmp_path: Path) -> None:
    chapters = [(k, k + 1, "x" * 500 + "\n\x1b[31m") for k in range(MOST_CHAPTERS + 5)]
    clip = with_extras(tmp_path / "in.mkv", chapters=chapters, attachment="a\x1b[2J\nb.ttf")
    extras = read_extras(str(clip), "main", None)
    assert len(extras.chapters) == MOST_CHAPTERS and all(len(c.title) <= 120 for c in extras.chapters)
    assert extras.attachments == ["a [2J b.ttf"]


def test_probe_shows_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    clip = with_extras(tmp_path / "in.mov", "01:00:00:10", CHAPTERS, TAGS, ("eng",))
    assert main(["probe", "--quick", str(clip)]) == 0
    said = "  also    1 subtitle track (eng), timecode 01:00:00:10, 2 chapters, tags (title, location)"
    assert said in capsys.readouterr().out.splitlines()


def test_another_speed_is_no_uncut_clip(tmp_path: Path) -> None:
    clip = with_extras(tmp_path / "in.mov", "01:00:00:10", CHAPTERS)
    (said,) = dropped(job(tmp_path, clip, timeline={"clips": [{"speed": 2}]}))
    why = "needs one uncut clip at its own speed"
    assert f"timecode 01:00:00:10 ({why})" in said and "chapters (need one uncut clip" in said


@pytest.mark.parametrize(
    ("code", "pace", "why"),
    [
        ("01:00:00:29", Pace(average=Fraction(29), closest=Fraction(1, 60), lost=0), "another frame rate"),
        ("01:00:00;00", None, "names no frame at this rate"),
        ("01:00:00:10", None, None),
    ],
)
def test_timecode_counts_frames_of_its_own_rate(code: str, pace: Pace | None, why: str | None) -> None:
    """A rate chosen for a phone's uneven pictures is not that of its timecode; 25 fps drop no frame numbers."""
    rate = Fraction(60) if pace else Fraction(25)
    video = VideoFacts(width=2, height=2, pixel_format="yuv420p", rate=rate, start=0, duration=1, pace=pace)
    facts = InputFacts(name="main", uri="file:///a", etag="", size=1, video=video, extras=Extras(timecode=code))
    kept = keep_extras([Clip()], {"main": facts}, rate, Fraction(1))
    assert kept.timecode == (None if why else code)
    assert [note.message for note in kept.notes] == (
        [f"input main: not in the output: timecode {code} ({why})"] if why else []
    )
