"""`spec` of a VideoJob: what a user writes. Shapes, limits and CEL rules; the CRD is made from it.

A field has a default here only where the default is a constant of meaning. What a platform may set
(encoder, segment length, tiers …) has none, else the platform's own value could never win.
Its larger parts have files of their own: timeline, output.
"""

from typing import Annotated, Literal

from pydantic import Field, JsonValue

from videojob_api.fields import URI, Duration, MediaName, Name, WritableURI, map_by_name, unless_no_time
from videojob_api.model import Model, rule, rules
from videojob_api.output import Output
from videojob_api.timeline import Timeline


class SecretRef(Model):
    """A Secret of the VideoJob's namespace with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."""

    name: Name


class Storage(Model):
    """Where and how an object store is reached. Without a secret: the pod's own identity."""

    endpoint: Annotated[str, Field(max_length=512, description="URL of an S3-compatible endpoint.")] | None = None
    region: Annotated[str, Field(max_length=64)] | None = None
    secret_ref: SecretRef | None = None


class Input(Model):
    """A file, named once: media for clips and sound, a picture for an image, a font for text."""

    name: MediaName = "main"
    uri: URI
    etag: Annotated[str, Field(max_length=128, description="Pins the version: another etag is refused.")] | None = None
    on_damage: (
        Annotated[
            Literal["Continue", "Fail"],
            Field(description="What cannot be decoded: shown as well as it can be (default), or the job's end."),
        ]
        | None
    ) = None
    storage: Storage | None = None


class Checkpoint(Model):
    """Where finished segments are kept, and how long they are."""

    uri: Annotated[WritableURI, Field(description="Default: beside the output.")] | None = None
    segment_frames: Annotated[int, Field(ge=30, le=3000)] | None = None
    retain: (
        Annotated[Literal["Never", "OnFailure", "Always"], Field(description="When segments outlive the job.")] | None
    ) = None


class Tier(Model):
    """One rung of the placement ladder."""

    model_config = rules(
        rule(
            unless_no_time("!has(self.waitFor) || duration(self.waitFor) >= duration('30s')", "self.waitFor"),
            "waitFor is at least 30s",
        ),
    )

    name: MediaName
    capacity: Annotated[Literal["Spot", "OnDemand"], Field(description="Default: either.")] | None = None
    instance_types: Annotated[list[Name], Field(max_length=32)] | None = None
    zones: Annotated[list[Name], Field(max_length=32)] | None = None
    wait_for: Annotated[Duration, Field(description="Then the next tier is tried; the last one waits on.")] | None = (
        None
    )


class Placement(Model):
    """Where attempts run: tiers in order."""

    tiers: Annotated[list[Tier], map_by_name(8)]


Quantity = int | Annotated[str, Field(max_length=64)]


class Resources(Model):
    """As a container's resources."""

    limits: Annotated[dict[str, Quantity], Field(max_length=16)] | None = None
    requests: Annotated[dict[str, Quantity], Field(max_length=16)] | None = None


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
            "!has(self.timeline) || !has(self.timeline.overlays) || self.timeline.overlays.all(o, "
            "(!has(o.image) || self.inputs.exists(i, i.name == o.image.input)) && "
            "(!has(o.text) || !has(o.text.font) || self.inputs.exists(i, i.name == o.text.font.input)))",
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

    class_name: Annotated[str, Field(max_length=63, description="Default: the operator's default class.")] | None = None
    inputs: Annotated[list[Input], map_by_name(256)]
    timeline: Timeline | None = None
    outputs: Annotated[list[Output], map_by_name(1)]
    checkpoint: Checkpoint | None = None
    storage: Storage | None = None
    service_account_name: Annotated[str, Field(max_length=253)] | None = None
    placement: Placement | None = None
    resources: Resources | None = None
    priority_class_name: Annotated[str, Field(max_length=253)] | None = None
    deadline: Annotated[Duration, Field(description="A goal: late is a condition, not a failure.")] | None = None
    active_deadline_seconds: (
        Annotated[int, Field(ge=1, le=31_536_000, description="Failed after this, as batch/v1.")] | None
    ) = None
    backoff_limit: (
        Annotated[int, Field(ge=0, le=100, description="Crashes allowed; disruptions never count.")] | None
    ) = None
    suspend: bool = False
    ttl_seconds_after_finished: Annotated[int, Field(ge=0, le=315_360_000)] | None = None
