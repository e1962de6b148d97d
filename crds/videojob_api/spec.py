"""`spec` of a VideoJob: what a user writes. Shapes, limits and CEL rules; the CRD is made from it.

A field has a default here only where the default is a constant of meaning. What a platform may set
(encoder, segment length, tiers …) has none, else the platform's own value could never win.
Geometry is in fractions of the picture from its top left corner; media times are strings with a unit.
"""

from typing import Annotated, Any, Literal

from pydantic import Field, JsonValue

from videojob_api.model import Model, rule, rules

Duration = Annotated[str, Field(json_schema_extra={"format": "duration"})]
Fraction01 = Annotated[float, Field(ge=0, le=1)]
Extent = Annotated[float, Field(gt=0, le=1)]
Name = Annotated[str, Field(min_length=1, max_length=63)]
Color = Annotated[str, Field(min_length=1, max_length=16)]
Easing = Literal["Linear", "EaseIn", "EaseOut", "EaseInOut", "Hold"]
MediaName = Annotated[str, Field(min_length=1, max_length=63, pattern="^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")]

_URI_RULE = rule(
    r"self.matches('^(s3://[^/\\s{}]+/|https://[^/\\s{}]+/|file:///)[^\\s{}]+$')",
    "a URI is s3://bucket/key, https://host/path or file:///path, without blanks; { and } are reserved",
)
_WRITABLE_RULE = rule(
    r"self.matches('^(s3://[^/\\s{}]+/|file:///)[^\\s{}]*$')",
    "write to s3://bucket/key or file:///path, without blanks; { and } are reserved",
)
URI = Annotated[str, Field(min_length=1, max_length=2048, json_schema_extra={"x-kubernetes-validations": [_URI_RULE]})]
WritableURI = Annotated[
    str, Field(min_length=1, max_length=2048, json_schema_extra={"x-kubernetes-validations": [_WRITABLE_RULE]})
]
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
    "!has(self.end) || self.end > (has(self.start) ? self.start : duration('0s'))", "end must be later than start"
)


def _map_by_name(most: int) -> Any:
    by_name: dict[str, JsonValue] = {"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"]}
    return Field(min_length=1, max_length=most, json_schema_extra=by_name)


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

    fit: Annotated[Literal["Cover", "Contain"], Field(description="Cover crops what does not fit, Contain pads.")] = (
        "Cover"
    )
    background: Annotated[Color, Field(description="Of Contain's borders.")] = "black"
    keyframes: Annotated[list[FramingKeyframe], Field(min_length=1, max_length=256)]


class ClipAudio(Model):
    """The sound of a clip."""

    mute: bool = False
    gain: Gain | None = None


