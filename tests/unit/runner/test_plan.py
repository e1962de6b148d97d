"""The plan as a whole: what is refused first, and what identifies it."""

from fractions import Fraction
from typing import Any

import pytest

from job_runner.errors import ConfigInvalid, InputInvalid, NodeUnfit, RunnerError, SpecInvalid, WorkspaceCorrupt
from job_runner.plan.facts import AudioFacts, ColorTags, InputFacts, VideoFacts
from job_runner.plan.plan import Plan, keeps_times, make_plan, read_plan, work_hash
from job_runner.plan.sound import OutputAudioPlan
from job_runner.plan.times import VariableTimes
from videojob_api.order import Work

VIDEO = VideoFacts(
    width=1280, height=720, pixel_format="yuv420p", rate=Fraction(25), start=Fraction(0), duration=Fraction(20),
    color=ColorTags(primaries=1, transfer=1, matrix=1, range=1),
)  # fmt: skip
SOUND = AudioFacts(codec="aac", rate=48_000, layout="stereo", speakers=["FL", "FR"], duration=Fraction(20))
WIDE = VIDEO.model_copy(update={"width": 20_000})
LONG = VIDEO.model_copy(update={"duration": Fraction(49 * 3600)})
SILENT = {"mode": "Replace", "replace": {"input": "theme"}}


def facts(name: str = "main", video: VideoFacts | None = VIDEO, audio: AudioFacts | None = SOUND) -> InputFacts:
    return InputFacts(name=name, uri=f"s3://m/{name}.mp4", etag="1", size=9, video=video, audio=audio)


def work(video: dict[str, Any] | None = None, uri: str = "s3://m/o.mp4", **timeline: Any) -> Work:
    inputs = [
        {"name": name, "uri": f"s3://m/{name}.mp4"} for name in ("main", *(["theme"] if timeline.get("audio") else []))
    ]
    shown = {"timeline": timeline} if timeline else {}
    return Work.model_validate({"inputs": inputs, "outputs": [{"uri": uri, "video": video or {}}], **shown})


def planned(asked: Work, main: InputFacts | None = None, why: str | None = "no NVENC here") -> Plan:
    known = {"main": main or facts(), "theme": facts("theme", None, None)}
    return make_plan("t/t-1", asked, {i.name: known[i.name] for i in asked.inputs}, "f", lambda *_: why)


def test_a_plain_job() -> None:
    plan = planned(work())
    assert (plan.frames, plan.rate, plan.segment_frames, plan.segments) == (500, Fraction(25), 125, 4)
    output = plan.output("main")
    assert plan.outputs == [output] and (output.size, output.fit) == ((1280, 720), "Contain")
    assert (output.container, output.encoder.name) == ("mp4", "libx264")
    assert plan.audio and output.audio == OutputAudioPlan(copy_of="main", bitrate=192_000)
    assert [note.message for note in plan.said] == ["encoder Auto took libx264 on the CPU: no NVENC here"]


def test_a_stored_plan_is_read_as_it_was_written() -> None:
    plan = planned(work())
    assert read_plan(plan.model_dump_json(by_alias=True, exclude_none=True).encode(), "s3://m/w/") == plan


@pytest.mark.parametrize(
    ("stored", "error", "words"),
    [
        (b'{"v": 3, "fingerprint": "spotreel-4/x", "job": "t/t-1", "width": 1280}', ConfigInvalid,
         "s3://m/w/ was begun by runner spotreel-4/x, whose plans are of version 3, not 4; use the first runner's"),
        (b'{"v": 4, "fingerprint": "spotreel-4/x", "job": "t/t-1"}', WorkspaceCorrupt, "cannot be read; delete"),
        (b'{"fingerprint": "spotreel-4/x"}', WorkspaceCorrupt, "the plan in s3://m/w/ cannot be read; delete"),
        (b'{"v": 4, "finger', WorkspaceCorrupt, "cannot be read; delete the workspace"),
        (b'[3]', WorkspaceCorrupt, "cannot be read; delete the workspace"),
    ],
    ids=["of another version", "parts missing", "no version", "cut off", "no plan"],
)  # fmt: skip
def test_what_is_said_of_a_stored_plan_that_is_not_taken(stored: bytes, error: type[RunnerError], words: str) -> None:
    with pytest.raises(error) as raised:
        read_plan(stored, "s3://m/w/")
    assert words in str(raised.value)


@pytest.mark.parametrize(
    ("asked", "main", "error", "words"),
    [
        (work({"profile": "main10"}, fadeIn={"duration": "99h"}), None, SpecInvalid, "outputs[0].video.profile"),
        (work(), facts(video=None), InputInvalid, "has no video stream"),
        (work(clips=[{"end": "21s"}]), facts(video=WIDE), SpecInvalid, "reaches past the end"),
        (work(), facts(video=LONG), SpecInvalid, "48h are the limit"),
        (work(overlays=[{"blur": {}, "start": "20s", "keyframes": [{"left": 0, "top": 0, "width": 1, "height": 1}]}]),
         facts(video=WIDE), SpecInvalid, "the overlay begins at 20s"),
        (work({"encoder": "NVENC"}, audio=SILENT), facts(video=WIDE), SpecInvalid, "the picture would have 20000x720"),
        (work({"encoder": "NVENC"}, audio=SILENT), None, InputInvalid, "input theme has no sound"),
        (work({"encoder": "NVENC"}, fadeIn={"duration": "21s"}), None, NodeUnfit, "no NVENC here"),
        (work(fadeIn={"duration": "21s"}), None, SpecInvalid, "timeline.fadeIn: 21s is longer than the timeline"),
    ],
    ids=range(9),
)  # fmt: skip
def test_of_several_faults_the_first_one_counts(
    asked: Work, main: InputFacts | None, error: type[RunnerError], words: str
) -> None:
    """What another node could not mend either is said before what it could."""
    with pytest.raises(error) as raised:
        planned(asked, main)
    assert words in str(raised.value)


def test_where_things_are_kept_is_no_part_of_the_work() -> None:
    assert work_hash(work()) == work_hash(work(uri="s3://elsewhere/b.mp4"))
    assert work_hash(work()) != work_hash(work(uri="s3://m/o.mkv")), "another container, by its ending"
    assert work_hash(work()) != work_hash(work({"crf": 20, "encoder": "CPU"}))


def test_passthrough_keeps_the_sources_times() -> None:
    asked = work({"frameRate": "passthrough"})
    times = VariableTimes.of([0, 100, 250, 300], 100, 1000)
    assert keeps_times(asked) and not keeps_times(work({"frameRate": "source"})) and not keeps_times(work())
    main = facts(video=VIDEO.model_copy(update={"duration": Fraction(2, 5)}), audio=None)
    plan = make_plan("t/t-1", asked, {"main": main}, "f", lambda *_: None, {"main": times})
    assert (plan.frames, plan.scale, plan.times) == (4, 1000, times)
    assert [plan.ticks(k) for k in range(5)] == [0, 100, 250, 300, 400]
