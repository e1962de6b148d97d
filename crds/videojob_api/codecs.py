"""What each codec is called and what it can do: one row that the API's checks, the plan and FFmpeg's side all read.

A new codec is a row here and a value of the API's enum; a test proves that neither is without the other.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from videojob_api.tables import keyed


@dataclass(frozen=True)
class PixelFormat:
    """A 4:2:0 format by FFmpeg's name, with the planar one of the same bits, in which pictures are drawn."""

    name: str
    depth: int
    planar: str
    with_alpha: str


PIXEL_FORMATS = keyed(
    (
        PixelFormat("yuv420p", 8, planar="yuv420p", with_alpha="yuva420p"),
        PixelFormat("yuv420p10le", 10, planar="yuv420p10le", with_alpha="yuva420p10le"),
        PixelFormat("p010le", 10, planar="yuv420p10le", with_alpha="yuva420p10le"),
    ),
    key=lambda found: found.name,
)


@dataclass(frozen=True)
class Encoder:
    """An encoder of FFmpeg: its own words for the API's `quality` and `preset`, its pixel formats by bits.

    `has_profiles` tells whether it takes one as an option. One that `needs_gpu` may be missing on a node, and is told
    how many `b_frames` to use. One that `lowers_priority` does so for the whole process when it starts.
    """

    name: str
    quality: Mapping[str, int]
    presets: Mapping[str, str]
    pixel_formats: Mapping[int, str]
    has_profiles: bool = True
    needs_gpu: bool = False
    b_frames: int = 0
    lowers_priority: bool = False


@dataclass(frozen=True)
class VideoCodec:
    """A codec by the API's name; `spelled` is how else people call it.

    `encoders` by the API's `encoder`, `profiles` by bits, the last being taken where none is asked for. `depths` are
    the bits that its players show: a source of more becomes 8 bit, unless pixelFormat says otherwise, and HDR is
    refused. `tag` is the name that Apple's players know it by in MP4 and MOV, where FFmpeg's own is another.
    """

    name: str
    encoders: Mapping[str, Encoder]
    profiles: Mapping[int, tuple[str, ...]]
    depths: tuple[int, ...]
    largest_crf: int = 51
    tag: str | None = None
    spelled: tuple[str, ...] = ()


_PLANAR = {8: "yuv420p", 10: "yuv420p10le"}
_SURFACES = {8: "yuv420p", 10: "p010le"}
_X26X = {"Fast": "veryfast", "Medium": "medium", "Slow": "slow"}
_SVT = {"Fast": "11", "Medium": "8", "Slow": "5"}
_NVENC = {"Fast": "p2", "Medium": "p4", "Slow": "p6"}


def _quality(low: int, medium: int, high: int, very_high: int) -> Mapping[str, int]:
    """What looks alike has another number in each encoder; none of them is a promise of equal quality."""
    return {"Low": low, "Medium": medium, "High": high, "VeryHigh": very_high}


def _nvenc(name: str, quality: Mapping[str, int], has_profiles: bool = True, b_frames: int = 0) -> Encoder:
    return Encoder(name, quality, _NVENC, _SURFACES, has_profiles, needs_gpu=True, b_frames=b_frames)


VIDEO_CODECS = keyed(
    (
        VideoCodec(
            "h264",
            encoders={
                "CPU": Encoder("libx264", _quality(28, 23, 20, 17), _X26X, _PLANAR),
                "NVENC": _nvenc("h264_nvenc", _quality(32, 27, 23, 19), b_frames=2),
            },
            profiles={8: ("baseline", "main", "high"), 10: ("high10",)},
            depths=(8,),
            spelled=("x264", "avc"),
        ),
        VideoCodec(
            "hevc",
            encoders={
                "CPU": Encoder("libx265", _quality(31, 26, 22, 18), _X26X, _PLANAR),
                "NVENC": _nvenc("hevc_nvenc", _quality(33, 28, 24, 20)),
            },
            profiles={8: ("main",), 10: ("main10",)},
            depths=(8, 10),
            tag="hvc1",
            spelled=("h265", "x265"),
        ),
        VideoCodec(
            "av1",
            encoders={
                "CPU": Encoder(
                    "libsvtav1", _quality(45, 36, 29, 22), _SVT, _PLANAR, has_profiles=False, lowers_priority=True
                ),
                "NVENC": _nvenc("av1_nvenc", _quality(40, 34, 29, 24), has_profiles=False),
            },
            profiles={8: ("main",), 10: ("main",)},
            depths=(8, 10),
            largest_crf=63,
        ),
    ),
    key=lambda codec: codec.name,
)
ENCODERS = {encoder.name: encoder for codec in VIDEO_CODECS.values() for encoder in codec.encoders.values()}
MADE_BY = {encoder.name: codec for codec in VIDEO_CODECS.values() for encoder in codec.encoders.values()}
"""What each of FFmpeg's encoders makes."""
DEFAULT_CODEC = "h264"


def video_codec(name: str | None) -> VideoCodec:
    """By the API's name; what is taken where none is given."""
    return VIDEO_CODECS[name or DEFAULT_CODEC]


@dataclass(frozen=True)
class SoundCodec:
    """A codec in which sound is made: FFmpeg's encoder, and the samples a second that it takes, the usual ones first.

    `bitrate` is that of one channel or a pair where none is asked for.
    """

    name: str
    encoder: str
    rates: tuple[int, ...]
    bitrate: int


AAC = SoundCodec(
    "aac",
    encoder="aac",
    rates=(48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000),
    bitrate=192_000,
)
SOUND_CODECS = {AAC.name: AAC}
