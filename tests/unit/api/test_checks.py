"""What is wrong with a spec whatever its inputs hold."""

from typing import Any

import pytest

from tests.unit.api.specs import BOX, GOOD, videojob
from videojob_api.checks import check_work, timeline_length
from videojob_api.order import Work
from videojob_api.validate import check_document


def work(clips: list[dict[str, Any]] | None = None, video: dict[str, Any] | None = None, **timeline: Any) -> Work:
    """Of one input; `timeline` holds what else stands there."""
    output = {"uri": "s3://m/out.mp4"} | ({"video": video} if video else {})
    shown = {"timeline": timeline | ({"clips": clips} if clips else {})} if timeline or clips else {}
    return Work.model_validate({"inputs": [{"uri": "s3://m/a.mp4"}], "outputs": [output], **shown})


def overlay(*times: str, **more: Any) -> dict[str, Any]:
    return {"blur": {}, "keyframes": [BOX | {"time": time} for time in times or ("0s",)], **more}


def framing(*times: str) -> dict[str, Any]:
    whole = {"left": 0, "top": 0, "width": 1, "height": 1}
    return {"keyframes": [whole | {"time": time} for time in times]}


def clip(end: str, kind: str = "", duration: str = "1s") -> dict[str, Any]:
    return {"end": end} | ({"transition": {"type": kind, "duration": duration}} if kind else {})


WRONG: list[tuple[Work, str]] = [
    (work(overlays=[overlay("1s", "1s")]), "timeline.overlays[0].keyframes[1].time: keyframes stand in order"),
    (work([{"framing": framing("2s", "1s")}]), "timeline.clips[0].framing.keyframes[1].time: keyframes stand in order"),
    (work([clip("2s"), clip("3s", "Crossfade", "3s")]), "timeline.clips[1].transition: the crossfade of 3s is longer"),
    (work([clip("2s"), clip("3s", "Crossfade"), clip("9s", "Crossfade", "2.5s")]), "(one of them lasts 3s)"),
    (work([clip("2s"), clip("1s", "Crossfade")]), "(one of them lasts 1s)"),
    (work([clip("1s"), clip("9s", "Fade", "3s")]), "timeline.clips[1].transition: the fade of 3s is longer"),
    (work([clip("9s"), clip("1s", "Fade", "3s")]), "timeline.clips[1].transition: the fade of 3s is longer"),
    (work([clip("2s")], overlays=[overlay(start="2s")]), "timeline.overlays[0].start: the overlay begins at 2s"),
    (work([clip("2s"), clip("2s", "Crossfade")], overlays=[overlay(start="3s")]), "3s long, is over"),
    (work([clip("2s")], fadeIn={"duration": "3s"}), "timeline.fadeIn.duration: 3s is longer than the timeline"),
    (work([clip("2s")], fadeOut={"duration": "3s"}), "timeline.fadeOut.duration: 3s is longer than the timeline"),
    (work([clip("49h")]), "timeline: lasts 49h, 48h are the limit"),
    (work(video={"crf": 60, "encoder": "CPU"}), "outputs[0].video.crf: h264 knows 0 to 51"),
    (work(video={"profile": "high10"}), "outputs[0].video.profile: h264 has baseline or main or high here"),
    (work(video={"codec": "hevc", "profile": "high"}), "outputs[0].video.profile: hevc has main or main10 here"),
    (work(overlays=[{"box": {"stroke": "yelow"}, "keyframes": [BOX]}]), "'yelow' is not a colour"),
    (work([{"start": "5"}]), "timeline.clips[0].start: '5' is not a duration"),
    (work(audio={"mode": "Replace", "replace": {"input": "main"}}), "the timeline has no clip"),
]


@pytest.mark.parametrize(("wrong", "words"), WRONG, ids=lambda value: value if isinstance(value, str) else "")
def test_wrong(wrong: Work, words: str) -> None:
    (problem,) = check_work(wrong)
    assert words in str(problem)


RIGHT: list[Work] = [
    Work.model_validate({key: GOOD[key] for key in ("inputs", "analyses", "timeline", "outputs", "results")}),
    work(overlays=[overlay("1s", "2s", start="50h")]),
    work([clip("2s"), clip("2.1s", "Crossfade", "2s")]),
    work([clip("2s"), {}], overlays=[overlay(start="1h")]),
    work([clip("1s"), clip("1s", "Fade", "2s")]),
    work([clip("2s")], overlays=[overlay(start="9s", enabled=False), overlay(start="1999ms")]),
    work([clip("2s")], fadeIn={"duration": "2s"}),
    work(video={"codec": "av1", "crf": 60, "encoder": "CPU"}),
    work(video={"codec": "hevc", "profile": "main10"}),
    work(video={"encoder": "CPU", "encoderOptions": {"end": "what x264 makes of it"}}),
]


@pytest.mark.parametrize("right", RIGHT)
def test_right(right: Work) -> None:
    assert check_work(right) == []


def test_length_is_known_only_if_every_clip_ends() -> None:
    clips = work([clip("2s"), clip("3s", "Crossfade", "500ms")]).timeline
    assert clips and clips.clips and timeline_length(clips.clips) == 4.5
    open_end = work([clip("2s"), {}]).timeline
    assert open_end and open_end.clips and timeline_length(open_end.clips) is None


def test_validate_asks_the_same_list() -> None:
    spec = work([clip("2s")], overlays=[overlay(start="2s")]).model_dump(by_alias=True, exclude_none=True, mode="json")
    (problem,) = check_document(videojob(spec))
    assert problem.path == ("spec", "timeline", "overlays", 0, "start")
