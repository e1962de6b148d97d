"""Values are held against the CRD's schema as the API server does it, without mending them."""

from typing import Any

import pytest

from tests.unit.api.specs import GOOD, spoiled
from videojob_api.schema import model_schema
from videojob_api.shape import check_shape
from videojob_api.spec import VideoJobSpec

SCHEMA = model_schema(VideoJobSpec)


def said(spec: Any) -> list[str]:
    return [str(problem) for problem in check_shape(SCHEMA, spec, (), SCHEMA)]


def test_good() -> None:
    assert said(GOOD) == []


# What pydantic or a friendly reader would let pass, and the API server does not.
STRICT: list[tuple[str, Any, str]] = [
    ("suspend", "true", "suspend: 'true' is neither true nor false"),
    ("suspend", 1, "suspend: 1 is neither true nor false"),
    ("backoffLimit", "3", "backoffLimit: '3' is no whole number: write 3"),
    ("backoffLimit", True, "backoffLimit: true is no whole number"),
    ("backoffLimit", 2.5, "backoffLimit: 2.5 is no whole number: write 2"),
    ("timeline.overlays.0.keyframes.0.left", "10%", "is no number: write 0.1"),
    ("timeline.overlays.0.keyframes.0.left", "a", "write a fraction of the picture, such as 0.25"),
    ("timeline.overlays.0.keyframes.0.width", 0, "0 is out of range: write more than 0 and at most 1"),
    ("timeline.overlays.0.keyframes", {}, "is a list: begin each item with '- '"),
    ("timeline.overlays.0.keyframes", [], "is empty; at least 1 is needed"),
    ("timeline.fadeIn", "1s", "timeline.fadeIn: takes fields, not text: write {duration: 1s}"),
    ("timeline.audio", "Mute", "timeline.audio: takes fields (mode, "),
    ("timeline.clips.0", [], "timeline.clips[0]: takes fields (input, "),
    ("timeline.clips.0.start", True, "true has no unit: write 12.5s"),
    ("outputs.0.video.frameRate", 23.976, 'write "24000/1001"'),
    ("outputs.0.video.frameRate", 12.5, 'such as 25 or "30000/1001"'),
    ("outputs.0.video.frameRate", True, "true is no whole number"),
    ("outputs.0.video.codec", "x265", "did you mean hevc?"),
    ("inputs.0.name", [1], "text is expected here, not [1]"),
    ("inputs.1.name", "a", "inputs[1]: is named a, as one before it"),
    ("inputs.0", "s3://m/a.mp4", "inputs[0]: takes fields, not text: write uri: s3://m/a.mp4"),
    ("serviceAccountName", "a" * 300, "has 300 characters, at most 253 are allowed"),
    ("resources", {"limits": {"memory": 1.5}}, "resources.limits.memory: 1.5 is neither a whole number"),
]


@pytest.mark.parametrize(("path", "value", "words"), STRICT)
def test_strict(path: str, value: Any, words: str) -> None:
    assert [words in line for line in said(spoiled(path, value))][:1] == [True]


def test_empty_fields_are_absent() -> None:
    assert (
        said(spoiled("timeline.fadeIn", {"duration": "1s", "color": "red"}) | {"storage": None, "suspend": None}) == []
    )


@pytest.mark.parametrize(
    ("path", "words"),
    [("timeline.fadeOut.color", "an unquoted # starts a comment"), ("timeline.clips.0.start", "write a time")],
)
def test_an_empty_value_that_hides_a_mistake(path: str, words: str) -> None:
    spec = spoiled(path, "")
    *way, last = path.split(".")
    node: Any = spec
    for step in way:
        node = node[int(step)] if step.isdigit() else node[step]
    node[last] = None
    (line,) = said(spec)
    assert words in line


def test_missing_fields_are_named_with_an_example() -> None:
    assert said(spoiled("outputs.0.uri", None)) == ["outputs[0].uri: is required, such as uri: s3://media/match.mp4"]
    assert said(spoiled("inputs", None)) == ["inputs: is required, such as inputs: [{uri: s3://media/match.mp4}]"]
