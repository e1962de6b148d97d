"""What is done to the memory of a frame in the output's form: another clip over it, a colour, overlays."""

from collections.abc import Sequence

from av.video.frame import VideoFrame

from job_runner.effects.assets import Assets
from job_runner.effects.blend import mix
from job_runner.effects.color import color_of
from job_runner.effects.layers import Layers, draw_layers
from job_runner.media.cpu.planes import copied, picture_of
from job_runner.media.device import Fade
from job_runner.media.recipe import Form
from videojob_api.overlay import Overlay


class DrawnOverlays:
    """A timeline's, ready to draw."""

    def __init__(self, overlays: Sequence[Overlay], duration: float, form: Form, assets: Assets) -> None:
        """`duration` is the timeline's, in seconds."""
        self._form = form
        self._layers = Layers(overlays, duration, form.coding, assets)

    def is_on(self, time: float) -> bool:
        """Whether a frame at `time` seconds of the timeline may need them."""
        return self._layers.is_on(time)

    def draw(self, frame: VideoFrame, time: float) -> None:
        """Draws what is visible at `time` seconds of the timeline on a writable frame."""
        draw_layers(picture_of(frame, self._form), self._layers.at(time), time)


def writable(frame: VideoFrame, own: bool, form: Form) -> VideoFrame:
    """The frame if it is our `own`, else a copy. Nobody else sees what is drawn on it.

    What is ours may share the decoder's memory still, as a crop does.
    """
    frame = frame if own else copied(frame, form)
    frame.make_writable()
    return frame


def cross(frame: VideoFrame, later: VideoFrame, share: float, form: Form) -> None:
    """Mixes `share` of a later clip's frame into a writable one."""
    mix(picture_of(frame, form), picture_of(later, form), share)


def fade(frame: VideoFrame, fades: Sequence[Fade], form: Form) -> None:
    """Mixes colours into a writable frame, one after the other."""
    for rgb, share in fades:
        mix(picture_of(frame, form), color_of(rgb, form.coding), share)
