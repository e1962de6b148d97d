"""`spec.timeline.audio`, and the sound of each clip."""

from typing import Annotated, Any, Literal

from pydantic import Field

from videojob_api.fields import (
    Duration,
    InputName,
    limited_text,
)
from videojob_api.model import Model, rule, rules

Gain = Annotated[
    str,
    limited_text(
        16,
        rule(r"self.matches('^[+-]?[0-9]{1,2}(\\.[0-9]{1,2})?dB$')", "gain is in decibels, such as -3dB or +1.5dB"),
        least=None,
    ),
]


def _level(unit: str, message: str) -> Any:
    limits = {"LUFS": "(-[1-6][0-9]|-70|-[5-9])", "dBTP": "(-[0-9]|0)"}[unit]
    expression = rf"self.matches('^{limits}(\\.[0-9]{{1,2}})?{unit}$')"
    return limited_text(16, rule(expression, message), least=None)


class ClipAudio(Model):
    """The sound of a clip."""

    mute: Annotated[bool, Field(description="Silence instead of this clip's sound.")] = False
    gain: Annotated[Gain | None, Field(description="Louder or softer, in decibels: -3dB. Default: as it is.")] = None
    speed: Annotated[
        Literal["KeepPitch", "Mute"],
        Field(description="Of clips whose speed is not 1: KeepPitch plays as fast as the picture, at its own pitch."),
    ] = "KeepPitch"


class Replacement(Model):
    """The sound that stands in for that of the clips."""

    input: Annotated[InputName, Field(description="Name of an input that has sound.")]
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
