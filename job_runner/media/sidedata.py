"""What a decoder has laid beside a frame, as bytes: mastering data, a display matrix."""

from typing import Any

from av.sidedata.sidedata import SideDataContainer, Type
from av.video.frame import VideoFrame


def side_data(frame: VideoFrame, kind: Type) -> bytes | None:
    """The frame's side data of one kind; None if it has none.

    Not by `frame.side_data`: a frame that holds its own side data is freed late, and frames are large.
    """
    found = SideDataContainer(frame)  # type: ignore[call-arg]
    return bytes(found[kind]) if kind in found else None


def _unnamed(kinds: type[Type], value: object) -> Any:
    """A member for a kind that PyAV has no name for."""
    member: Any = object.__new__(kinds)
    member._name_, member._value_ = f"UNNAMED_{value}", value
    return member


# FFmpeg has more kinds (EXIF, LCEVC, views of spatial HEVC, …) than PyAV 18 has names for, and one without a name
# makes `frame.side_data` raise ValueError, whatever else the frame has. This is Python's own hook for such values.
Type._missing_ = classmethod(_unnamed)  # type: ignore[assignment]
