"""`spec.timeline` of a VideoJob: clips in order, overlays on top, sound beside."""

from typing import Annotated, Any, Literal

from pydantic import Field

from videojob_api.fields import (
    KEYFRAMES_IN_ORDER,
    Color,
    Duration,
    Easing,
    Extent,
    Fraction01,
    MediaName,
    unless_no_time,
)
from videojob_api.model import Model, rule, rules

OVERLAY_KINDS = ("box", "ellipse", "spotlight", "blur", "pixelate", "text", "image")
Gain = Annotated[
    str,
    Field(
        max_length=16,
        json_schema_extra={
            "x-kubernetes-validations": [
                rule(
                    r"self.matches('^[+-]?[0-9]{1,2}(\\.[0-9]{1,2})?dB$')",
                    "gain is in decibels, such as -3dB or +1.5dB",
                )
            ]
        },
    ),
]


def _level(unit: str, message: str) -> Any:
    limits = {"LUFS": "(-[1-6][0-9]|-70|-[5-9])", "dBTP": "(-[0-9]|0)"}[unit]
    expression = rf"self.matches('^{limits}(\\.[0-9]{{1,2}})?{unit}$')"
    return Field(max_length=16, json_schema_extra={"x-kubernetes-validations": [rule(expression, message)]})


_END_AFTER_START = rule(
    unless_no_time(
        "!has(self.end) || duration(self.end) > duration(has(self.start) ? self.start : '0s')", "self.start", "self.end"
    ),
    "end must be later than start",
)


class FramingKeyframe(Model):
    """A rectangle of the source picture at a moment of source time."""

    model_config = rules(
        rule(
            "self.left + self.width <= 1.0001 && self.top + self.height <= 1.0001",
            "the framing rectangle must lie inside the picture: left + width <= 1, top + height <= 1",
        )
    )

    time: Duration = "0s"
    left: Fraction01
    top: Fraction01
    width: Extent
    height: Extent
    easing: Annotated[Easing, Field(description="The way to this keyframe.")] = "Linear"


class Framing(Model):
    """Which rectangle of the source fills the output picture."""

    model_config = rules(KEYFRAMES_IN_ORDER)

    fit: Annotated[Literal["Cover", "Contain"], Field(description="Cover crops what does not fit, Contain pads.")] = (
        "Cover"
    )
    background: Annotated[Color, Field(description="Of Contain's borders.")] = "black"
    keyframes: Annotated[list[FramingKeyframe], Field(min_length=1, max_length=256)]


class ClipAudio(Model):
    """The sound of a clip."""

    mute: bool = False
    gain: Gain | None = None
    speed: Annotated[
        Literal["KeepPitch", "Mute"],
        Field(description="Of clips whose speed is not 1: KeepPitch plays as fast as the picture, at its own pitch."),
    ] = "KeepPitch"


class Transition(Model):
    """How a clip follows the one before it."""

    model_config = rules(
        rule(
            unless_no_time(
                "duration(self.duration) >= duration('40ms') && duration(self.duration) <= duration('30s')",
                "self.duration",
            ),
            "a transition lasts from 40ms to 30s",
        )
    )

    type: Annotated[
        Literal["Crossfade", "Fade"],
        Field(description="Crossfade overlaps both clips, picture and sound; Fade goes through a colour and silence."),
    ]
    duration: Duration
    color: Annotated[Color, Field(description="Of Fade.")] = "black"


class Clip(Model):
    """A part of an input, [start, end) in source time."""

    model_config = rules(
        _END_AFTER_START,
        rule(
            "self.speed >= 0.25 && self.speed <= 8.0",
            "speed is from 0.25, a quarter as fast, to 8, eight times as fast",
        ),
    )

    input: MediaName = "main"
    start: Annotated[Duration, Field(description="Default 0s.")] | None = None
    end: Annotated[Duration, Field(description="Default: the end of the media.")] | None = None
    speed: Annotated[
        float,
        Field(
            description="0.25 to 8: 0.5 is slow motion, half as fast. Pictures are repeated or left out, not blended."
        ),
    ] = 1
    transition: Transition | None = None
    framing: Framing | None = None
    audio: ClipAudio | None = None


class OverlayKeyframe(Model):
    """A bounding box on the timeline's picture at a moment of timeline time."""

    time: Duration = "0s"
    left: Fraction01
    top: Fraction01
    width: Extent
    height: Extent
    opacity: Fraction01 = 1
    easing: Annotated[Easing, Field(description="The way to this keyframe.")] = "Linear"


Shape = Literal["Ellipse", "Rectangle"]
Feather = Annotated[Fraction01, Field(description="Width of the soft edge, in halves of the shape's size.")]


class Box(Model):
    """A rectangle, or in an overlay's `ellipse` the ellipse that fits into it, outlined or filled."""

    model_config = rules(rule("has(self.stroke) || has(self.fill)", "set stroke, fill or both (colours in quotes)"))

    stroke: Color | None = None
    fill: Color | None = None
    stroke_width: Annotated[float, Field(gt=0, le=0.5, description="In picture heights.")] = 0.004


