"""What is wrong with a VideoJob is said of the option that it came from."""

import pytest

from job_runner.cli.origin import typed
from job_runner.cli.shortcuts import Options, unique
from videojob_api.problem import Path

GIVEN = Options(
    ["a.mp4", "b.mp4"],
    "out.mp4",
    crop="0,0,1,1",
    crossfade="1s",
    size="64x64",
    rate="25",
    box=["0,0,.1,.1"],
    blur=["0,0,.2,.2", "0,0,.3,.3"],
    text=["Hi@0,0,1,1"],
    image=["logo.png@0,0,1,1"],
    music="theme.m4a",
    video={"crf": 20},
)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (("inputs", 1, "uri"), "b.mp4"),
        (("inputs", 2, "uri"), "logo.png"),
        (("inputs", 3, "uri"), "theme.m4a"),
        (("outputs", 0, "uri"), "out.mp4"),
        (("outputs", 0, "video", "crf"), "--crf 20"),
        (("outputs", 0, "video", "height"), "--size 64x64"),
        (("timeline", "overlays", 0), "--blur 0,0,.2,.2"),
        (("timeline", "overlays", 1, "keyframes", 0, "left"), "--blur 0,0,.3,.3"),
        (("timeline", "overlays", 2, "keyframes", 0, "left"), "--box 0,0,.1,.1"),
        (("timeline", "overlays", 3), "--image logo.png@0,0,1,1"),
        (("timeline", "overlays", 4), "--text Hi@0,0,1,1"),
        (("timeline", "clips", 0, "framing", "keyframes", 0), "--crop 0,0,1,1"),
        (("timeline", "clips", 1, "transition"), "--crossfade 1s"),
        (("metadata", "name"), "metadata.name"),
    ],
)
def test_typed(path: Path, words: str) -> None:
    assert typed(path, "is wrong", GIVEN) == words


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (("inputs", 2, "uri"), "faces.onnx"),
        (("inputs", 3, "uri"), "people.onnx"),
        (("inputs", 4, "uri"), "theme.m4a"),
        (("analyses", 3, "detect", "labels", 0), "--labels ball --min-score 0.3 --every 2"),
        (("analyses", 0, "detect", "minScore"), "--labels ball --min-score 0.3 --every 2"),
        (("timeline", "overlays", 1), "--blur-detected faces.onnx"),
        (("timeline", "overlays", 2), "--box 0,0,.1,.1"),
        (("timeline", "clips", 0, "framing", "keyframesFrom"), "--follow people.onnx"),
    ],
)
def test_what_detectors_find(path: Path, words: str) -> None:
    given = Options(
        ["a.mp4", "b.mp4"], "out.mp4", blur_detected="faces.onnx", follow="people.onnx", labels="ball", size="64x64",
        box=["0,0,.1,.1"], music="theme.m4a", min_score=0.3, every=2,
    )  # fmt: skip
    assert typed(path, "is wrong", given) == words


def test_unique_names() -> None:
    assert list(unique(["a", "b", "a", "a-2", "a"])) == ["a", "b", "a-2", "a-2-2", "a-3"]
