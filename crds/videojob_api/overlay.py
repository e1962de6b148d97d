"""`spec.timeline.overlays`: what is drawn over the picture."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from videojob_api.by_type import fields_of
from videojob_api.fields import (
    END_AFTER_START,
    KEYFRAMES_IN_ORDER,
    KEYFRAMES_OR_TRACKS,
    MOST_KEYFRAMES,
    Color,
    Duration,
    Easing,
    Fraction01,
    Height,
    InputName,
    Left,
    Top,
    Width,
    Words,
    a_few,
    limited_text,
)
from videojob_api.from_analyses import TracksFrom
from videojob_api.model import Model, rule, rules

Language = Annotated[
    str,
    limited_text(
        35,
        rule("self.matches('^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$')", "language is a BCP 47 tag, such as ko or zh-Hans"),
        least=None,
    ),
]


class OverlayKeyframe(Model):
    """A bounding box on the timeline's picture at a moment of timeline time."""

    time: Annotated[Duration, Field(description="When, in timeline time, such as 2.5s.")] = "0s"
    left: Left
    top: Top
    width: Width
    height: Height
    opacity: Annotated[Fraction01, Field(description="0 is invisible, 1 solid.")] = 1
    easing: Annotated[Easing, Field(description="How it moves on the way to this keyframe: CSS's curves, or Hold.")] = (
        "Linear"
    )


Shape = Literal["Ellipse", "Rectangle"]
Feather = Annotated[Fraction01, Field(description="Width of the soft edge, in halves of the shape's size: 0.15.")]


class OverlayKind(Model):
    """What an overlay can be. A field of `Overlay` whose type is below this one is a kind; there is no other list."""


class Box(OverlayKind):
    """A rectangle, outlined or filled."""

    model_config = rules(rule("has(self.stroke) || has(self.fill)", "set stroke, fill or both (colours in quotes)"))

    stroke: Annotated[Color | None, Field(description='Of the line: yellow, "#FFD400". Default: no line.')] = None
    fill: Annotated[Color | None, Field(description='Of the inside: "#FF000060". Default: left open.')] = None
    stroke_width: Annotated[float, Field(gt=0, le=0.5, description="Of the line, in picture heights.")] = 0.004


class Ellipse(Box):
    """An ellipse, outlined or filled."""


class Spotlight(OverlayKind):
    """Dims everything outside its shape."""

    shape: Annotated[Shape, Field(description="That fits into the keyframe's box.")] = "Ellipse"
    dim: Annotated[Fraction01, Field(description="0 leaves the rest as it is, 1 makes it black.")] = 0.65
    feather: Feather = 0.15


class Blur(OverlayKind):
    """Makes what lies inside its shape unrecognisable, softly."""

    shape: Annotated[Shape, Field(description="That fits into the keyframe's box.")] = "Ellipse"
    radius: Annotated[
        Annotated[float, Field(gt=0, le=0.25)] | None,
        Field(
            description="Standard deviation in picture heights. Default: a fifth of the region's height at that moment."
        ),
    ] = None
    feather: Feather = 0


class Pixelate(OverlayKind):
    """Makes what lies inside its shape unrecognisable, in squares."""

    shape: Annotated[Shape, Field(description="That fits into the keyframe's box.")] = "Rectangle"
    block_size: Annotated[
        Annotated[float, Field(gt=0, le=0.5)] | None,
        Field(description="Side, in picture heights. Default: a fifth of the region's height at that moment."),
    ] = None
    feather: Feather = 0


class Font(Model):
    """A font file among the inputs."""

    input: Annotated[InputName, Field(description="Name of an input that is a TTF or OTF file.")]