class Transition(Model):
    """How a clip follows the one before it."""

    model_config = rules(
        rule(
            "self.duration >= duration('40ms') && self.duration <= duration('30s')",
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

    model_config = rules(_END_AFTER_START, rule("self.speed == 1.0", "speed other than 1 is not supported in v1alpha1"))

    input: MediaName = "main"
    start: Annotated[Duration, Field(description="Default 0s.")] | None = None
    end: Annotated[Duration, Field(description="Default: the end of the media.")] | None = None
    speed: float = 1
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
    radius: Annotated[float, Field(gt=0, le=0.25, description="Standard deviation, in picture heights.")] = 0.03
    feather: Feather = 0


class Pixelate(Model):
    """Makes what lies inside its shape unrecognisable, in squares."""

    shape: Shape = "Rectangle"
    block_size: Annotated[float, Field(gt=0, le=0.5, description="In picture heights.")] = 0.02
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


class ColorSpec(Model):
    """Tags of ISO/IEC 23091-2 by FFmpeg's names. Matrix and range are converted to; light is never re-graded."""

    primaries: Literal["bt709", "bt470bg", "smpte170m", "bt2020"] | None = None
    transfer: Literal["bt709", "smpte170m", "bt2020-10", "smpte2084", "arib-std-b67"] | None = None
    matrix: Literal["bt709", "bt470bg", "smpte170m", "bt2020nc"] | None = None
    range: Literal["tv", "pc"] | None = None


class Video(Model):
    """How the output's picture is encoded."""

    model_config = rules(
        rule("!(has(self.quality) && has(self.crf))", "set quality or crf, not both"),
        rule(
            "!(has(self.crf) || has(self.encoderOptions)) || (has(self.encoder) && self.encoder != 'Auto')",
            "crf and encoderOptions mean different things to each encoder: set encoder to CPU or NVENC",
        ),
        rule(
            "!has(self.encoderOptions) || self.encoderOptions.all(k, !k.matches('^(threads|lookahead[-_]threads"
            "|sliced[-_]threads|slices.*|vbv.*|keyint|min[-_]keyint|g|open[-_]gop|pass|stats|bitrate|intra[-_]refresh"
            "|nal[-_]hrd|cpu[-_]independent|asm|non[-_]deterministic|pools|numa[-_]pools|frame[-_]threads|wpp|pmode"
            "|pme|lp|pin|rc|tbr|mbr|maxrate|bufsize|b|gpu|forced[-_]idr|irefresh[-_]type)$'))",
            "encoderOptions must not set threads, slices, VBV, GOP or pass options: resume depends on them",
        ),
        rule(
            "!has(self.encoderOptions) || self.encoderOptions.all(k, !self.encoderOptions[k].contains(':') "
            "&& !self.encoderOptions[k].contains('=') && !k.contains(':') && !k.contains('='))",
            "a name or value in encoderOptions must not contain ':' or '=': one option a line",
        ),
        rule(
            "!has(self.frameRate) || "
            "string(self.frameRate).matches('^(source|passthrough|[1-9][0-9]*(/[1-9][0-9]*)?)$')",
            'frameRate is a whole number, a ratio such as "30000/1001", source or passthrough',
        ),
        rule(
            "(!has(self.width) || self.width % 2 == 0) && (!has(self.height) || self.height % 2 == 0)",
            "width and height must be even",
        ),
    )

    codec: Literal["h264", "hevc", "av1"] | None = None
    encoder: (
        Annotated[
            Literal["Auto", "CPU", "NVENC"],
            Field(description="Auto: NVENC if it opens, else CPU, said in status. The same bytes: CPU only."),
        ]
        | None
    ) = None
    quality: Literal["Low", "Medium", "High", "VeryHigh"] | None = None
    crf: Annotated[int, Field(ge=0, le=63, description="Up to 51, for av1 up to 63.")] | None = None
    preset: Literal["Fast", "Medium", "Slow"] | None = None
    profile: Literal["baseline", "main", "high", "high10", "main10"] | None = None
    encoder_options: (
        Annotated[
            dict[str, Annotated[str, Field(max_length=128)]],
            Field(max_length=32, description="Parameters of x264, x265, SVT-AV1 or NVENC by name."),
        ]
        | None
    ) = None
    width: (
        Annotated[int, Field(ge=16, le=8192, description="Default: the source's; one alone keeps aspect.")] | None
    ) = None
    height: Annotated[int, Field(ge=16, le=8192)] | None = None
    fit: Annotated[Literal["Cover", "Contain"], Field(description="Clips without framing. Default Contain.")] | None = (
        None
    )
    frame_rate: (
        Annotated[
            int | Annotated[str, Field(max_length=32)],
            Field(
                description="Constant: 25, 30000/1001 or source (default). passthrough keeps a variable one.",
                union_mode="left_to_right",
            ),
        ]
        | None
    ) = None
    background: Annotated[Color, Field(description="Of Contain's borders. Default black.")] | None = None
    pixel_format: (
        Annotated[
            Literal["yuv420p", "yuv420p10le"],
            Field(description="Default: 10 bit where the source has them and the codec is not h264."),
        ]
        | None
    ) = None
    color: Annotated[ColorSpec, Field(description="Default: the first clip's.")] | None = None


class OutputAudio(Model):
    """How the output's sound is encoded, where it cannot be copied."""

    codec: Literal["aac"] | None = None
    bitrate: (
        Annotated[
            str,
            Field(
                max_length=16,
                json_schema_extra={
                    "x-kubernetes-validations": [
                        rule("self.matches('^[1-9][0-9]{0,3}k$')", "bitrate is in kilobits per second, such as 192k")
                    ]
                },
            ),
        ]
        | None
    ) = None


class Output(Model):
    """The file that is made."""

    model_config = rules(
        rule(
            "self.container != 'mov' || !has(self.video) || !has(self.video.codec) || self.video.codec != 'av1'",
            "mov cannot hold av1: set container to mp4 or mkv",
        ),
    )

    name: MediaName = "main"
    uri: WritableURI
    if_exists: Literal["Fail", "Replace"] = "Fail"
    container: Literal["mp4", "mov", "mkv"] = "mp4"
    video: Video | None = None
    audio: OutputAudio | None = None


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
        rule("!has(self.waitFor) || self.waitFor >= duration('30s')", "waitFor is at least 30s"),
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

    tiers: Annotated[list[Tier], _map_by_name(8)]


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
            "frameRate passthrough needs exactly one clip",
            fieldPath=".outputs",
        ),
        rule(
            "self.outputs.all(o, self.inputs.all(i, i.uri != o.uri))",
            "an output must not overwrite an input",
            fieldPath=".outputs",
        ),
    )

    class_name: Annotated[str, Field(max_length=63, description="Default: the operator's default class.")] | None = None
    inputs: Annotated[list[Input], _map_by_name(256)]
    timeline: Timeline | None = None
    outputs: Annotated[list[Output], _map_by_name(1)]
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
