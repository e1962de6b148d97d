"""Which overlays a frame has, and where: from the spec's keyframes to drawing calls."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from job_runner.effects.box import Edges, fill, outline
from job_runner.effects.keyframes import Point, value_at
from job_runner.effects.picture import Picture, yuv_of
from job_runner.effects.spotlight import spotlight
from videojob_api.spec import Overlay
from videojob_api.values import parse_color, parse_duration

Draw = Callable[[Picture, Edges, float], None]


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

    def opacity(self, time: float, keyed: float) -> float:
        """Of the keyframes, times the fades; 0 outside [start, end)."""
        if not self.start <= time < self.end:
            return 0.0
        rise = (time - self.start) / self.fade_in if self.fade_in else 1.0
        fall = (self.end - time) / self.fade_out if self.fade_out else 1.0
        return keyed * min(1.0, rise, fall)


def layer(overlay: Overlay, duration: float, matrix: int) -> Layer:
    """`duration` is the timeline's, in seconds; `matrix` the output's colour matrix."""
    points = [
        (float(parse_duration(k.time)), k.easing, (k.left, k.top, k.width, k.height, k.opacity))
        for k in overlay.keyframes
    ]
    return Layer(
        start=_seconds(overlay.start, 0.0),
        end=_seconds(overlay.end, duration),
        fade_in=_seconds(overlay.fade_in, 0.0),
        fade_out=_seconds(overlay.fade_out, 0.0),
        points=points,
        draw=_pen(overlay, matrix),
    )


def _pen(overlay: Overlay, matrix: int) -> Draw:
    if light := overlay.spotlight:
        return lambda picture, edges, opacity: spotlight(
            picture, edges, light.shape == "Ellipse", light.dim, light.feather, opacity
        )
    box = overlay.box
    assert box is not None, "the API lets no overlay be without a kind"
    paints = [(parse_color(c), outlined) for c, outlined in ((box.fill, False), (box.stroke, True)) if c]

    def draw(picture: Picture, edges: Edges, opacity: float) -> None:
        for (red, green, blue, alpha), outlined in paints:
            color, share = yuv_of((red, green, blue), matrix), opacity * alpha / 255
            if outlined:
                outline(picture, edges, box.stroke_width * picture.y.shape[0], color, share)
            else:
                fill(picture, edges, color, share)

    return draw


def draw_layers(picture: Picture, layers: Sequence[Layer], time: float) -> None:
    """Draws what is visible at `time` seconds of the timeline, in order, in place."""
    height, width = picture.y.shape
    for item in layers:
        left, top, across, down, keyed = value_at(item.points, time)
        opacity = item.opacity(time, keyed)
        if opacity > 0:
            edges = Edges(left * width, top * height, (left + across) * width, (top + down) * height)
            item.draw(picture, edges, opacity)


def any_visible(layers: Sequence[Layer], time: float) -> bool:
    """Whether a frame needs drawing at all."""
    return any(item.start <= time < item.end for item in layers)
