"""`spec.outputs` of a VideoJob: the file, and how picture and sound are encoded."""

from typing import Annotated, Literal

from pydantic import Field

from videojob_api.fields import Color, MediaName, WritableURI
from videojob_api.model import Model, rule, rules


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


ENDINGS = {"mp4": ("mp4", "m4v"), "mov": ("mov", "qt"), "mkv": ("mkv",)}
"""Of the names of files, by container."""

_FOREIGN = "webm|avi|ts|m2ts|mts|mpg|mpeg|wmv|asf|flv|f4v|ogv|ogg|3gp|mxf|gif|m4a|mp3|wav"


def _ends(container: str) -> str:
    return rf"self.uri.matches('(?i)\\.({'|'.join(ENDINGS[container])})$')"


_ANY = "|".join(ending for endings in ENDINGS.values() for ending in endings)


class Output(Model):
    """The file that is made."""

    model_config = rules(
        rule(
            "!self.uri.endsWith('/')",
            "an output is a file, not a folder: name it, such as s3://media/out/reel.mp4",
            fieldPath=".uri",
        ),
        rule(
            rf"!self.uri.matches('(?i)\\.({_FOREIGN})$')",
            "the file is made as mp4, mov or mkv: give its name that ending",
            fieldPath=".uri",
        ),
        rule(
            rf"!has(self.container) || !self.uri.matches('(?i)\\.({_ANY})$') || "
            + " || ".join(f"(self.container == '{name}' && {_ends(name)})" for name in ENDINGS),
            "container and the ending of uri disagree: change one of them, or leave container out",
        ),
        rule(
            "!has(self.video) || !has(self.video.codec) || self.video.codec != 'av1' || "
            f"!(has(self.container) ? self.container == 'mov' : {_ends('mov')})",
            "mov cannot hold av1: make it mp4 or mkv",
        ),
    )

    name: MediaName = "main"
    uri: WritableURI
    if_exists: Literal["Fail", "Replace"] = "Fail"
    container: (
        Annotated[Literal["mp4", "mov", "mkv"], Field(description="Default: by the ending of uri, else mp4.")] | None
    ) = None
    video: Video | None = None
    audio: OutputAudio | None = None


def container_of(output: Output) -> str:
    """`mp4`, `mov` or `mkv`: as it is set, else by the ending of the name, else mp4."""
    ending = output.uri.rpartition(".")[2].lower()
    return output.container or next((name for name, endings in ENDINGS.items() if ending in endings), "mp4")
