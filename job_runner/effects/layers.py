"""Which overlays a frame has, and where: from the spec's keyframes to drawing calls."""

from collections.abc import Sequence
from dataclasses import dataclass

from job_runner.effects.assets import Assets
from job_runner.effects.keyframes import Point, value_at
from job_runner.effects.overlay_kinds import Draw, pen
from job_runner.effects.picture import Coding, Edges, Picture
from videojob_api.overlay import Overlay
from videojob_api.values import parse_duration


def _seconds(text: str | None, default: float) -> float:
    return float(parse_duration(text)) if text else default


@dataclass(frozen=True)
class Layer:
    """An overlay ready to draw: its span and fades in seconds, its keyframes, its pen."""

    start: float
    end: float
    fade_in: float
    fade_out: float
    points: Sequence[Point]
    draw: Draw

    def is_on(self, time: float) -> bool:
        """Whether a frame at that time may need it."""
        return self.start <= time < self.end

    def opacity(self, time: float, keyed: float) -> float:
        """Of the keyframes, times the fades; 0 outside [start, end)."""
        if not self.is_on(time):
            return 0.0
        rise = (time - self.start) / self.fade_in if self.fade_in else 1.0
        fall = (self.end - time) / self.fade_out if self.fade_out else 1.0
        return keyed * min(1.0, rise, fall)


def layer(overlay: Overlay, duration: float, coding: Coding, assets: Assets) -> Layer:
    """`duration` is the timeline's, in seconds."""
    points = [
        (float(parse_duration(k.time)), k.easing, (k.left, k.top, k.width, k.height, k.opacity)) for k in overlay.points
    ]
    return Layer(
        start=_seconds(overlay.start, 0.0),
        end=_seconds(overlay.end, duration),
        fade_in=_seconds(overlay.fade_in, 0.0),
        fade_out=_seconds(overlay.fade_out, 0.0),
        points=points,
        draw=pen(overlay, coding, assets),
    )


def draw_layers(picture: Picture, layers: Sequence[Layer], time: float) -> None:
    """Draws what is visible at `time` seconds of the timeline, in order, in place."""
    width, height = picture.size
    for item in layers:
        left, top, across, down, keyed = value_at(item.points, time)
        opacity = item.opacity(time, keyed)
        if opacity > 0:
            edges = Edges(left * width, top * height, (left + across) * width, (top + down) * height)
            item.draw(picture, edges, opacity)
