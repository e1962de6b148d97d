"""`spec.analyses`: what is looked for in an input. Their results shape the timeline, or are kept as `spec.results`."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, JsonValue
from pydantic.config import JsonDict

from videojob_api.by_type import fields_of
from videojob_api.fields import (
    Duration,
    Fraction01,
    InputName,
    MediaName,
    Name,
    SecretKey,
    Words,
    limited_text,
    unless_no_time,
)
from videojob_api.model import Model, rule, rules

DetectionFormat = Literal[
    "YOLOv5", "YOLOv8", "YOLOX", "EndToEnd", "YOLOv7EndToEnd", "DETR", "RTDETR", "Torchvision", "BoxesLabelsScores",
    "SSD", "Faces", "UltraFace",
]  # fmt: skip
Fit = Literal["Letterbox", "Stretch"]
Values = Literal["0..1", "0..255", "-1..1", "ImageNet"]
Channels = Literal["RGB", "BGR"]

Above = Annotated[
    str,
    limited_text(
        16,
        rule(r"self.matches('^[0-9]{1,2}(\\.[0-9])?dB$')", "above is in decibels, from 0dB to 99dB, such as 6dB"),
        least=None,
    ),
]
Side = Annotated[int, Field(ge=16, le=4096)]
ClassName = Annotated[Words, Field(min_length=1, max_length=63)]
EngineURL = Annotated[
    str,
    limited_text(
        512,
        rule(
            r"self.matches('^grpcs?://[a-zA-Z0-9.-]+:[0-9]{1,5}$')",
            "an engine is grpc://host:port, or grpcs://host:port with TLS",
        ),
    ),
]
EngineWord = Annotated[
    str,
    limited_text(
        128, rule(r"self.matches('^[A-Za-z0-9_.:/-]+$')", "a model's name has letters, digits and any of _ . : / -")
    ),
]


def _between(field: str, least: str, most: str) -> dict[str, JsonValue]:
    """Of a time that is none, its own rule tells."""
    time = f"duration(self.{field})"
    return rule(
        unless_no_time(f"{time} >= duration('{least}') && {time} <= duration('{most}')", f"self.{field}"),
        f"{field} is from {least} to {most}",
        fieldPath=f".{field}",
    )


class AnalysisKind(Model):
    """What an analysis can be. A field of `Analysis` whose type is below this one is a kind; there is no other list."""


class Motion(AnalysisKind):
    """When something moves in the picture; what the camera itself does, and changes of light, do not count."""

    threshold: Annotated[
        float, Field(gt=0, le=1, description="Share of the picture that must move: 0.01 is a hundredth.")
    ] = 0.004
    min_moving: Annotated[Duration, Field(description="What moves for less is no event, in source time.")] = "400ms"
    max_still: Annotated[
        Duration, Field(description="An event goes on over stillness of at most this, in source time.")
    ] = "1s"


class Loudness(AnalysisKind):
    """When the sound is louder than usual around it."""

    model_config = rules(_between("window", "1s", "1h"))

    above: Annotated[Above, Field(description="Over the median of the window around, in decibels.")] = "6dB"
    window: Annotated[
        Duration, Field(description="What is usual is the median of this much around, in source time: 1s to 1h.")
    ] = "10s"
    min_loud: Annotated[Duration, Field(description="What is loud for less is no event, in source time.")] = "200ms"
    max_quiet: Annotated[
        Duration, Field(description="An event goes on over quiet of at most this, in source time.")
    ] = "1s"


class ModelRef(Model):
    """A model among the inputs."""

    input: Annotated[
        InputName, Field(description="Name of an input that is a detector: ONNX, or .pt2 where the class trusts it.")
    ]


class Track(Model):
    """Numbers what is seen: the same thing has the same number from frame to frame."""

    max_gap: Annotated[
        Duration, Field(description="What is not seen for longer, in source time, is another thing.")
    ] = "1s"


class PictureSize(Model):
    """Of the pictures that a model takes, in its own pixels."""

    width: Annotated[Side, Field(description="In pixels: 640.")]
    height: Annotated[Side, Field(description="In pixels: 640.")]


class Detections(AnalysisKind):
    """How pictures go into a detector, and what of its answers counts."""

    labels: (
        Annotated[list[ClassName], Field(min_length=1, max_length=64, description="Only these classes. Default: all.")]
        | None
    ) = None
    min_score: Annotated[Fraction01, Field(description="What is less sure is left out.")] = 0.4
    iou: Annotated[
        Fraction01 | None,
        Field(
            description="Boxes that overlap by more (intersection over union) are one. Default: 0.5, or as the model."
        ),
    ] = None
    names: (
        Annotated[
            list[ClassName],
            Field(min_length=1, max_length=1000, description="Of the classes, from 0. Default: those of the model."),
        ]
        | None
    ) = None
    format: Annotated[
        DetectionFormat | None, Field(description="Of the model's outputs. Default: found by their shapes.")
    ] = None
    fit: Annotated[Fit | None, Field(description="Keep the aspect with borders, or stretch. Default: by format.")] = (
        None
    )
    values: Annotated[Values | None, Field(description="What the model was trained with. Default: by format.")] = None
    channels: Annotated[Channels | None, Field(description="Order of colours. Default: by format.")] = None
    size: Annotated[
        PictureSize | None, Field(description="Of its pictures, where the model leaves it open. Default: the model's.")
    ] = None
    batch: Annotated[int, Field(ge=1, le=64, description="Frames of one call, where the model leaves it open.")] = 1
    track: Annotated[
        Track | None,
        Field(
            description="Number the things: track: {} is enough. Default: no numbers, unless keyframesFrom needs them."
        ),
    ] = None


class Detect(Detections):
    """What a detector finds that runs in the runner itself, by onnxruntime or, where the class trusts it, by torch."""

    model: Annotated[ModelRef, Field(description="Which input is the model: {input: people}.")]


class HeadersRef(Model):
    """A Secret with headers, a line each: `authorization: Bearer eyJh…`."""

    name: Annotated[Name, Field(description="Of the Secret, in the job's namespace: triton-headers.")]
    key: Annotated[SecretKey, Field(description="Of the headers in it.")] = "headers"


class Remote(Detections):
    """What a detector finds that runs elsewhere and is asked over gRPC (Open Inference Protocol v2: Triton, KServe)."""

    model_config = rules(_between("timeout", "1s", "1h"))

    url: Annotated[EngineURL, Field(description="Of the engine: grpc://triton.ml.svc:8001, or grpcs:// for TLS.")]
    model: Annotated[EngineWord, Field(description="Its name there.")]
    version: Annotated[EngineWord | None, Field(description="Of the model. Default: the engine's own choice.")] = None
    timeout: Annotated[Duration, Field(description="Of one call, by the wall clock, 1s to 1h.")] = "60s"
    secret_ref: Annotated[
        HeadersRef | None,
        Field(description="Headers that are sent along, as authorization, which needs TLS. Default: none."),
    ] = None


def _rules(schema: JsonDict, analysis: type[Any]) -> None:
    """Adds the CEL validations of an analysis: that it is of one kind is said of all that it has fields for."""
    kinds = fields_of(analysis, AnalysisKind)
    detectors = [kind for kind, model in kinds.items() if issubclass(model, Detections)]
    schema["x-kubernetes-validations"] = [
        rule(
            f"[{', '.join(f'has(self.{kind})' for kind in kinds)}].filter(p, p).size() == 1",
            f"set exactly one of {', '.join(kinds)}; motion: {{}} is enough",
        ),
        rule(
            f"self.every == 1 || {' || '.join(f'has(self.{kind})' for kind in detectors)}",
            f"every goes with {' and '.join(detectors)}: motion and loudness look at the whole input",
            fieldPath=".every",
        ),
    ]


class Analysis(Model):
    """A look at one input, for one thing."""

    model_config = ConfigDict(json_schema_extra=_rules)

    name: Annotated[MediaName, Field(description="By which clipsFrom, keyframesFrom and results call it.")] = "main"
    input: Annotated[InputName, Field(description="Which input; with several inputs every analysis needs it.")] = "main"
    every: Annotated[
        int, Field(ge=1, le=100_000, description="Look at each so many-th frame: 3; with detect and remote.")
    ] = 1
    motion: Annotated[Motion | None, Field(description="When something moves. Default: none.")] = None
    loudness: Annotated[Loudness | None, Field(description="When it is loud. Default: none.")] = None
    detect: Annotated[Detect | None, Field(description="What a model among the inputs finds. Default: none.")] = None
    remote: Annotated[Remote | None, Field(description="What a remote engine finds. Default: none.")] = None

    @property
    def kind(self) -> AnalysisKind:
        """The one that is set: the API lets no analysis be without one."""
        kinds: list[AnalysisKind | None] = [getattr(self, name) for name in ANALYSIS_KINDS]
        return next(kind for kind in kinds if kind is not None)

    @property
    def detections(self) -> Detections | None:
        """What is said of the detector, if it is one."""
        return self.detect or self.remote


ANALYSIS_KINDS = fields_of(Analysis, AnalysisKind)
"""Every kind: its field's name, and its model."""
