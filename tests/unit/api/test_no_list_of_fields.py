"""A new field is checked by its type alone: no list of names has to know it."""

from typing import Annotated, Any

import pytest
from pydantic import Field

from tests.unit.api.specs import GOOD, Object, videojob
from videojob_api import validate
from videojob_api.checks import check_work
from videojob_api.fields import Color, Duration, InputName
from videojob_api.order import Work
from videojob_api.overlay import Blur, Overlay
from videojob_api.schema import model_schema, videojob_schema
from videojob_api.sizes import with_size_rules
from videojob_api.spec import VideoJobSpec
from videojob_api.timeline import Clip, Timeline
from videojob_api.usage import clips_of


class NewBlur(Blur):
    settles: Annotated[Duration, Field(description="How long it takes, in timeline time: 1s.")] = "1s"
    mask: Annotated[InputName | None, Field(description="Name of an input. Default: none.")] = None


class NewOverlay(Overlay):
    blur: Annotated[NewBlur | None, Field(description="Default: none.")] = None


class NewClip(Clip):
    hold: Annotated[Duration | None, Field(description="In source time: 2s. Default: none.")] = None
    beats: Annotated[list[Duration] | None, Field(max_length=9, description="In source time. Default: none.")] = None
    tint: Annotated[Color | None, Field(description="Default: none.")] = None
    wait_for: Annotated[str, Field(max_length=9, description="No time, whatever its name: dawn.")] = "dawn"


class NewTimeline(Timeline):
    clips: Annotated[list[NewClip] | None, Field(max_length=256)] = None  # type: ignore[assignment]
    overlays: Annotated[list[NewOverlay] | None, Field(max_length=128)] = None  # type: ignore[assignment]


class NewSpec(VideoJobSpec):
    timeline: Annotated[NewTimeline | None, Field(description="Default: none.")] = None
    patience: Annotated[Duration | None, Field(description="By the wall clock. Default: none.")] = None


@pytest.fixture(autouse=True)
def _new_api(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the next version would have: its models, and the schema that is made from them."""
    whole = videojob_schema()
    properties = whole["properties"] | {"spec": with_size_rules(model_schema(NewSpec))}
    monkeypatch.setattr(validate, "stored_schema", lambda: whole | {"properties": properties})
    monkeypatch.setattr(validate, "VideoJobSpec", NewSpec)


def spec_with(clip: Object | None = None, blur: Object | None = None, **fields: Any) -> Object:
    first, *others = GOOD["timeline"]["clips"]
    keyframes = [{"left": 0, "top": 0, "width": 1, "height": 1}]
    overlays = [{"blur": blur or {}, "keyframes": keyframes}]
    timeline = GOOD["timeline"] | {"clips": [first | (clip or {}), *others], "overlays": overlays}
    return GOOD | {"timeline": timeline} | fields


def said(spec: Object) -> list[str]:
    return [str(problem) for problem in validate.check_document(videojob(spec))]


LONG = "9999999999999h"
TOO_LONG = f"{LONG!r} is longer than Kubernetes can count"


def test_good_values_are_taken() -> None:
    assert said(spec_with({"hold": "2s", "beats": ["1s", "1500ms"], "tint": "navy"}, {"settles": "3s"})) == []
    assert said(spec_with(patience="1h")) == []


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        (spec_with({"hold": "5"}), "spec.timeline.clips[0].hold: '5' is not a time: write a number with a unit"),
        (spec_with({"hold": 5}), "spec.timeline.clips[0].hold: 5 has no unit: write 5s"),
        (spec_with({"hold": LONG}), f"spec.timeline.clips[0].hold: {TOO_LONG}"),
        (spec_with({"beats": ["1s", "x"]}), "spec.timeline.clips[0].beats[1]: 'x' is not a time"),
        (spec_with({"beats": ["1s", LONG]}), f"spec.timeline.clips[0].beats[1]: {TOO_LONG}"),
        (spec_with({"tint": "yelow"}), "spec.timeline.clips[0].tint: 'yelow' is not a colour"),
        (spec_with(blur={"settles": LONG}), f"spec.timeline.overlays[0].blur.settles: {TOO_LONG}"),
        (spec_with(patience=LONG), f"spec.patience: {TOO_LONG}"),
    ],
    ids=range(8),
)
def test_bad_values_are_named(spec: Object, words: str) -> None:
    (line,) = said(spec)
    assert line.startswith(words)


def test_the_runner_and_the_operator_refuse_it_too() -> None:
    (problem,) = check_work(Work.of(NewSpec.model_validate(spec_with({"hold": LONG}))))
    assert str(problem).startswith(f"timeline.clips[0].hold: {TOO_LONG}")


def test_a_name_that_elsewhere_is_a_time_means_nothing() -> None:
    assert said(spec_with({"waitFor": "dusk"})) == []


def test_an_input_that_a_new_field_names_is_no_clip() -> None:
    work = {"inputs": [{"name": "a", "uri": "s3://m/a.mp4"}, {"name": "matte", "uri": "s3://m/matte.mp4"}]}
    overlays = [{"blur": {"mask": "matte"}, "keyframes": [{"left": 0, "top": 0, "width": 1, "height": 1}]}]
    whole = NewSpec.model_validate(work | {"timeline": {"overlays": overlays}, "outputs": GOOD["outputs"]})
    assert [clip.input for clip in clips_of(Work.of(whole))] == ["a"]