class Text(OverlayKind):
    """Words in the middle of the keyframe's box, wrapped to its width; lines are those of the largest keyframe."""

    content: Annotated[
        Words,
        Field(
            min_length=1,
            max_length=1000,
            description='The words, in quotes where they are a number or no: "3:1". With keyframesFrom {label} and '
            "{track} stand for those of the thing.",
        ),
    ]
    size: Annotated[float, Field(gt=0, le=1, description="Of the letters, in picture heights.")] = 0.05
    shrink_to: Annotated[
        float,
        Field(
            gt=0,
            le=1,
            description="Words that do not fit the box shrink down to this share of size; what still does not fit is "
            "cut, with an ellipsis and a note.",
        ),
    ] = 0.5
    weight: Annotated[Literal["Regular", "Bold"], Field(description="Of the built-in font.")] = "Regular"
    align: Annotated[Literal["Left", "Center", "Right"], Field(description="Of the lines in the box.")] = "Left"
    color: Annotated[Color, Field(description='Of the letters, in quotes if it begins with #: "#FFD400".')] = "white"
    stroke: Annotated[Color | None, Field(description="Outline of the letters: black. Default: none.")] = None
    stroke_width: Annotated[float, Field(gt=0, le=0.05, description="Of the outline, in picture heights.")] = 0.003
    background: Annotated[Color | None, Field(description='Fills the box: "#000000A0". Default: none.')] = None
    font: Annotated[
        Font | None,
        Field(description="Asked first for each letter. Default: FiraGO, then symbols, Noto Sans CJK, emoji."),
    ] = None
    language: Annotated[
        Language | None, Field(description="Chooses Chinese or Korean forms: zh-Hans. Default: Japanese ones.")
    ] = None


class Picture(OverlayKind):
    """A still picture among the inputs, whole inside the keyframe's box, its aspect kept."""

    input: Annotated[InputName, Field(description="Name of an input that is a PNG, JPEG, WebP, GIF, BMP or TIFF.")]


def _rules(schema: JsonDict, overlay: type[Any]) -> None:
    """Adds the CEL validations of an overlay: that it is of one kind is said of all that it has fields for."""
    kinds = fields_of(overlay, OverlayKind)
    one_kind = rule(
        f"[{', '.join(f'has(self.{kind})' for kind in kinds)}].filter(p, p).size() == 1",
        f"set exactly one of {', '.join(kinds)}",
    )
    schema["x-kubernetes-validations"] = [END_AFTER_START, KEYFRAMES_IN_ORDER, KEYFRAMES_OR_TRACKS, one_kind]


class Overlay(Model):
    """Something drawn over the timeline's picture from start to end, in timeline time."""

    model_config = ConfigDict(json_schema_extra=_rules)

    start: Annotated[Duration | None, Field(description="When it appears, in timeline time: 3s. Default: 0s.")] = None
    end: Annotated[
        Duration | None, Field(description="When it is gone, in timeline time: 8.5s. Default: the timeline's end.")
    ] = None
    fade_in: Annotated[
        Duration | None, Field(description="How long it takes to appear, in timeline time: 300ms. Default: 0s.")
    ] = None
    fade_out: Annotated[
        Duration | None, Field(description="How long it takes to go, in timeline time: 300ms. Default: 0s.")
    ] = None
    enabled: Annotated[bool, Field(description="false leaves it out.")] = True
    keyframes: (
        Annotated[
            list[OverlayKeyframe],
            a_few(MOST_KEYFRAMES),
            Field(
                description="Where it is, by timeline time; one alone stands still, before the first and after the "
                "last it holds. Default: those of keyframesFrom."
            ),
        ]
        | None
    ) = None
    keyframes_from: Annotated[
        TracksFrom | None,
        Field(description="One such overlay on each thing that an analysis has followed. Default: keyframes."),
    ] = None
    box: Annotated[Box | None, Field(description="A rectangle, outlined or filled. Default: none.")] = None
    ellipse: Annotated[Ellipse | None, Field(description="The same, as an ellipse. Default: none.")] = None
    spotlight: Annotated[Spotlight | None, Field(description="Dims all but a shape. Default: none.")] = None
    blur: Annotated[Blur | None, Field(description="Blurs what lies in a shape. Default: none.")] = None
    pixelate: Annotated[Pixelate | None, Field(description="Shows it in squares. Default: none.")] = None
    text: Annotated[
        Text | None,
        Field(description="Words in the box, wrapped to its width, in the middle of its height. Default: none."),
    ] = None
    image: Annotated[
        Picture | None, Field(description="A still picture, whole in the box, its aspect kept. Default: none.")
    ] = None

    @property
    def points(self) -> list[OverlayKeyframe]:
        """Its keyframes: none of an overlay that stands for one on each track."""
        return self.keyframes or []

    @property
    def kind(self) -> OverlayKind:
        """The one that is set: the API lets no overlay be without one."""
        kinds: list[OverlayKind | None] = [getattr(self, name) for name in fields_of(type(self), OverlayKind)]
        return next(kind for kind in kinds if kind is not None)


OVERLAY_KINDS = fields_of(Overlay, OverlayKind)
"""Every kind: its field's name, and its model."""
