"""What probing an input found. All times are exact: seconds as `numerator/denominator` text."""

from fractions import Fraction
from typing import Annotated

from pydantic import PlainSerializer, PlainValidator

from job_runner.plan.times import VariableTimes
from videojob_api.model import Model
from videojob_api.report import Warning_

Ratio = Annotated[Fraction, PlainValidator(Fraction), PlainSerializer(str, return_type=str)]

UPRIGHT = 1
"""The orientation of a picture that is shown as it is stored; the others are EXIF's 2 to 8 (TIFF 6.0's tag 274)."""

PQ, HLG = 16, 18
"""Transfer functions of HDR10 and HLG (ISO/IEC 23091-2)."""


def stood(orientation: int, size: tuple[int, int]) -> tuple[int, int]:
    """Width and height of a stored picture once it stands upright."""
    return size[::-1] if orientation >= 5 else size


class ColorTags(Model):
    """Code points of ISO/IEC 23091-2; range as FFmpeg's AVColorRange (1 limited, 2 full, 0 unknown)."""

    primaries: int = 2
    transfer: int = 2
    matrix: int = 2
    range: int = 0

    @property
    def is_hdr(self) -> bool:
        """Whether code values stand for absolute or scene light beyond SDR's white."""
        return self.transfer in (PQ, HLG)


class Mastering(Model):
    """Static HDR metadata in the units of SMPTE ST 2086 (1/50000, 1/10000 cd/m2) and CTA-861.3 (cd/m2)."""

    display: Annotated[list[int], "green x y, blue x y, red x y, white x y, luminance max min; or empty"] = []
    light: Annotated[list[int], "MaxCLL, MaxFALL; or empty"] = []


class Jump(Model):
    """A place where the file's clock jumps: before packet number `packet` of the picture, or of sound without one.

    All else in seconds: `at` after the first one it leaps by `leap`; from there on `by` is added to the file's times.
    """

    packet: int
    at: Ratio
    leap: Ratio
    by: Ratio


class Pace(Model):
    """How unevenly pictures come: their rate on average and where they are `closest`; `lost` of them at `rate`."""

    average: Ratio
    closest: Ratio
    lost: int


class VideoFacts(Model):
    """The chosen video stream: its index in the file, and in words the `others` that were not chosen for the user.

    `start` and `duration` in seconds; `sar` is the sample aspect ratio. `orientation` is EXIF's: 1 upright, 3 upside
    down, 6 and 8 to be turned by 90° clockwise and counter-clockwise; 2, 4, 5 and 7 are mirrored. `tilt` is a turn by
    other than quarters, in degrees clockwise, which is not applied. `lost_alpha`: the file has alpha,
    and its decoder gives none.

    Where a file does not say when each picture is shown (raw H.264, B-frames in AVI), they are `counted` from its
    start. `pace` is there for rates that vary. From second `ends` of the stream's time on nothing is there of what the
    file's own index names: it was cut off.
    """

    stream: int = 0
    others: list[str] = []

    width: int
    height: int
    orientation: int = UPRIGHT
    tilt: int = 0
    lost_alpha: bool = False
    sar: Ratio = Fraction(1)
    pixel_format: str
    depth: int = 8
    codec: str = ""
    interlaced: bool = False
    rate: Ratio
    pace: Pace | None = None
    start: Ratio
    duration: Ratio
    counted: VariableTimes | None = None
    ends: Ratio | None = None
    jumps: list[Jump] = []
    color: ColorTags = ColorTags()
    mastering: Mastering | None = None

    @property
    def readable_from_start_only(self) -> bool:
        """Whether nothing but decoding from the file's start on tells which picture is which."""
        return self.counted is not None or bool(self.jumps)

    @property
    def display_size(self) -> tuple[int, int]:
        """Width and height as shown: square pixels, upright."""
        return stood(self.orientation, (round(self.width * self.sar), self.height))


class AudioFacts(Model):
    """The chosen sound stream: its index in the file, and in words the `others` that were not chosen for the user.

    `right` is the stream of the right channel where left and right have tracks of their own. `speakers` are FFmpeg's
    names, in its order, which is the file's own if `in_order`; none for channels that nobody can name. `rate` in
    samples per second; `start` and `duration` in seconds. `jumps` are those of its picture's clock, or its
    own if there is no picture. It is `cut` if the file's edit list takes some of it away. `ends` as in VideoFacts.
    """

    stream: int = 0
    right: int | None = None
    others: list[str] = []
    speakers: list[str] = []
    in_order: bool = True

    codec: str
    rate: int
    layout: str
    start: Ratio = Fraction(0)
    duration: Ratio = Fraction(0)
    jumps: list[Jump] = []
    cut: bool = False
    ends: Ratio | None = None


class Chapter(Model):
    """Seconds from the first frame of a file, or of the timeline."""

    start: Ratio
    end: Ratio
    title: str = ""


class Extras(Model):
    """What a file has besides one picture and its sound: names, of tags never the values, which may be private.

    `timecode` as FFmpeg writes it (`01:00:00:00`, `;` before the frames of drop-frame code).
    """

    subtitles: Annotated[list[str], "a language each, or nothing"] = []
    data: Annotated[list[str], "what a track's handler or codec is called"] = []
    pictures: int = 0
    attachments: list[str] = []
    tags: list[str] = []
    timecode: str | None = None
    chapters: list[Chapter] = []


class InputFacts(Model):
    """One input as the plan knows it: which bytes, what is in them, and what a user should know of them."""

    name: str
    uri: str
    etag: str
    size: int
    video: VideoFacts | None = None
    audio: AudioFacts | None = None
    extras: Extras = Extras()
    notes: list[Warning_] = []

    @property
    def origin(self) -> Fraction:
        """When its first picture is shown, in the stream's time, or when sound without one begins."""
        first = self.video or self.audio
        return Fraction(first.start) if first else Fraction(0)
