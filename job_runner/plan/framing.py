"""Which part of a source frame fills the output, at every moment of a clip. Pure."""

from job_runner.effects.keyframes import Point, value_at
from job_runner.plan.clips import ClipPlan
from job_runner.plan.geometry import Placement, Rect, Size, place
from job_runner.plan.output import OutputPlan
from videojob_api.values import parse_color, parse_duration

WHOLE = (0.0, 0.0, 1.0, 1.0)


class ClipFraming:
    """A clip's own framing, or how the output fits clips that have none."""

    def __init__(self, clip: ClipPlan, output: OutputPlan) -> None:
        self._points, self._output = _points(clip), output.size
        self._fit = clip.framing.fit if clip.framing else output.fit
        self.moves = len({point[2] for point in self._points}) > 1
        """Whether the part is another one from frame to frame."""
        background = clip.framing.background if clip.framing else output.background
        self.border = parse_color(background)[:3]
        """What surrounds a picture that does not fill the output: sRGB, 0 to 255 each."""

    def at(self, seconds: float, shown: Size, stored: Size) -> Placement:
        """At `seconds` of the source, of an upright frame: `shown` in square pixels, `stored` in its own."""
        share = value_at(self._points, seconds) if self._points else WHOLE
        return _placement(share, shown, stored, self._output, self._fit)


def _points(clip: ClipPlan) -> list[Point]:
    if clip.framing is None:
        return []
    return [(float(parse_duration(k.time)), k.easing, (k.left, k.top, k.width, k.height)) for k in clip.framing.points]


def _placement(share: tuple[float, ...], shown: Size, stored: Size, output: Size, fit: str) -> Placement:
    """Fits in square pixels, then says the crop in the frame's own pixels, which are `stored` once upright."""
    left, top, width, height = share
    crop = Rect(left * shown[0], top * shown[1], width * shown[0], height * shown[1])
    placed = place(crop, output, fit)
    across, down = stored[0] / shown[0], stored[1] / shown[1]
    own = Rect(placed.crop.left * across, placed.crop.top * down, placed.crop.width * across, placed.crop.height * down)
    return Placement(own.inside(stored), placed.size, placed.left, placed.top)
