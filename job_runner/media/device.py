"""What rendering asks of a device, which decodes, frames, draws and encodes. `devices.py` says which there are.

What a frame is, is the device's own business: a frame of PyAV in memory, or tensors on a GPU.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from job_runner.effects.assets import Assets
from job_runner.plan.clips import ClipPlan
from job_runner.workspace.ranges import Opened
from videojob_api.overlay import Overlay

Frame = TypeVar("Frame")
Frame_co = TypeVar("Frame_co", covariant=True)
Frame_contra = TypeVar("Frame_contra", contravariant=True)

Fade = tuple[tuple[int, int, int], float]
"""A colour in sRGB, 0 to 255 each, and how much of it is shown."""


class NoFrameError(Exception):
    """Not one frame of the file can be decoded, in this way at least."""


class DamageError(Exception):
    """Something in an input could not be decoded, and the decoder was strict."""


@dataclass(frozen=True)
class Decoding:
    """How a decoder works: a `strict` one leaves damaged frames out and counts them.

    A `sure` one begins a GOP earlier than it must: decoders that begin in mid-stream complain about clean files too.
    """

    threads: int = 1
    strict: bool = False
    sure: bool = False


PLAIN = Decoding()


def strict_ways(threads: int) -> tuple[Decoding, Decoding]:
    """In which damage is found, the quicker first. What complains in the second way too is damaged."""
    return Decoding(threads, strict=True), Decoding(1, strict=True, sure=True)


class Source(Protocol[Frame_co]):
    """The frames of a clip's input, decoded. Not thread-safe."""

    @property
    def errors(self) -> int:
        """Packets that could not be decoded so far.

        Where it decodes strictly this is how damage is found: a decoder that conceals it has to find it another way.
        """

    def at(self, wanted: int) -> Frame_co:
        """The frame shown in slot `wanted`. It belongs to the source: only what `writable` gives may be drawn on.

        Raises NoFrameError.
        """

    def close(self) -> None:
        """Frees the decoder."""


class Framer(Protocol[Frame]):
    """Brings frames of one clip into the output's form. Not thread-safe."""

    def __call__(self, frame: Frame, seconds: float) -> Frame:
        """The part that is shown at `seconds` of the source; the very same frame if nothing is to be done.

        Another frame may share the memory of the source's, as a crop does: `writable` sees to that.
        """


class Overlays(Protocol[Frame_contra]):
    """A timeline's overlays, ready to draw."""

    def is_on(self, time: float) -> bool:
        """Whether a frame at `time` seconds of the timeline may need them."""

    def draw(self, frame: Frame_contra, time: float) -> None:
        """Draws what is visible at `time` seconds of the timeline on a writable frame."""


class Encoder(Protocol[Frame_contra]):
    """Of one segment."""

    def add(self, frame: Frame_contra) -> None:
        """The next frame, in the output's form. Raises NodeUnfit if the encoder does not open here."""

    def finish(self) -> bytes:
        """The segment's file."""

    def abandon(self) -> None:
        """Frees the encoder of a segment that is dropped."""


class Device(Protocol[Frame]):
    """For one output of a plan, and one worker: not thread-safe.

    Frames go from a source through its clip's framer, which brings them into the output's form; are made writable,
    crossed, faded, drawn on; and go into an encoder.
    """

    def source(self, clip: ClipPlan, media: Opened, how: Decoding) -> Source[Frame]:
        """Of the clip's input, which `media` opens, in the slots that the clip shows."""

    def framer(self, clip: ClipPlan) -> Framer[Frame]:
        """Of the clip."""

    def writable(self, frame: Frame, own: bool) -> Frame:
        """A frame that may be drawn on, and nobody else sees it: a copy, unless it is `own`, not a source's."""

    def cross(self, frame: Frame, later: Frame, share: float) -> None:
        """Mixes `share` of a later clip's frame into a writable one."""

    def fade(self, frame: Frame, fades: Sequence[Fade]) -> None:
        """Mixes colours into a writable frame, one after the other."""

    def overlays(self, overlays: Sequence[Overlay], assets: Assets) -> Overlays[Frame]:
        """Of the timeline, with the images and fonts that they name."""

    def encoder(self, first: int, encoded: Callable[[], None]) -> Encoder[Frame]:
        """Of the segment whose first output frame is `first`.

        `encoded` is called for each frame that comes out: an encoder holds dozens back to look ahead.
        """
