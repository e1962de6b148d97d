"""`spec.timeline` of a VideoJob: clips in order, overlays on top, sound beside."""

from typing import Annotated, Any, Literal

from pydantic import Field

from videojob_api.fields import (
    KEYFRAMES_IN_ORDER,
    Color,
    Duration,
    Easing,
    Fraction01,
    Height,
    Left,
    MediaName,
    Top,
    Width,
    unless_no_time,
)
from videojob_api.model import Model, rule, rules

OVERLAY_KINDS = ("box", "ellipse", "spotlight", "blur", "pixelate", "text", "image")
Language = Annotated[
    str,
    Field(
        max_length=35,
        json_schema_extra={
            "x-kubernetes-validations": [
                rule(
                    "self.matches('^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$')",
                    "language is a BCP 47 tag, such as ko or zh-Hans",
                )
            ]
        },
    ),
]
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

    time: Annotated[Duration, Field(description="When, in source time, such as 2.5s.")] = "0s"
    left: Left
    top: Top
    width: Width
    height: Height
    easing: Annotated[Easing, Field(description="How it moves on the way to this keyframe: CSS's curves, or Hold.")] = (
        "Linear"
    )


class Framing(Model):
    """Which rectangle of the source fills the output picture."""

    model_config = rules(KEYFRAMES_IN_ORDER)

    fit: Annotated[Literal["Cover", "Contain"], Field(description="Cover crops what does not fit, Contain pads.")] = (
        "Cover"
    )
    background: Annotated[Color, Field(description='Of Contain\'s borders: navy, "#101820".')] = "black"
    keyframes: Annotated[
        list[FramingKeyframe],
        Field(
            min_length=1,
            max_length=256,
            description="Rectangles of the source picture by source time; one alone stands still, before the first and "
            "after the last it holds.",
        ),
    ]


class ClipAudio(Model):
    """The sound of a clip."""

    mute: Annotated[bool, Field(description="Silence instead of this clip's sound.")] = False
    gain: Annotated[Gain | None, Field(description="Louder or softer, in decibels: -3dB. Default: as it is.")] = None
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
    duration: Annotated[Duration, Field(description="How long it lasts, in timeline time, 40ms to 30s: 750ms.")]
    color: Annotated[Color, Field(description='That Fade goes through: white, "#101820".')] = "black"


class Clip(Model):
    """A part of an input, [start, end) in source time."""

    model_config = rules(
        _END_AFTER_START,
        rule(
            "self.speed >= 0.25 && self.speed <= 8.0",
            "speed is from 0.25, a quarter as fast, to 8, eight times as fast",
        ),
    )

    input: Annotated[MediaName, Field(description="The input's name; with several inputs every clip needs it.")] = (
        "main"
    )
    start: Annotated[Duration | None, Field(description="First moment, in source time: 12.5s. Default: 0s.")] = None
    end: Annotated[
        Duration | None,
        Field(description="Moment after the last, in source time: 1m50s. Default: the end of the input's picture."),
    ] = None
    speed: Annotated[
        float,
        Field(
            description="How fast, 0.25 to 8 times the source: 0.5 is slow motion. Pictures are repeated or left out, "
            "never blended."
        ),
    ] = 1
    transition: Annotated[
        Transition | None, Field(description="From the clip before to this one. Default: none, a cut.")
    ] = None
    framing: Annotated[
        Framing | None,
        Field(description="Which rectangle of the source fills the output. Default: the whole picture, by video.fit."),
    ] = None
    audio: Annotated[ClipAudio | None, Field(description="This clip's sound. Default: as it is.")] = None


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


class Box(Model):
    """A rectangle, or in an overlay's `ellipse` the ellipse that fits into it, outlined or filled."""

    model_config = rules(rule("has(self.stroke) || has(self.fill)", "set stroke, fill or both (colours in quotes)"))

    stroke: Annotated[Color | None, Field(description='Of the line: yellow, "#FFD400". Default: no line.')] = None
    fill: Annotated[Color | None, Field(description='Of the inside: "#FF000060". Default: left open.')] = None
    stroke_width: Annotated[float, Field(gt=0, le=0.5, description="Of the line, in picture heights.")] = 0.004


class Spotlight(Model):
    """Dims everything outside its shape."""

    shape: Annotated[Shape, Field(description="That fits into the keyframe's box.")] = "Ellipse"
    dim: Annotated[Fraction01, Field(description="0 leaves the rest as it is, 1 makes it black.")] = 0.65
    feather: Feather = 0.15


class Blur(Model):
    """Makes what lies inside its shape unrecognisable, softly."""

    shape: Annotated[Shape, Field(description="That fits into the keyframe's box.")] = "Ellipse"
    radius: Annotated[
        Annotated[float, Field(gt=0, le=0.25)] | None,
        Field(
            description="Standard deviation in picture heights. Default: a fifth of the region's height at that moment."
        ),
    ] = None
    feather: Feather = 0


