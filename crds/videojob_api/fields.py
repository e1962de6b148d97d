"""Field types that several parts of the spec share: times, fractions, names, colours, URIs.

Geometry is in fractions of the picture from its top left corner; media times are strings with a unit.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field, JsonValue

from videojob_api.model import rule
from videojob_api.values import NAMED_COLORS as COLOR_CODES
from videojob_api.values import parse_color, parse_duration

NAMED_COLORS = "|".join(COLOR_CODES)
_TIME = r"matches('^([0-9]+(\\.[0-9]+)?(h|ms|us|m|s))+$')"
DURATION_RULE = rule(
    f"self.{_TIME}",
    "not a time: write a number with a unit, such as 12.5s, 1m50s or 750ms",
)
"""Stricter than Kubernetes' format `duration`, which takes days and signs and answers without an example."""
COLOR_RULE = rule(
    f"self.matches('(?i)^(#?[0-9a-f]{{6}}([0-9a-f]{{2}})?|{NAMED_COLORS})$')",
    'not a colour: write "#RRGGBB" or "#RRGGBBAA" in quotes, or a name such as yellow',
)
NAME_RULE = rule(
    "self.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?$')",
    "not a name: write lower case letters, digits and, between them, -, such as logo-2",
)


def unless_no_time(compared: str, *times: str) -> str:
    """The expression `compared`, where all of its `times` are some: what is none has an answer of its own."""
    return " || ".join([*(f"(has({time}) && !{time}.{_TIME})" for time in times), compared])


KEYFRAMES_IN_ORDER = rule(
    f"!has(self.keyframes) || self.keyframes.exists(k, !k.time.{_TIME}) || "
    "self.keyframes.map(k, duration(k.time)).isSorted()",
    "keyframes stand in order of time, each later than the one before",
    fieldPath=".keyframes",
)


def limited_text(longest: int, *rules: dict[str, JsonValue], least: int | None = 1) -> Any:
    """At least so many characters, and CEL rules of its own: a `pattern` would answer with a regular expression."""
    return Field(min_length=least, max_length=longest, json_schema_extra={"x-kubernetes-validations": list(rules)})


@dataclass(frozen=True)
class ReadBy:
    """Marks a type of text by what reads it; that raises ValueError, in words, where the CEL rule was not enough."""

    read: Callable[[str], object]


@dataclass(frozen=True)
class NamesInput:
    """Marks a type of text that is the name of one of `spec.inputs`."""


@dataclass(frozen=True)
class NamesAnalysis:
    """Marks a type of text that is the name of one of `spec.analyses`."""


Duration = Annotated[str, limited_text(32, DURATION_RULE), ReadBy(parse_duration)]
Fraction01 = Annotated[float, Field(ge=0, le=1)]
Left = Annotated[Fraction01, Field(description="Of the rectangle's left edge, in picture widths: 0.25.")]
Top = Annotated[Fraction01, Field(description="Of the rectangle's upper edge, in picture heights, from above: 0.1.")]
Extent = Annotated[float, Field(gt=0, le=1)]
Width = Annotated[Extent, Field(description="In picture widths: 0.5 is half the picture.")]
Height = Annotated[Extent, Field(description="In picture heights: 0.5 is half the picture.")]
Name = Annotated[str, Field(min_length=1, max_length=63)]
Color = Annotated[str, limited_text(16, COLOR_RULE), ReadBy(parse_color)]
Easing = Literal["Linear", "EaseIn", "EaseOut", "EaseInOut", "Hold"]
SecretKey = Annotated[
    str,
    limited_text(
        253,
        rule(
            r"self.matches('^[-._a-zA-Z0-9]+$') && !self.startsWith('..') && self != '.'",
            "not a key of a Secret: write letters, digits and any of - . _, such as url",
        ),
    ),
]
MediaName = Annotated[str, limited_text(63, NAME_RULE)]
InputName = Annotated[MediaName, NamesInput()]
AnalysisName = Annotated[MediaName, NamesAnalysis()]

TEXT_RULE = rule(
    r"!self.matches('[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f]')",
    "control characters are not allowed here: take them out",
)
Words = Annotated[str, Field(json_schema_extra={"x-kubernetes-validations": [TEXT_RULE]})]
Deadline = Annotated[
    str,
    limited_text(
        32,
        DURATION_RULE,
        rule(
            f"!self.{_TIME} || (!self.matches('[0-9]{{7}}h|[0-9]{{9}}') && duration(self) <= duration('87600h'))",
            "a deadline is at most 87600h, ten years",
        ),
    ),
    ReadBy(parse_duration),
]
MOST_KEYFRAMES = 256
KEYFRAMES_OR_TRACKS = rule(
    "has(self.keyframes) != has(self.keyframesFrom)",
    "set either keyframes, such as keyframes: [{left: 0.1, top: 0.1, width: 0.2, height: 0.2}], or keyframesFrom",
)


def a_few(most: int) -> Any:
    """The CRD's limit of a list that only the runner itself may make longer."""
    return Field(json_schema_extra={"minItems": 1, "maxItems": most})


def map_by_name(most: int) -> Any:
    """A list of at most `most` items that Kubernetes merges by their names."""
    by_name: dict[str, JsonValue] = {"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"]}
    return Field(min_length=1, max_length=most, json_schema_extra=by_name)


END_AFTER_START = rule(
    unless_no_time(
        "!has(self.end) || duration(self.end) > duration(has(self.start) ? self.start : '0s')", "self.start", "self.end"
    ),
    "end must be later than start",
)
