"""Values are found by the type that their field was declared with."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from videojob_api.by_type import fields_of, marked, places
from videojob_api.fields import ReadBy
from videojob_api.model import Model
from videojob_api.order import Work
from videojob_api.spec import VideoJobSpec


@dataclass(frozen=True)
class Length:
    """A mark."""

    unit: str


@dataclass(frozen=True)
class Other:
    """A mark that nobody looks for."""


Metres = Annotated[str, Field(max_length=9), Length("m")]


class Rope(Model):
    whole: Annotated[Metres, Field(description="All of it.")] = "9m"
    name: str = "9m"
    frayed: Annotated[Metres | None, Field(description="Default: none.")] = None
    feet: Annotated[str, Length("ft")] = "3ft"


class Silk(Rope):
    worn_end: Metres = "1m"


class Coil(Model):
    ropes: list[Rope] = []
    cuts: list[Metres] = []
    by_color: Annotated[dict[str, Metres] | None, Field(max_length=3)] = None
    spare: Rope | None = None
    colour: Annotated[str, Other()] = "red"


def found(model: Model) -> list[tuple[str, str, str]]:
    return [(".".join(map(str, path)), value, mark.unit) for path, value, mark in marked(model, Length)]


def test_each_value_comes_with_its_place_and_its_mark() -> None:
    assert found(Rope(frayed="2m")) == [("whole", "9m", "m"), ("frayed", "2m", "m"), ("feet", "3ft", "ft")]


def test_lists_maps_and_models_are_looked_through() -> None:
    coil = Coil(ropes=[Rope()], cuts=["1m", "2m"], by_color={"red": "3m"}, spare=Rope(whole="4m"))
    assert [(path, value) for path, value, unit in found(coil) if unit == "m"] == [
        ("ropes.0.whole", "9m"),
        ("cuts.0", "1m"),
        ("cuts.1", "2m"),
        ("byColor.red", "3m"),
        ("spare.whole", "4m"),
    ]


def test_a_value_of_a_wider_model_is_looked_at_by_its_own_fields() -> None:
    assert ("ropes.0.wornEnd", "1m", "m") in found(Coil(ropes=[Silk()]))


def test_places_are_those_of_the_declaration() -> None:
    assert set(places(Coil, Length)) == {
        *((*at, field) for at in (("ropes", "[]"), ("spare",)) for field in ("whole", "frayed", "feet")),
        ("cuts", "[]"),
        ("byColor", "[]"),
    }
    assert list(places(Coil, Other)) == [("colour",)]


def test_fields_are_found_by_the_model_they_hold() -> None:
    class Knot(Model):
        left: Rope | None = None
        right: Annotated[Silk | None, Field(description="Default: none.")] = None
        count: int = 1

    assert fields_of(Knot, Rope) == {"left": Rope, "right": Silk}
    assert fields_of(Knot, Silk) == {"right": Silk}


def test_all_times_and_colours_of_a_spec_are_found() -> None:
    """What a runner reads is part of it."""
    spec, work = ({".".join(place) for place in places(model, ReadBy)} for model in (VideoJobSpec, Work))
    assert work < spec
    assert spec - work == {"placement.tiers.[].waitFor", "deadline"}
    assert {
        "timeline.clips.[].start",
        "timeline.clips.[].transition.duration",
        "timeline.clips.[].framing.keyframes.[].time",
        "timeline.clips.[].framing.background",
        "timeline.overlays.[].fadeIn",
        "timeline.overlays.[].ellipse.stroke",
        "timeline.overlays.[].text.color",
        "timeline.audio.replace.start",
        "timeline.fadeOut.color",
        "outputs.[].video.background",
    } <= work
