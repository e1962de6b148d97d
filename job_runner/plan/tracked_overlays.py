"""Overlays on what an analysis has followed: one each time that a clip shows a thing. Pure.

Frame by frame a box goes from the picture of the source, at the very moment that the source shows there, through the
clip's framing into the output. Straight parts of that way then become two keyframes: what lies near the line between
them is left out, as an hour of five faces in each frame has half a million boxes.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np

from job_runner.analysis.found import AllFound
from job_runner.plan.appearances import OUTWARDS, ROUND, Appearance, Steadying, appearances, chosen, look
from job_runner.plan.labels import strip, written
from job_runner.plan.paths import Flags, Floats, corners
from job_runner.plan.scene_changes import scene_borders
from job_runner.plan.views import View
from videojob_api.from_analyses import TracksFrom
from videojob_api.overlay import Blur, Overlay, OverlayKeyframe, Pixelate
from videojob_api.values import parse_duration

TOLERANCE, LOOSE = 0.002, 0.004
"""Widths or heights of the output by which an edge may be beside its way: two lines of 1,080. What hides is larger by
what it may be off, so that nobody minds more of that.
"""
DIGITS = 5
"""Of keyframes' edges: a fiftieth of a pixel of 1,920."""
SEEN = 1e-4
"""Widths or heights: what is smaller is not seen."""
NEAR = 1e-4
"""Seconds by which times of detections and of frames may differ: both are rounded."""


def tracked_overlays(overlay: Overlay, found: AllFound, views: Sequence[View]) -> list[Overlay]:
    """In place of an overlay with `keyframesFrom`, for all clips of a timeline: in order of time, then of tracks."""
    wanted = overlay.keyframes_from
    assert wanted is not None, "only overlays that stand for others are replaced"
    own = found[wanted.analysis]
    how, step = Steadying.of(wanted, covers=hides(overlay), round=_is_round(overlay)), look(own)
    if how.covers:
        how = _unseen(how, step, views)
    # What hides goes by no scenes: one that was taken for new by mistake would uncover somebody.
    scenes = [] if hides(overlay) else scene_borders(found, own)
    shown = [view for view in views if view.clip.input == own.input]
    made: list[tuple[int, int, Overlay]] = []
    for track in chosen(own, wanted.label, parse_duration(wanted.min_duration)):
        words = written(overlay, track.label, track.number)
        for appearance in appearances(track, step, how, scenes):
            for view in shown:
                made += ((first, track.number, part) for first, part in _overlays(words, wanted, appearance, view))
    return [part for _, _, part in sorted(made, key=lambda each: each[:2])]


def _unseen(how: Steadying, step: float, views: Sequence[View]) -> Steadying:
    """Held at least over the frames between two looks: what is seen at one of them may have been there in all."""
    frame = min((1 / float(view.video.rate) for view in views), default=0.0)
    return replace(how, hold=max(how.hold, step - frame))


def hides(overlay: Overlay) -> bool:
    """Whether it is there so that something is not recognised: then nothing of a box may stick out."""
    return isinstance(overlay.kind, Blur | Pixelate)


def _is_round(overlay: Overlay) -> bool:
    """Whether it hides by an ellipse."""
    return isinstance(overlay.kind, Blur | Pixelate) and overlay.kind.shape == "Ellipse"


def _squared(overlay: Overlay) -> Overlay:
    """With a rectangle in place of its ellipse."""
    kinds = {"blur": overlay.blur, "pixelate": overlay.pixelate}
    square = {name: kind.model_copy(update={"shape": "Rectangle"}) for name, kind in kinds.items() if kind}
    return overlay.model_copy(update=square)


