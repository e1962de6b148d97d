"""How a frame has to be turned to stand upright, by the display matrix that comes with it."""

import math
import struct
from dataclasses import dataclass

from av.sidedata.sidedata import Type
from av.video.frame import VideoFrame

from job_runner.media.sidedata import side_data
from job_runner.plan.facts import UPRIGHT

STILLS = ("mjpeg", "png", "apng", "webp")
"""Codecs whose frames each say for themselves, mostly by EXIF, how they stand; one that says nothing is upright."""


@dataclass(frozen=True)
class Turn:
    """One of EXIF's eight orientations, and what it leaves of a turn by other than quarters: degrees clockwise."""

    orientation: int = UPRIGHT
    rest: int = 0


def turn_of(frame: VideoFrame) -> Turn | None:
    """What the frame itself says; None if nothing."""
    data = side_data(frame, Type.DISPLAYMATRIX)
    return turn(struct.unpack("9i", data[:36])) if data and len(data) >= 36 else None


def turn(matrix: tuple[int, ...]) -> Turn:
    """Of a display matrix (a b u, c d v, x y w), read as the ffmpeg command reads it."""
    a, b, c, d = matrix[0], matrix[1], matrix[3], matrix[4]
    across, down = math.hypot(a, c), math.hypot(b, d)
    if not across or not down:
        return Turn()
    degrees = round(math.degrees(math.atan2(b / down, a / across))) % 360
    if degrees == 90:
        return Turn(5 if c > 0 else 6)
    if degrees == 270:
        return Turn(7 if c < 0 else 8)
    if degrees == 180:
        return Turn({(True, True): 3, (True, False): 2, (False, True): 4, (False, False): UPRIGHT}[a < 0, d < 0])
    return Turn(UPRIGHT, degrees) if degrees else Turn(4 if d < 0 else UPRIGHT)


def orientation_of(frame: VideoFrame, codec: str, stream: int) -> int:
    """Of a frame in mid-stream. Decoders may know the stream's only where they began at its first frame."""
    own = turn_of(frame)
    if own is not None:
        return own.orientation
    return UPRIGHT if codec in STILLS else stream
