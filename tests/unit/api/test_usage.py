"""Which inputs are clips, and which are there for something else."""

from typing import Any

import pytest

from tests.unit.api.specs import BOX, GOOD, spoiled, videojob
from videojob_api.by_type import places
from videojob_api.fields import NamesInput
from videojob_api.order import Work
from videojob_api.spec import VideoJobSpec
from videojob_api.timeline import Timeline
from videojob_api.usage import clips_of, cutting_analyses, fonts_of, images_of, used_elsewhere
from videojob_api.validate import check_document


def work(*names: str, **timeline: Any) -> Work:
    inputs = [{"name": name, "uri": f"s3://m/{name}"} for name in names]
    shown = {"timeline": timeline} if timeline else {}
    return Work.model_validate({"inputs": inputs, "outputs": [{"uri": "s3://m/out.mp4"}], **shown})


IMAGE = {"image": {"input": "logo"}, "keyframes": [BOX]}
WORDS = {"text": {"content": "a", "font": {"input": "brand"}}, "keyframes": [BOX]}
MUSIC = {"mode": "Replace", "replace": {"input": "theme"}}


def test_without_clips_every_input_is_one() -> None:
    assert [clip.input for clip in clips_of(work("b", "a"))] == ["b", "a"]


def test_what_overlays_and_sound_name_is_no_clip() -> None:
    found = clips_of(work("logo", "a", "brand", "theme", overlays=[IMAGE, WORDS], audio=MUSIC))
    assert [clip.input for clip in found] == ["a"]


def test_clips_that_are_written_stand_as_they_are() -> None:
    clips = [{"input": "logo", "end": "1s"}, {"input": "a"}]
    assert [clip.input for clip in clips_of(work("a", "logo", clips=clips, overlays=[IMAGE]))] == ["logo", "a"]


def test_analyses_that_clips_come_from() -> None:
    assert cutting_analyses(work("a")) == []
    assert cutting_analyses(work("a", clipsFrom={"any": ["moving", "loud"]})) == ["moving", "loud"]


def test_images_and_fonts_are_told_apart() -> None:
    timeline = Timeline.model_validate({"overlays": [IMAGE, WORDS, IMAGE], "audio": MUSIC})
    assert images_of(timeline) == ["logo", "logo"]
    assert fonts_of(timeline) == ["brand"]
    assert used_elsewhere(timeline) == {"logo", "brand", "theme"}


PLACES = [".".join(place) for place in places(VideoJobSpec, NamesInput)]


def _in_good(place: str) -> str:
    """The place of such a name in `GOOD`, which has each of them."""
    way: list[str] = []
    node: Any = GOOD
    for step in place.split("."):
        if step == "[]":
            rest = place.split(".")[len(way) + 1]
            node, step = next((item, str(index)) for index, item in enumerate(node) if rest in item)
        else:
            node = node[step]
        way.append(step)
    return ".".join(way)


@pytest.mark.parametrize("place", PLACES)
def test_each_name_of_an_input_is_checked(place: str) -> None:
    (problem,) = check_document(videojob(spoiled(_in_good(place), "nobody")))
    assert "names an input that spec.inputs does not have" in problem.message
    assert problem.message.endswith("; there are a, b, logo, music, font, model")