class Pixelate(Model):
    """Makes what lies inside its shape unrecognisable, in squares."""

    shape: Annotated[Shape, Field(description="That fits into the keyframe's box.")] = "Rectangle"
    block_size: Annotated[
        Annotated[float, Field(gt=0, le=0.5)] | None,
        Field(description="Side, in picture heights. Default: a fifth of the region's height at that moment."),
    ] = None
    feather: Feather = 0


class Font(Model):
    """A font file among the inputs."""

    input: Annotated[MediaName, Field(description="Name of an input that is a TTF or OTF file.")]


class Text(Model):
    """Words in the middle of the keyframe's box, wrapped to its width; lines are those of the largest keyframe."""

    content: Annotated[
        str,
        Field(min_length=1, max_length=1000, description='The words, in quotes where they are a number or no: "3:1".'),
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


class Picture(Model):
    """A still picture among the inputs, whole inside the keyframe's box, its aspect kept."""

    input: Annotated[MediaName, Field(description="Name of an input that is a PNG, JPEG, WebP, GIF, BMP or TIFF.")]


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
    keyframes: Annotated[
        list[OverlayKeyframe],
        Field(
            min_length=1,
            max_length=256,
            description="Where it is, by timeline time; one alone stands still, before the first and after the last it "
            "holds.",
        ),
    ]
    box: Annotated[Box | None, Field(description="A rectangle, outlined or filled. Default: none.")] = None
    ellipse: Annotated[Box | None, Field(description="The same, as an ellipse. Default: none.")] = None
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


class Replacement(Model):
    """The sound that stands in for that of the clips."""

    input: Annotated[MediaName, Field(description="Name of an input that has sound.")]
    start: Annotated[
        Duration | None, Field(description="Where in that sound to begin, in source time: 3s. Default: 0s.")
    ] = None
    loop: Annotated[bool, Field(description="Begin again at start when it ends; else silence follows.")] = False


class Normalize(Model):
    """To a loudness by EBU R 128: one gain for the whole, less where the true peak would pass its limit."""

    loudness: Annotated[
        str,
        _level("LUFS", "loudness is from -70LUFS to -5LUFS, such as -16LUFS"),
        Field(description="Integrated, -70LUFS to -5LUFS: -16LUFS."),
    ] = "-23LUFS"
    true_peak: Annotated[
        str,
        _level("dBTP", "truePeak is from -9dBTP to 0dBTP, such as -1.5dBTP"),
        Field(description="Not to be passed, -9dBTP to 0dBTP: -1.5dBTP."),
    ] = "-1dBTP"


class TimelineAudio(Model):
    """The sound of the timeline."""

    model_config = rules(
        rule("has(self.replace) == (self.mode == 'Replace')", "audio.replace goes with mode Replace, and only with it"),
    )

    mode: Annotated[
        Literal["Keep", "Mute", "Replace"], Field(description="The clips' sound, none, or that of replace.")
    ] = "Keep"
    replace: Annotated[Replacement | None, Field(description="With mode Replace: which sound. Default: none.")] = None
    gain: Annotated[Gain | None, Field(description="Of the whole, in decibels: -3dB or +1.5dB. Default: as it is.")] = (
        None
    )
    normalize: Annotated[Normalize | None, Field(description="To one loudness. Default: as it is.")] = None
    fade_in: Annotated[
        Duration | None, Field(description="Of the sound alone, from the start, in timeline time: 1s. Default: 0s.")
    ] = None
    fade_out: Annotated[
        Duration | None, Field(description="Of the sound alone, to the end, in timeline time: 2s. Default: 0s.")
    ] = None


class Fade(Model):
    """From or to a colour, picture and sound."""

    duration: Annotated[Duration, Field(description="How long it lasts, in timeline time: 500ms.")]
    color: Annotated[Color, Field(description='From or to which: black, "#101820".')] = "black"


class Timeline(Model):
    """The output video: clips in order, overlays on top."""

    model_config = rules(
        rule(
            "!has(self.clips) || !has(self.clips[0].transition)",
            "the first clip has nothing to cross from; use timeline.fadeIn",
            fieldPath=".clips",
        ),
    )

    fade_in: Annotated[Fade | None, Field(description="From a colour, picture and sound. Default: none.")] = None
    fade_out: Annotated[Fade | None, Field(description="To a colour, picture and sound. Default: none.")] = None
    clips: (
        Annotated[
            list[Clip],
            Field(
                min_length=1,
                max_length=256,
                description="Parts of inputs, [start, end) in source time, one after the other. Default: every input "
                "that nothing else uses, whole, in order.",
            ),
        ]
        | None
    ) = None
    overlays: (
        Annotated[
            list[Overlay],
            Field(
                max_length=128, description="Drawn over the picture, later ones above, in timeline time. Default: none."
            ),
        ]
        | None
    ) = None
    audio: Annotated[TimelineAudio | None, Field(description="The sound. Default: that of the clips.")] = None
