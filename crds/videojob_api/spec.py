"""`spec` of a VideoJob: what a user writes. Shapes, limits and CEL rules; the CRD is made from it.

A field has a default here only where the default is a constant of meaning. What a platform may set
(encoder, segment length, tiers …) has none, else the platform's own value could never win.
Its larger parts have files of their own: inputs, analyses, timeline, output, results.
"""

from typing import Annotated, Literal

from pydantic import Field

from videojob_api.analyses import Analysis
from videojob_api.fields import (
    Deadline,
    Duration,
    MediaName,
    Name,
    NamesAnalysis,
    NamesInput,
    map_by_name,
    unless_no_time,
)
from videojob_api.inputs import Input, Storage
from videojob_api.model import Model, rule, rules
from videojob_api.output import Output
from videojob_api.overlay import Overlay
from videojob_api.results import Result
from videojob_api.spec_rules import all_known, immutable
from videojob_api.timeline import Timeline
from videojob_api.uris import WritableURI


class Checkpoint(Model):
    """Where finished segments are kept, and how long they are."""

    uri: Annotated[
        WritableURI | None,
        Field(description="A folder: s3://media/checkpoints/. Default: the class's, else beside the output."),
    ] = None
    segment_frames: (
        Annotated[
            int,
            Field(
                ge=30,
                le=3000,
                description="Frames of a segment, the most that a kill can cost a core. Default: the class's, else "
                "at most 300.",
            ),
        ]
        | None
    ) = None
    retain: Annotated[
        Literal["Never", "OnFailure", "Always"] | None,
        Field(description="When segments outlive the job. Default: the class's, else OnFailure."),
    ] = None


class Tier(Model):
    """One rung of the placement ladder."""

    model_config = rules(
        rule(
            unless_no_time("!has(self.waitFor) || duration(self.waitFor) >= duration('30s')", "self.waitFor"),
            "waitFor is at least 30s",
        ),
    )

    name: Annotated[MediaName, Field(description="In status and events: spot-a10g.")]
    capacity: Annotated[Literal["Spot", "OnDemand"] | None, Field(description="Default: either.")] = None
    instance_types: (
        Annotated[list[Name], Field(max_length=32, description="Such as [g5.xlarge, g5.2xlarge]. Default: any.")] | None
    ) = None
    zones: Annotated[list[Name], Field(max_length=32, description="Such as [eu-central-1a]. Default: any.")] | None = (
        None
    )
    wait_for: Annotated[
        Duration | None,
        Field(description="For a node, by the wall clock, at least 30s: 3m; then the next tier. Default: no end."),
    ] = None


class Placement(Model):
    """Where attempts run: tiers in order."""

    tiers: Annotated[list[Tier], map_by_name(8), Field(description="In order; the last one waits on.")]


Quantity = int | Annotated[str, Field(max_length=32)]


class Resources(Model):
    """As a container's resources."""

    limits: (
        Annotated[
            dict[str, Quantity],
            Field(max_length=16, description="Such as {nvidia.com/gpu: 1, memory: 8Gi}. Default: none."),
        ]
        | None
    ) = None
    requests: (
        Annotated[dict[str, Quantity], Field(max_length=16, description="Such as {cpu: 2}. Default: the limits.")]
        | None
    ) = None


_NO_PASSTHROUGH = (
    "!has(self.outputs) || self.outputs.all(o, !has(o.video) || !has(o.video.frameRate) || "
    "string(o.video.frameRate) != 'passthrough')"
)
_INPUT = "self.inputs.exists(i, i.name == {})"
_ANALYSIS = "(has(self.analyses) && self.analyses.exists(a, a.name == {}))"
_NO_ANALYSIS = "names an analysis that spec.analyses does not have (one without a name is called main)"