class Spotlight(Model):
    """Dims everything outside its shape."""

    shape: Shape = "Ellipse"
    dim: Annotated[Fraction01, Field(description="0 leaves the rest as it is, 1 makes it black.")] = 0.65
    feather: Feather = 0.15


class Blur(Model):
    """Makes what lies inside its shape unrecognisable, softly."""

    shape: Shape = "Ellipse"
    radius: (
        Annotated[
            float,
            Field(
                gt=0,
                le=0.25,
                description="Standard deviation, in picture heights. Default: a fifth of the region's height "
                "at that moment.",
            ),
        ]
        | None
    ) = None
    feather: Feather = 0


class Pixelate(Model):
    """Makes what lies inside its shape unrecognisable, in squares."""

    shape: Shape = "Rectangle"
    block_size: (
        Annotated[
            float,
            Field(
                gt=0,
                le=0.5,
                description="Side, in picture heights. Default: a fifth of the region's height at that moment.",
            ),
        ]
        | None
    ) = None
    feather: Feather = 0


class Font(Model):
    """A font file among the inputs."""

    input: MediaName


class Text(Model):
    """Words in the keyframe's box, wrapped to its width, in the middle of its height."""

    content: Annotated[str, Field(min_length=1, max_length=1000)]
    size: Annotated[float, Field(gt=0, le=1, description="Of the letters, in picture heights.")] = 0.05
    weight: Literal["Regular", "Bold"] = "Regular"
    align: Literal["Left", "Center", "Right"] = "Left"
    color: Color = "white"
    stroke: Annotated[Color, Field(description="Outline of the letters.")] | None = None
    stroke_width: Annotated[float, Field(gt=0, le=0.05, description="In picture heights.")] = 0.003
    background: Annotated[Color, Field(description="Fills the box.")] | None = None
    font: Annotated[Font, Field(description="Default: FiraGO, then symbols.")] | None = None


class Picture(Model):
    """A still picture among the inputs, whole inside the keyframe's box, its aspect kept."""

    input: MediaName


class Overlay(Model):
    """Something drawn over the timeline's picture from start to end, in timeline time."""

    model_config = rules(
        _END_AFTER_START,
        KEYFRAMES_IN_ORDER,
        rule(
            f"[{', '.join(f'has(self.{kind})' for kind in OVERLAY_KINDS)}].filter(p, p).size() == 1",
            f"set exactly one of {', '.join(OVERLAY_KINDS)}",
        ),
    )

    start: Duration | None = None
    end: Duration | None = None
    fade_in: Duration | None = None
    fade_out: Duration | None = None
    enabled: bool = True
    keyframes: Annotated[list[OverlayKeyframe], Field(min_length=1, max_length=256)]
    box: Box | None = None
    ellipse: Box | None = None
    spotlight: Spotlight | None = None
    blur: Blur | None = None
    pixelate: Pixelate | None = None
    text: Text | None = None
    image: Picture | None = None


class Replacement(Model):
    """The sound that stands in for that of the clips."""

    input: MediaName
    start: Annotated[Duration, Field(description="Where in that sound to begin. Default 0s.")] | None = None
    loop: Annotated[bool, Field(description="Begin again at start when it ends; else silence follows.")] = False


class Normalize(Model):
    """To a loudness by EBU R 128: one gain for the whole, less where the true peak would pass its limit."""

    loudness: Annotated[str, _level("LUFS", "loudness is from -70LUFS to -5LUFS, such as -16LUFS")] = "-23LUFS"
    true_peak: Annotated[str, _level("dBTP", "truePeak is from -9dBTP to 0dBTP, such as -1.5dBTP")] = "-1dBTP"


class TimelineAudio(Model):
    """The sound of the timeline."""

    model_config = rules(
        rule("has(self.replace) == (self.mode == 'Replace')", "audio.replace goes with mode Replace, and only with it"),
    )

    mode: Literal["Keep", "Mute", "Replace"] = "Keep"
    replace: Replacement | None = None
    gain: Gain | None = None
    normalize: Normalize | None = None
    fade_in: Duration | None = None
    fade_out: Duration | None = None


class Fade(Model):
    """From or to a colour, picture and sound."""

    duration: Duration
    color: Color = "black"


class Timeline(Model):
    """The output video: clips in order, overlays on top."""

    model_config = rules(
        rule(
            "!has(self.clips) || !has(self.clips[0].transition)",
            "the first clip has nothing to cross from; use timeline.fadeIn",
            fieldPath=".clips",
        ),
    )

    fade_in: Fade | None = None
    fade_out: Fade | None = None
    clips: Annotated[list[Clip], Field(min_length=1, max_length=256)] | None = None
    overlays: Annotated[list[Overlay], Field(max_length=128)] | None = None
    audio: TimelineAudio | None = None
