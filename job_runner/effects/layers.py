"""Which overlays a frame has, and where: from the spec's keyframes to drawing calls."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from job_runner.effects.assets import Assets
from job_runner.effects.keyframes import Point, value_at
from job_runner.effects.overlay_kinds import Draw, pen
from job_runner.effects.picture import Coding, Edges, Picture
from videojob_api.overlay import Overlay, OverlayKind, Text
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
    return _layer(overlay, duration, pen(overlay, coding, assets))


def _layer(overlay: Overlay, duration: float, draw: Draw) -> Layer:
    points = [
        (float(parse_duration(k.time)), k.easing, (k.left, k.top, k.width, k.height, k.opacity)) for k in overlay.points
    ]
    return Layer(
        start=_seconds(overlay.start, 0.0),
        end=_seconds(overlay.end, duration),
        fade_in=_seconds(overlay.fade_in, 0.0),
        fade_out=_seconds(overlay.fade_out, 0.0),
        points=points,
        draw=draw,
    )


class Layers:
    """A timeline's overlays, of which there may be thousands: those of a moment are found by time.

    What one needs to be drawn is made when it is first seen, and let go once it is gone; what images, boxes and blurs
    are drawn with is shared by all that are alike. Not thread-safe.
    """

    def __init__(self, overlays: Sequence[Overlay], duration: float, coding: Coding, assets: Assets) -> None:
        """`duration` is the timeline's, in seconds."""
        self._overlays, self._pen = overlays, partial(pen, coding=coding, assets=assets)
        self._duration = duration
        self._index = Spans([(_seconds(o.start, 0.0), _seconds(o.end, duration)) for o in overlays])
        self._ready: dict[int, Layer] = {}
        self._pens: dict[OverlayKind, Draw] = {}

    def is_on(self, time: float) -> bool:
        """Whether a frame at `time` seconds of the timeline may need any."""
        return bool(self._index.at(time))

    def at(self, time: float) -> list[Layer]:
        """Those that such a frame may need, in order."""
        on = self._index.at(time)
        self._ready = {number: self._ready.get(number) or self._made(number) for number in on}
        return list(self._ready.values())

    def _made(self, number: int) -> Layer:
        overlay = self._overlays[number]
        if isinstance(overlay.kind, Text):
            # Laid out for its own boxes.
            return _layer(overlay, self._duration, self._pen(overlay))
        if overlay.kind not in self._pens:
            self._pens[overlay.kind] = self._pen(overlay)
        return _layer(overlay, self._duration, self._pens[overlay.kind])


class Spans:
    """Half-open spans of time by which of them hold a moment: a list for each stretch between two borders."""

    def __init__(self, spans: Sequence[tuple[float, float]]) -> None:
        self._borders = sorted({border for span in spans for border in span})
        self._held: list[list[int]] = [[] for _ in self._borders]
        for number, (start, end) in enumerate(spans):
            for stretch in range(bisect_left(self._borders, start), bisect_left(self._borders, end)):
                self._held[stretch].append(number)

    def at(self, moment: float) -> Sequence[int]:
        """Numbers of the spans that hold it, rising."""
        stretch = bisect_right(self._borders, moment) - 1
        return self._held[stretch] if stretch >= 0 else ()


def draw_layers(picture: Picture, layers: Sequence[Layer], time: float) -> None:
    """Draws what is visible at `time` seconds of the timeline, in order, in place."""
    width, height = picture.size
    for item in layers:
        left, top, across, down, keyed = value_at(item.points, time)
        opacity = item.opacity(time, keyed)
        if opacity > 0:
            edges = Edges(left * width, top * height, (left + across) * width, (top + down) * height)
            item.draw(picture, edges, opacity)
