"""`spec.outputs` of a VideoJob: the file, and how picture and sound are encoded."""

from typing import Annotated, Literal

from pydantic import Field, JsonValue

from videojob_api.containers import CONTAINERS, Container, container_named
from videojob_api.fields import Color, MediaName
from videojob_api.model import Model, rule, rules
from videojob_api.uris import WritableURI


class ColorSpec(Model):
    """Tags of ISO/IEC 23091-2 by FFmpeg's names. Matrix and range are converted to; light is never re-graded."""

    primaries: Annotated[
        Literal["bt709", "bt470bg", "smpte170m", "bt2020"] | None, Field(description="Default: the first clip's.")
    ] = None
    transfer: Annotated[
        Literal["bt709", "smpte170m", "bt2020-10", "smpte2084", "arib-std-b67"] | None,
        Field(description="Default: the first clip's; smpte2084 is PQ, arib-std-b67 HLG."),
    ] = None
    matrix: Annotated[
        Literal["bt709", "bt470bg", "smpte170m", "bt2020nc"] | None, Field(description="Default: the first clip's.")
    ] = None
    range: Annotated[Literal["tv", "pc"] | None, Field(description="tv is limited, pc full. Default: tv.")] = None


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

    codec: Annotated[Literal["h264", "hevc", "av1"] | None, Field(description="Default: the class's, else h264.")] = (
        None
    )
    encoder: (
        Annotated[
            Literal["Auto", "CPU", "NVENC"],
            Field(
                description="Auto: NVENC if it opens, else CPU, said in status. The same bytes: CPU only. Default: the "
                "class's, else Auto."
            ),
        ]
        | None
    ) = None
    quality: Annotated[
        Literal["Low", "Medium", "High", "VeryHigh"] | None,
        Field(description="What looks alike, whichever the encoder. Default: the class's, else High."),
    ] = None
    crf: (
        Annotated[
            int,
            Field(
                ge=0,
                le=63,
                description="The encoder's own number instead of quality, 0 is best; up to 51, for av1 63. Default: "
                "quality's.",
            ),
        ]
        | None
    ) = None
    preset: Annotated[
        Literal["Fast", "Medium", "Slow"] | None,
        Field(description="Slow makes smaller files. Default: the class's, else Medium."),
    ] = None
    profile: Annotated[
        Literal["baseline", "main", "high", "high10", "main10"] | None,
        Field(description="What players must know. Default: the class's, else the codec's highest for these bits."),
    ] = None
    encoder_options: (
        Annotated[
            dict[str, Annotated[str, Field(max_length=128)]],
            Field(
                max_length=32,
                description='Of x264, x265, SVT-AV1 or NVENC: {aq-mode: "3"}. Default: the class\'s, else none.',
            ),
        ]
        | None
    ) = None
    width: (
        Annotated[
            int,
            Field(
                ge=16,
                le=8192,
                description="Pixels, even: 1080; one alone keeps the aspect. Default: the class's, else the source's.",
            ),
        ]
        | None
    ) = None
    height: (
        Annotated[
            int, Field(ge=16, le=8192, description="Pixels, even: 1920. Default: the class's, else the source's.")
        ]
        | None
    ) = None
    fit: Annotated[
        Literal["Cover", "Contain"] | None,
        Field(description="Clips without framing: Cover crops, Contain pads. Default: the class's, else Contain."),
    ] = None
    frame_rate: (
        Annotated[
            int | Annotated[str, Field(max_length=32)],
            Field(
                description='Frames a second, constant: 25, "30000/1001" or source; passthrough keeps a variable rate. '
                "Default: the class's, else source.",
                union_mode="left_to_right",
            ),
        ]
        | None
    ) = None
    background: Annotated[
        Color | None, Field(description="Of Contain's borders: navy. Default: the class's, else black.")
    ] = None
    pixel_format: (
        Annotated[
            Literal["yuv420p", "yuv420p10le"],
            Field(description="Default: the class's, else 10 bit where the source has them and the codec is not h264."),
        ]
        | None
    ) = None
    color: Annotated[
        ColorSpec | None,
        Field(
            description="Tags by FFmpeg's names; matrix and range are converted to, light is never re-graded. "
            "Default: the class's, else the first clip's."
        ),
    ] = None


class OutputAudio(Model):
    """How the output's sound is encoded, where it cannot be copied."""

    codec: Annotated[
        Literal["aac"] | None, Field(description="Default: copied where nothing changes it, else aac.")
    ] = None
    bitrate: (
        Annotated[
            str,
            Field(
                max_length=16,
                description="Kilobits a second: 192k; it forbids copying. Default: 192k, for surround 384k.",
                json_schema_extra={
                    "x-kubernetes-validations": [
                        rule("self.matches('^[1-9][0-9]{0,3}k$')", "bitrate is in kilobits per second, such as 192k")
                    ]
                },
            ),
        ]
        | None
    ) = None


_FOREIGN = "webm|avi|ts|m2ts|mts|mpg|mpeg|wmv|asf|flv|f4v|ogv|ogg|3gp|mxf|gif|m4a|mp3|wav"


def _ends(container: Container) -> str:
    return rf"self.uri.matches('(?i)\\.({'|'.join(container.endings)})$')"


_ANY = "|".join(ending for container in CONTAINERS.values() for ending in container.endings)


def _lacks(container: Container, codec: str) -> dict[str, JsonValue]:
    """The rule that a file of this format does not hold a codec."""
    others = " or ".join(c.name for c in CONTAINERS.values() if codec not in c.lacks)
    return rule(
        f"!has(self.video) || !has(self.video.codec) || self.video.codec != '{codec}' || "
        f"!(has(self.container) ? self.container == '{container.name}' : {_ends(container)})",
        f"{container.name} cannot hold {codec}: make it {others}",
    )


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
            + " || ".join(f"(self.container == '{c.name}' && {_ends(c)})" for c in CONTAINERS.values()),
            "container and the ending of uri disagree: change one of them, or leave container out",
        ),
        *(_lacks(container, codec) for container in CONTAINERS.values() for codec in container.lacks),
    )

    name: Annotated[MediaName, Field(description="Its name in the workspace and in status.")] = "main"
    uri: Annotated[
        WritableURI,
        Field(description="Where it goes: s3://media/out/reel.mp4; on a desk file:///home/me/reel.mp4 too."),
    ]
    if_exists: Annotated[
        Literal["Fail", "Replace"], Field(description="What to do where another file stands there.")
    ] = "Fail"
    container: Annotated[
        Literal["mp4", "mov", "mkv"] | None,
        Field(description="The file's format. Default: by the ending of uri, else mp4."),
    ] = None
    video: Annotated[
        Video | None, Field(description="How the picture is encoded. Default: as the class says, else h264.")
    ] = None
    audio: Annotated[
        OutputAudio | None, Field(description="How the sound is encoded. Default: copied where nothing changes it.")
    ] = None


def container_of(output: Output) -> str:
    """`mp4`, `mov` or `mkv`: as it is set, else by the ending of the name, else mp4."""
    return container_named(output.container, output.uri)
