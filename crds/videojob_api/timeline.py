"""`spec.timeline` of a VideoJob: clips in order, overlays on top, sound beside."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from videojob_api.fields import (
    END_AFTER_START,
    KEYFRAMES_IN_ORDER,
    KEYFRAMES_OR_TRACKS,
    MOST_KEYFRAMES,
    AnalysisName,
    Color,
    Duration,
    Easing,
    Height,
    InputName,
    Left,
    Top,
    Width,
    a_few,
    unless_no_time,
)
from videojob_api.from_analyses import Follow, Padding
from videojob_api.model import Model, rule, rules
from videojob_api.overlay import Overlay
from videojob_api.sound import ClipAudio, TimelineAudio


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

    model_config = rules(
        KEYFRAMES_IN_ORDER,
        KEYFRAMES_OR_TRACKS,
        rule(
            "!has(self.keyframesFrom) || self.fit == 'Cover'",
            "a crop that follows fills the output: leave out fit: Contain",
            fieldPath=".fit",
        ),
    )

    fit: Annotated[Literal["Cover", "Contain"], Field(description="Cover crops what does not fit, Contain pads.")] = (
        "Cover"
    )
    background: Annotated[Color, Field(description='Of Contain\'s borders: navy, "#101820".')] = "black"
    keyframes: (
        Annotated[
            list[FramingKeyframe],
            a_few(MOST_KEYFRAMES),
            Field(
                description="Rectangles of the source picture by source time; one alone stands still, before the first "
                "and after the last it holds. Default: those of keyframesFrom."
            ),
        ]
        | None
    ) = None
    keyframes_from: Annotated[
        Follow | None, Field(description="Follows what an analysis has found. Default: keyframes.")
    ] = None

    @property
    def points(self) -> list[FramingKeyframe]:
        """Its keyframes: none of a crop that is still to be found."""
        return self.keyframes or []


@dataclass(frozen=True)
class TransitionType:
    """What a type of transition does to its clips, and the word for it in sentences.

    One that `overlaps` shows both at once, mixed, and makes the timeline shorter; another ends one clip in a colour, in
    which the next begins.
    """

    word: str
    overlaps: bool


TRANSITIONS = {"Crossfade": TransitionType("crossfade", overlaps=True), "Fade": TransitionType("fade", overlaps=False)}
"""By the API's name."""


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

    @property
    def kind(self) -> TransitionType:
        """What it does."""
        return TRANSITIONS[self.type]


class Clip(Model):
    """A part of an input, [start, end) in source time."""

    model_config = rules(
        END_AFTER_START,
        rule(
            "self.speed >= 0.25 && self.speed <= 8.0",
            "speed is from 0.25, a quarter as fast, to 8, eight times as fast",
        ),
    )

    input: Annotated[InputName, Field(description="The input's name; with several inputs every clip needs it.")] = (
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


class ClipsFrom(Model):
    """Clips where an analysis has found something, with room around it, in order of time: a reel of highlights."""

    model_config = rules(
        rule(
            "[has(self.analysis), has(self.any), has(self.all)].filter(p, p).size() == 1",
            "set exactly one of analysis, any, all",
        ),
    )

    analysis: Annotated[AnalysisName | None, Field(description="Whose events. Default: those of any or all.")] = None
    any: (
        Annotated[
            list[AnalysisName],
            Field(
                min_length=2,
                max_length=8,
                description="Events of any of these, which look at one input. Default: those of analysis.",
            ),
        ]
        | None
    ) = None
    all: (
        Annotated[
            list[AnalysisName],
            Field(
                min_length=2,
                max_length=8,
                description="When all of these, which look at one input, have an event. Default: those of analysis.",
            ),
        ]
        | None
    ) = None
    padding: Annotated[Padding, Field(description="Room around events.")] = Padding()
    merge_gap: Annotated[Duration, Field(description="Cuts that are closer, in source time, are one.")] = "1s"
    min_duration: Annotated[
        Duration, Field(description="Shorter cuts, in source time, are left out, unless the input is.")
    ] = "1s"
    max_total: Annotated[
        Duration, Field(description="Of all cuts together, in source time; the strongest events stay, in their order.")
    ] = "2m"
    transition: Annotated[
        Transition | None,
        Field(description="From each cut to the next; shorter ones get a shorter one. Default: none."),
    ] = None
    framing: Annotated[Framing | None, Field(description="Of all cuts. Default: the whole picture.")] = None
    audio: Annotated[ClipAudio | None, Field(description="Of all cuts. Default: as it is.")] = None


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
        rule(
            "!has(self.clips) || !has(self.clipsFrom)",
            "clips are listed, or found by an analysis: leave out clips or clipsFrom",
            fieldPath=".clipsFrom",
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
                description="Parts of inputs, [start, end) in source time, one after the other. Default: clipsFrom, "
                "else every input that nothing else uses, whole, in order.",
            ),
        ]
        | None
    ) = None
    clips_from: Annotated[
        ClipsFrom | None, Field(description="Clips where analyses have found something. Default: none.")
    ] = None
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
