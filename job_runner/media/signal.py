"""What the code values of a decoded frame mean: its tags, put right where its pixel format knows better."""

import sys
from functools import lru_cache

from av.video.format import VideoFormat
from av.video.frame import VideoFrame

from job_runner.plan.facts import ColorTags
from job_runner.plan.geometry import Size
from job_runner.plan.matrix import RGB, UNTAGGED, Signal, matrix_of

LIMITED, FULL = 1, 2
_RESERVED = 3


@lru_cache(maxsize=256)
def is_rgb(pixel_format: str) -> bool:
    """Whether there is no YCbCr in it: RGB, palettes and XYZ."""
    known = VideoFormat(pixel_format)
    return known.is_rgb or known.has_palette or known.is_bayer or pixel_format.startswith("xyz")


@lru_cache(maxsize=256)
def is_grey(pixel_format: str) -> bool:
    """Whether there is luma only, with or without alpha."""
    return not is_rgb(pixel_format) and len(VideoFormat(pixel_format).components) <= 2


@lru_cache(maxsize=256)
def is_deep(pixel_format: str) -> bool:
    """Whether a sample has more than 8 bits."""
    return max((component.bits for component in VideoFormat(pixel_format).components), default=8) > 8


@lru_cache(maxsize=256)
def has_alpha(pixel_format: str) -> bool:
    """Whether a pixel may be transparent."""
    known = VideoFormat(pixel_format)
    return known.has_palette or any(component.is_alpha for component in known.components)


def is_transparent(frame: VideoFrame, codec: str) -> bool:
    """Whether alpha counts: in raw captures it is padding, mostly nought, and never shown."""
    return codec != "rawvideo" and has_alpha(frame.format.name)


def color_of_frame(frame: VideoFrame, stream: ColorTags) -> ColorTags:
    """The frame's tags, those of its `stream` where it has none.

    As FFmpeg reads them: RGB and yuvj formats are full range whatever is claimed, grey is where nothing is claimed,
    and YCbCr that calls itself RGB is untagged.
    """
    name = frame.format.name
    color_range = int(frame.color_range) or stream.range
    return ColorTags(
        primaries=_known(int(frame.color_primaries), stream.primaries),
        transfer=_known(int(frame.color_trc), stream.transfer),
        matrix=RGB if is_rgb(name) else _ycbcr(int(frame.colorspace), stream.matrix),
        range=FULL if is_rgb(name) or name.startswith("yuvj") or (is_grey(name) and not color_range) else color_range,
    )


def _known(own: int, stream: int) -> int:
    return stream if own in (0, UNTAGGED, _RESERVED) else own


def _ycbcr(own: int, stream: int) -> int:
    found = _known(own, stream)
    return UNTAGGED if found in (RGB, _RESERVED) else found


def signal_of(frame: VideoFrame, stream: ColorTags, size: Size) -> Signal:
    """Matrix and range, assumed where neither frame nor stream says: by the stream's `size`, also where it changes."""
    tags = color_of_frame(frame, stream)
    return Signal(UNTAGGED if is_grey(frame.format.name) else matrix_of(tags, size), tags.range == FULL)


def is_ipt(dovi: bytes | None) -> bool:
    """Whether a picture is Dolby Vision's profile 5, by FFmpeg's AVDOVIMetadata (libavutil/dovi_meta.h).

    Its code values are IPT, which nothing but Dolby Vision can show; its tags mostly say nothing. Its header has
    profile 0 and full range, as no other has.
    """
    if not dovi or len(dovi) < 8:
        return False
    header = dovi[int.from_bytes(dovi[:8], sys.byteorder) :]
    return len(header) > _DOVI_RANGE and header[_DOVI_PROFILE] == 0 and header[_DOVI_RANGE] == 1


_DOVI_PROFILE, _DOVI_RANGE = 4, 10
