"""`spec` of a VideoJob: what a user writes. Shapes, limits and CEL rules; the CRD is made from it.

A field has a default here only where the default is a constant of meaning. What a platform may set
(encoder, segment length, tiers …) has none, else the platform's own value could never win.
Its larger parts have files of their own: timeline, output.
"""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field, JsonValue

from videojob_api.by_type import places
from videojob_api.fields import (
    URI,
    Deadline,
    Duration,
    MediaName,
    Name,
    NamesInput,
    Words,
    WritableURI,
    map_by_name,
    unless_no_time,
)
from videojob_api.model import Model, rule, rules
from videojob_api.output import Output
from videojob_api.overlay import Overlay
from videojob_api.timeline import Timeline


class SecretRef(Model):
    """The Secret of a store: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and, for keys that expire, AWS_SESSION_TOKEN."""

    name: Annotated[Name, Field(description="Of the Secret: media-bucket.")]


class Storage(Model):
    """Where and how an object store is reached. Without a secret: the pod's own identity."""

    endpoint: (
        Annotated[
            str, Field(max_length=512, description="Of an S3-compatible store: https://s3.example.com. Default: AWS.")
        ]
        | None
    ) = None
    region: (
        Annotated[str, Field(max_length=64, description="Such as eu-central-1. Default: the pod's environment.")] | None
    ) = None
    secret_ref: Annotated[
        SecretRef | None,
        Field(
            description="A Secret of this namespace with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and with "
            "AWS_SESSION_TOKEN where they expire. Default: the pod's own identity."
        ),
    ] = None
    addressing_style: Annotated[
        Literal["path", "virtual"] | None,
        Field(
            description="Whether a bucket's name stands in the path or before the host's. Default: path with an "
            "endpoint, else AWS' own choice."
        ),
    ] = None
    checksums: Annotated[
        Literal["whenSupported", "whenRequired"] | None,
        Field(
            description="whenRequired for stores that refuse AWS' newer checksums: none where S3 needs none, and "
            "Content-MD5 where it does. Default: whenSupported."
        ),
    ] = None


class Input(Model):
    """A file, named once: media for clips and sound, a picture for an image, a font for text."""

    name: Annotated[MediaName, Field(description="By which clips and overlays call it; several need one each.")] = (
        "main"
    )
    uri: Annotated[
        URI,
        Field(
            description="Where it is: s3://media/match.mp4, https://example.com/a.mov; on a desk file:///home/me/a.mov."
        ),
    ]
    etag: (
        Annotated[
            Words, Field(max_length=128, description="Pins the version, another is refused. Default: that of the plan.")
        ]
        | None
    ) = None
    on_damage: (
        Annotated[
            Literal["Continue", "Fail"],
            Field(
                description="What cannot be decoded: shown as well as it can be, or the job's end. Default: the "
                "class's, else Continue."
            ),
        ]
        | None
    ) = None
    video_track: (
        Annotated[
            int,
            Field(ge=0, le=255, description="Of the file's video tracks, from 0, as ffmpeg's v:0. Default: the best."),
        ]
        | None
    ) = None
    audio_track: (
        Annotated[
            int,
            Field(ge=0, le=255, description="Of the file's sound tracks, from 0, as ffmpeg's a:0. Default: the best."),
        ]
        | None
    ) = None
    storage: Annotated[
        Storage | None, Field(description="Of this input alone. Default: spec.storage, else the class's.")
    ] = None


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


def _immutable(*fields: str) -> list[dict[str, JsonValue]]:
    """Field rules are skipped when a field appears or vanishes, so the rule stands on the spec."""
    return [
        rule(
            f"has(self.{f}) == has(oldSelf.{f}) && (!has(self.{f}) || self.{f} == oldSelf.{f})",
            f"spec.{f} is immutable: delete the VideoJob and create another",
            fieldPath=f".{f}",
            reason="FieldValueForbidden",
        )
        for f in fields
    ]


def _input_exists(place: Sequence[str]) -> str:
    """CEL: the input that stands at this place of the overlay `o`, if it does, is one of `spec.inputs`."""
    parents = (".".join(("o", *place[:depth])) for depth in range(1, len(place)))
    absent = "".join(f"!has({parent}) || " for parent in parents)
    return f"({absent}self.inputs.exists(i, i.name == {'.'.join(('o', *place))}))"


_INPUTS_EXIST = " && ".join(map(_input_exists, sorted(places(Overlay, NamesInput))))
"""Of an overlay `o`: whatever kind names an input."""


class VideoJobSpec(Model):
    """What a user asks for."""

    model_config = rules(
        *_immutable("className", "inputs", "timeline", "outputs", "checkpoint"),
        rule(
            "!has(self.timeline) || !has(self.timeline.clips) || self.timeline.clips.all(c, "
            "self.inputs.exists(i, i.name == c.input))",
            "a clip names an input that spec.inputs does not have (with several inputs every clip needs input:)",
            fieldPath=".timeline.clips",
        ),
        rule(
            f"!has(self.timeline) || !has(self.timeline.overlays) || self.timeline.overlays.all(o, {_INPUTS_EXIST})",
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
            "self.outputs.all(o, !has(o.video) || !has(o.video.frameRate) || string(o.video.frameRate) != "
            "'passthrough' || (has(self.timeline) && has(self.timeline.clips) ? self.timeline.clips.size() == 1 : "
            "self.inputs.size() == 1))",
            "frameRate passthrough needs exactly one clip; with several inputs list it in timeline.clips",
            fieldPath=".outputs",
        ),
        rule(
            "self.outputs.all(o, !has(o.video) || !has(o.video.frameRate) || string(o.video.frameRate) != "
            "'passthrough') || !has(self.timeline) || !has(self.timeline.clips) || "
            "self.timeline.clips.all(c, c.speed == 1.0)",
            "frameRate passthrough keeps the source's times: leave out speed, or set a constant frameRate",
            fieldPath=".outputs",
        ),
        rule(
            "self.outputs.all(o, self.inputs.all(i, i.uri != o.uri))",
            "an output must not overwrite an input",
            fieldPath=".outputs",
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
    timeline: Annotated[
        Timeline | None, Field(description="What is shown, and when. Default: the inputs, whole, in order.")
    ] = None
    outputs: Annotated[list[Output], map_by_name(1), Field(description="The file that is made: one for each VideoJob.")]
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
