"""What probing an input found. All times are exact: seconds as `numerator/denominator` text."""

from fractions import Fraction
from typing import Annotated

from pydantic import PlainSerializer, PlainValidator

from videojob_api.model import Model

Ratio = Annotated[Fraction, PlainValidator(Fraction), PlainSerializer(str, return_type=str)]


class ColorTags(Model):
    """Code points of ISO/IEC 23091-2; range as FFmpeg's AVColorRange (1 limited, 2 full, 0 unknown)."""

    primaries: int = 2
    transfer: int = 2
    matrix: int = 2
    range: int = 0


class VideoFacts(Model):
    """The video stream. `start` and `duration` in seconds; `sar` is the sample aspect ratio."""

    width: int
    height: int
    rotation: int = 0
    sar: Ratio = Fraction(1)
    pixel_format: str
    rate: Ratio
    start: Ratio
    duration: Ratio
    color: ColorTags = ColorTags()

    @property
    def display_size(self) -> tuple[int, int]:
        """Width and height as shown: square pixels, rotation applied."""
        width, height = round(self.width * self.sar), self.height
        return (height, width) if self.rotation % 180 else (width, height)


class AudioFacts(Model):
    """The first sound stream. `rate` in samples per second."""

    codec: str
    rate: int
    layout: str


class InputFacts(Model):
    """One input as the plan knows it: which bytes, and what is in them."""

    name: str
    uri: str
    etag: str
    size: int
    video: VideoFacts
    audio: AudioFacts | None = None
