"""What comes with a frame beside its picture. PyAV names some kinds only, and stumbles over every other one."""

from typing import Any

from av.sidedata.sidedata import SideDataContainer, Type
from av.video.frame import VideoFrame


def _unnamed(kinds: type[Type], value: object) -> Any:
    """A kind without a name: EXIF, or the views of a spatial video."""
    kind: Any = object.__new__(kinds)
    kind._name_, kind._value_ = f"KIND_{value}", value
    return kind


Type._missing_ = classmethod(_unnamed)  # type: ignore[assignment]


def side_data(frame: VideoFrame, kind: Type) -> bytes | None:
    """The bytes of one kind, None if there are none.

    Not by `frame.side_data`: a frame that holds its own side data is freed late, and frames are large.
    """
    found = SideDataContainer(frame)  # type: ignore[call-arg]
    return bytes(found[kind]) if kind in found else None