class VideoJobSpec(Model):
    """What a user asks for."""

    model_config = rules(
        *immutable("className", "inputs", "analyses", "timeline", "outputs", "results", "checkpoint"),
        rule(
            "!has(self.timeline) || !has(self.timeline.clips) || self.timeline.clips.all(c, "
            "self.inputs.exists(i, i.name == c.input))",
            "a clip names an input that spec.inputs does not have (with several inputs every clip needs input:)",
            fieldPath=".timeline.clips",
        ),
        rule(
            all_known("timeline.overlays", Overlay, NamesInput, _INPUT),
            "an image or font names an input that spec.inputs does not have",
            fieldPath=".timeline.overlays",
        ),
        rule(
            "!has(self.timeline) || !has(self.timeline.audio) || !has(self.timeline.audio.replace) || "
            "self.inputs.exists(i, i.name == self.timeline.audio.replace.input)",
            "audio.replace names an input that spec.inputs does not have",
            fieldPath=".timeline.audio.replace",
        ),
        rule(
            all_known("analyses", Analysis, NamesInput, _INPUT),
            "an analysis or its model names an input that spec.inputs does not have (with several inputs every "
            "analysis needs input:)",
            fieldPath=".analyses",
        ),
        rule(
            all_known("timeline", Timeline, NamesAnalysis, _ANALYSIS, list_of=False),
            f"timeline {_NO_ANALYSIS}",
            fieldPath=".timeline",
        ),
        rule(
            all_known("results", Result, NamesAnalysis, _ANALYSIS),
            f"a result {_NO_ANALYSIS}",
            fieldPath=".results",
        ),
        rule(
            "has(self.outputs) || has(self.results)",
            "set outputs, such as outputs: [{uri: s3://media/out/reel.mp4}], results of analyses, or both",
        ),
        rule(
            "has(self.outputs) || !has(self.timeline)",
            "timeline is what outputs show: leave it out, or set outputs",
            fieldPath=".timeline",
        ),
        rule(
            f"{_NO_PASSTHROUGH} || (has(self.timeline) && has(self.timeline.clips) ? self.timeline.clips.size() == 1 : "
            "self.inputs.size() == 1 && (!has(self.timeline) || !has(self.timeline.clipsFrom)))",
            "frameRate passthrough needs exactly one clip; with several inputs list it in timeline.clips",
            fieldPath=".outputs",
        ),
        rule(
            f"{_NO_PASSTHROUGH} || !has(self.timeline) || !has(self.timeline.clips) || "
            "self.timeline.clips.all(c, c.speed == 1.0)",
            "frameRate passthrough keeps the source's times: leave out speed, or set a constant frameRate",
            fieldPath=".outputs",
        ),
        rule(
            "!has(self.outputs) || self.outputs.all(o, self.inputs.all(i, i.uri != o.uri))",
            "an output must not overwrite an input",
            fieldPath=".outputs",
        ),
        rule(
            "!has(self.results) || self.results.all(r, !has(r.uri) || (self.inputs.all(i, i.uri != r.uri) && "
            "(!has(self.outputs) || self.outputs.all(o, o.uri != r.uri))))",
            "a result must not overwrite an input or an output",
            fieldPath=".results",
        ),
    )

    class_name: (
        Annotated[
            str,
            Field(
                max_length=63,
                description="Of the platform's defaults: gpu-spot. Default: the namespace's, else the operator's.",
            ),
        ]
        | None
    ) = None
    inputs: Annotated[
        list[Input],
        map_by_name(256),
        Field(description="Files, each named once: media for clips and sound, pictures for images, fonts for text."),
    ]
    analyses: Annotated[
        list[Analysis] | None,
        map_by_name(16),
        Field(description="What is looked for in inputs, before anything is rendered. Default: nothing."),
    ] = None
    timeline: Annotated[
        Timeline | None, Field(description="What is shown, and when. Default: the inputs, whole, in order.")
    ] = None
    outputs: Annotated[
        list[Output] | None,
        map_by_name(1),
        Field(description="The file that is made: one for each VideoJob. Default: none, where results are asked for."),
    ] = None
    results: Annotated[
        list[Result] | None,
        Field(
            min_length=1,
            max_length=16,
            description="Where to put what analyses have found: files or rows of a database. Default: nowhere.",
        ),
    ] = None
    checkpoint: Annotated[
        Checkpoint | None, Field(description="Where finished segments are kept. Default: the class's.")
    ] = None
    storage: Annotated[
        Storage | None, Field(description="How s3:// is reached. Default: the class's, else the pod's own identity.")
    ] = None
    service_account_name: (
        Annotated[
            str, Field(max_length=253, description="Of the pods. Default: the class's, else the namespace's default.")
        ]
        | None
    ) = None
    placement: Annotated[
        Placement | None,
        Field(
            description="Where attempts run; replaces the class's list whole, if the class allows it. Default: the "
            "class's."
        ),
    ] = None
    resources: Annotated[
        Resources | None,
        Field(
            description="Of the runner's container; what is left out is the class's. At most what the class allows. "
            "Default: the class's."
        ),
    ] = None
    priority_class_name: (
        Annotated[str, Field(max_length=253, description="Of the pods. Default: the class's, else none.")] | None
    ) = None
    parallelism: (
        Annotated[
            int,
            Field(
                ge=1,
                le=64,
                description="Runners that work at the job at once, each on a node of its own; it may be changed at any "
                "time and changes no byte. Default: 1.",
            ),
        ]
        | None
    ) = None
    deadline: Annotated[
        Deadline | None,
        Field(description="A goal by the wall clock: 2h; late is a condition, not a failure. Default: none."),
    ] = None
    active_deadline_seconds: (
        Annotated[
            int,
            Field(
                ge=1,
                le=31_536_000,
                description="Failed after so many seconds by the wall clock, as batch/v1: 21600. Default: never.",
            ),
        ]
        | None
    ) = None
    backoff_limit: (
        Annotated[
            int,
            Field(ge=0, le=100, description="Crashes allowed; disruptions never count. Default: the class's, else 3."),
        ]
        | None
    ) = None
    suspend: Annotated[bool, Field(description="true takes the attempt back and keeps what is finished.")] = False
    ttl_seconds_after_finished: (
        Annotated[
            int,
            Field(ge=0, le=315_360_000, description="Then the VideoJob is deleted, the output stays. Default: never."),
        ]
        | None
    ) = None
