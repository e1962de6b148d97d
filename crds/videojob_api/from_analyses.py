"""Parts of a timeline that follow from what analyses have found: overlays on tracks, a crop that follows one."""

from typing import Annotated, Literal

from pydantic import Field

from videojob_api.fields import AnalysisName, Duration, Words
from videojob_api.model import Model

Label = Annotated[Words, Field(min_length=1, max_length=63)]


class Padding(Model):
    """Room around an event."""

    before: Annotated[Duration, Field(description="In source time, as far as the scene has it.")] = "2s"
    after: Annotated[Duration, Field(description="In source time, as far as the scene has it.")] = "3s"


class Followed(Model):
    """Things that an analysis has followed."""

    analysis: Annotated[AnalysisName, Field(description="With detect or remote.")] = "main"
    label: Annotated[Label | None, Field(description="Only things of this class. Default: all.")] = None


class TracksFrom(Followed):
    """One overlay for each thing that an analysis has followed, where and when that is seen."""

    margin: Annotated[
        float, Field(ge=0, le=2, description="Around the thing, in its own widths and heights, on each side: 0.2.")
    ] = 0.1
    hold: Annotated[
        Duration,
        Field(description="In source time: it stands so long before the thing is first seen, and after it was last."),
    ] = "300ms"
    smooth: Annotated[
        Duration,
        Field(description="Its way is the mean over so much source time: boxes of detectors shiver. 0s: as detected."),
    ] = "200ms"
    min_duration: Annotated[Duration, Field(description="What is seen for less gets none, in source time.")] = "0s"
    place: Annotated[
        Literal["Over", "Above", "Below"],
        Field(description="On the thing, or as a strip above or below it, as high as a text needs."),
    ] = "Over"


class Follow(Followed):
    """A crop that follows what an analysis has found, as a camera would. It has the output's aspect."""

    height: Annotated[
        float, Field(gt=0, le=1, description="Of the crop, in picture heights, if the width allows: 1 is all of it.")
    ] = 1
    smooth: Annotated[
        Duration, Field(description="How calmly it moves: about the source time that it takes to a new place.")
    ] = "1s"
