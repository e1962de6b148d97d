"""Values between keyframes. Curves are CSS's cubic-bezier timing functions."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from operator import itemgetter

Point = tuple[float, str, tuple[float, ...]]
"""Seconds, easing of the way here, values."""


def _bezier(x1: float, y1: float, x2: float, y2: float) -> Callable[[float], float]:
    """CSS cubic-bezier(x1, y1, x2, y2); x is inverted by bisection to 2^-30."""

    def component(a: float, b: float, s: float) -> float:
        # Products only: the last bit of a power may differ between CPUs.
        return 3 * a * s * (1 - s) * (1 - s) + 3 * b * s * s * (1 - s) + s * s * s

    def ease(x: float) -> float:
        low, high = 0.0, 1.0
        for _ in range(30):
            middle = (low + high) / 2
            low, high = (middle, high) if component(x1, x2, middle) < x else (low, middle)
        return component(y1, y2, (low + high) / 2)

    return ease


EASINGS: dict[str, Callable[[float], float]] = {
    "Linear": lambda x: x,
    "EaseIn": _bezier(0.42, 0, 1, 1),
    "EaseOut": _bezier(0, 0, 0.58, 1),
    "EaseInOut": _bezier(0.42, 0, 0.58, 1),
    "Hold": lambda _: 0.0,
}


_TIME = itemgetter(0)


def value_at(points: Sequence[Point], time: float) -> tuple[float, ...]:
    """The values at `time` seconds; before the first and after the last keyframe they hold."""
    after = bisect_right(points, time, key=_TIME)
    if after in (0, len(points)):
        return points[min(after, len(points) - 1)][2]
    (t0, _, v0), (t1, easing, v1) = points[after - 1], points[after]
    share = EASINGS[easing]((time - t0) / (t1 - t0))
    return tuple(a + (b - a) * share for a, b in zip(v0, v1, strict=True))