def _overlays(
    overlay: Overlay, wanted: TracksFrom, appearance: Appearance, view: View
) -> Iterator[tuple[int, Overlay]]:
    """Those of one appearance in one clip, each with the first frame of the timeline that has it."""
    if appearance.begin - NEAR > view.seconds[-1] or appearance.end + NEAR < view.seconds[0]:
        return
    low = int(np.searchsorted(view.seconds, appearance.begin - NEAR, "left"))
    high = int(np.searchsorted(view.seconds, appearance.end + NEAR, "right"))
    low, high = _within(overlay, view.times, low, high)
    if high <= low:
        return
    boxes = appearance.at(view.seconds[low:high])
    edges, room = view.edges(low, high, boxes), _room(overlay)
    # An ellipse that fits between a thing and the picture's border leaves the thing's corners there uncovered.
    square = view.cut(low, high, boxes, room) & _is_round(overlay)
    there = (edges[:, 2] - edges[:, 0] > SEEN) & (edges[:, 3] - edges[:, 1] > SEEN)
    if wanted.place != "Over":
        edges = strip(overlay, edges, view.output.size, wanted.place == "Above")
    for first, end in _runs(there):
        keyframes = _keyframes(view, low + first, edges[first:end], room)
        shaped = _squared(overlay) if square[first:end].any() else overlay
        yield view.clip.first + low + first, _timed(shaped, keyframes, view, low + first, low + end)


def _room(overlay: Overlay) -> float:
    """By how much an edge goes out before its way is made simple, in widths or heights: 0 for what does not hide.

    Sides of an ellipse that are off by one tolerance, opposite ones to the same side, take √2 of it from its corners.
    """
    return (LOOSE + 10.0**-DIGITS) * (ROUND if _is_round(overlay) else 1) if hides(overlay) else 0


def _within(overlay: Overlay, times: Sequence[Fraction], low: int, high: int) -> tuple[int, int]:
    """The frames of a clip in which the overlay may be on at all."""
    low = max(low, bisect_left(times, parse_duration(overlay.start))) if overlay.start else low
    return low, min(high, bisect_left(times, parse_duration(overlay.end))) if overlay.end else high


def _runs(there: Flags) -> list[tuple[int, int]]:
    """First and end of each stretch that is True."""
    borders = np.flatnonzero(np.diff(np.concatenate([[False], there, [False]]).astype(np.int8)))
    return list(zip(borders[::2].tolist(), borders[1::2].tolist(), strict=True))


def _keyframes(view: View, first: int, edges: Floats, room: float) -> list[OverlayKeyframe]:
    """As few as follow the edges, from frame `first` of the clip on; larger by `room`, as so much may be lost."""
    tolerance = LOOSE if room else TOLERANCE
    if room:
        edges = np.clip(edges + OUTWARDS * room, 0, 1)
    kept = np.flatnonzero(corners(view.moments[first : first + len(edges)], edges, tolerance))
    if len(kept) == 2 and np.abs(edges[kept[0]] - edges[kept[1]]).max() < 10.0**-DIGITS:
        kept = kept[:1]
    rounded = np.round(edges[kept], DIGITS)
    sizes = np.clip(np.round(rounded[:, 2:] - rounded[:, :2], DIGITS), SEEN, 1)
    return [
        OverlayKeyframe(time=moment(view.times[first + index]), left=left, top=top, width=width, height=height)
        for index, (left, top), (width, height) in zip(
            kept.tolist(), rounded[:, :2].tolist(), sizes.tolist(), strict=True
        )
    ]


def moment(seconds: Fraction) -> str:
    """In whole microseconds, rounded down: so that the frame that begins then is not before it."""
    whole, rest = divmod(10**6 * seconds.numerator // seconds.denominator, 10**6)
    return f"{whole}.{rest:06}".rstrip("0").rstrip(".") + "s"


def _timed(overlay: Overlay, keyframes: list[OverlayKeyframe], view: View, first: int, end: int) -> Overlay:
    """From one frame of the clip to before another."""
    start, stop = view.times[first], view.times[end]
    fades = {} if hides(overlay) else _crossed(overlay, view, first, end)
    times = {"start": moment(start), "end": moment(stop)}
    return overlay.model_copy(update={"keyframes": keyframes, "keyframes_from": None, **times, **fades})


def _crossed(overlay: Overlay, view: View, first: int, end: int) -> dict[str, str]:
    """Where its clip crosses with another it comes and goes as that does; what hides stays until the clip is gone."""
    times, comes, goes = view.times, view.clip.cross, view.clip.frames - view.leaving
    rise = times[comes] - times[first] if first < comes else Fraction(0)
    fall = times[end] - times[goes] if end > goes else Fraction(0)
    own = {"fade_in": overlay.fade_in, "fade_out": overlay.fade_out}
    return {
        name: moment(least)
        for (name, text), least in zip(own.items(), (rise, fall), strict=True)
        if least > (parse_duration(text) if text else 0)
    }
