"""How a camera moves that keeps something in its picture: it stands while it can, pans evenly, and never shakes. Pure.

What is followed may wander about the middle by `ROOM` of the picture each way: a tube around its way. The camera
takes the shortest way through that tube, as a string that is pulled taut in it: it does not move at all for what stays
inside, and goes straight and evenly where it must. Then its bends are rounded, before and after alike, so that it is
never late.
"""

import numpy as np

from job_runner.plan.paths import Flags, Floats, covering, smoothed

ROOM = 0.08
"""Of the crop's width or height, each way."""
EASED = 0.75
"""Of the time to a new place: two means of that length make about that time from standing to standing."""
FARTHEST = 0.3
"""Of the crop's width or height, from its middle: where what is followed would go beyond, the camera hurries."""
HURRY = 0.8
"""Seconds in which it does."""
SHIVER = 0.3
"""Seconds: means over them do not shiver as a detector's boxes do."""


def camera(times: Floats, middles: Floats, steady: Flags, crop: tuple[float, float], smooth: float) -> Floats:
    """The crop's middle at each time, (n, 2), always inside the picture; `middles` are those of what is followed.

    `steady` is False where that changes, or is not there: nothing is to be kept in the picture then. `crop` is its
    width and height in those of the picture, `smooth` in seconds.
    """
    half = np.array(crop) / 2
    wanted = np.clip(_mean(times, middles, smooth / 2), half, 1 - half)
    low, high = np.maximum(wanted - ROOM * 2 * half, half), np.minimum(wanted + ROOM * 2 * half, 1 - half)
    way = np.stack([taut(times, low[:, axis], high[:, axis]) for axis in (0, 1)], axis=1)
    rounded = _mean(times, _mean(times, way, EASED * smooth), EASED * smooth)
    kept = np.clip(_mean(times, middles, min(smooth / 2, SHIVER)), half, 1 - half)
    return np.asarray(np.clip(_hurried(times, rounded, kept, steady, FARTHEST * 2 * half), half, 1 - half))


def _hurried(times: Floats, way: Floats, wanted: Floats, steady: Flags, farthest: Floats) -> Floats:
    """The way, moved where it is too far from what is followed, and before and after that as smoothly."""
    ahead = np.where(steady[:, None], np.maximum(0.0, wanted - farthest - way), 0.0)
    behind = np.where(steady[:, None], np.maximum(0.0, way - wanted - farthest), 0.0)
    if len(times) < 2 or not (ahead.any() or behind.any()):
        return way
    return np.asarray(way + covering(times, ahead, HURRY) - covering(times, behind, HURRY))


def _mean(times: Floats, values: Floats, window: float) -> Floats:
    return smoothed(times, values, window) if window and len(times) > 1 else values


def taut(times: Floats, low: Floats, high: Floats) -> Floats:
    """The shortest way through a tube, both ends free: at rising times between `low` and `high`, low <= high."""
    xs, lows, highs = times.tolist(), low.tolist(), high.tolist()
    at, value = 0, _beginning(lows, highs)
    corners = [(xs[0], value)]
    while at < len(xs) - 1:
        at, value = _next_corner(xs, lows, highs, at, value)
        corners.append((xs[at], value))
    return np.interp(times, [x for x, _ in corners], [y for _, y in corners])


def _beginning(low: list[float], high: list[float]) -> float:
    """Where it can stand longest, near what it has to go to next."""
    floor, ceiling = low[0], high[0]
    for down, up in zip(low, high, strict=True):
        if down > ceiling:
            return ceiling
        if up < floor:
            return floor
        floor, ceiling = max(floor, down), min(ceiling, up)
    return (floor + ceiling) / 2


def _next_corner(xs: list[float], low: list[float], high: list[float], at: int, value: float) -> tuple[int, float]:
    """As far as one straight line from here reaches: to the point of the tube that it has to bend around, or the end.

    It goes on level as soon as it can.
    """
    least, most = -np.inf, np.inf
    left = right = at
    for k in range(at + 1, len(xs)):
        run = xs[k] - xs[at]
        floor, ceiling = (low[k] - value) / run, (high[k] - value) / run
        if floor > most:
            return right, high[right]
        if ceiling < least:
            return left, low[left]
        if floor >= least:
            least, left = floor, k
        if ceiling <= most:
            most, right = ceiling, k
    if least > 0:
        return left, low[left]
    return (right, high[right]) if most < 0 else (len(xs) - 1, value)
