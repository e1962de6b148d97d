"""A crop that follows what an analysis has found, as a camera would: keyframes of a clip's framing. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import numpy as np

from job_runner.analysis.found import AllFound, Track
from job_runner.plan.appearances import chosen, look
from job_runner.plan.crop_motion import camera
from job_runner.plan.geometry import Size
from job_runner.plan.paths import Flags, Floats, corners
from job_runner.plan.scene_changes import scene_borders
from job_runner.plan.subjects import STEP, Followed, subjects
from job_runner.plan.tracked_overlays import moment
from videojob_api.from_analyses import Follow
from videojob_api.timeline import Framing, FramingKeyframe
from videojob_api.values import parse_duration

TOLERANCE = 0.0004
"""Of the picture's width or height: what lies nearer to the line between two keyframes gets none."""
DIGITS = 5


@dataclass(frozen=True)
class Stretch:
    """A part of a source, in seconds, shown in frames that are `frame` seconds of the source apart."""

    begin: Fraction
    end: Fraction
    frame: Fraction


def followed(framing: Framing, found: AllFound, part: Stretch, shown: Size, output: Size) -> Framing | None:
    """The framing with keyframes, from the middle of the picture where nothing is seen; None if nothing is ever.

    `shown` is the source's size in square pixels.
    """
    wanted = framing.keyframes_from
    assert wanted is not None, "only a framing that follows is replaced"
    crop, own = crop_size(wanted, shown, output), found[wanted.analysis]
    tracks, step = _parts(chosen(own, wanted.label), part), look(own)
    if not tracks:
        return None
    scenes = scene_borders(found, own)
    keyframes = list(_keyframes(tracks, step, wanted, crop, part, scenes))
    return framing.model_copy(update={"keyframes": keyframes, "keyframes_from": None})


def standing(framing: Framing, shown: Size, output: Size) -> Framing:
    """The same crop in the middle of the picture."""
    wanted = framing.keyframes_from
    assert wanted is not None, "only a framing that follows is replaced"
    width, height = crop_size(wanted, shown, output)
    middle = _keyframe(Fraction(0), (0.5, 0.5), (width, height), jumps=False)
    return framing.model_copy(update={"keyframes": [middle], "keyframes_from": None})


def crop_size(wanted: Follow, shown: Size, output: Size) -> tuple[float, float]:
    """Width and height, in those of the picture, of a crop with the output's aspect."""
    wide = output[0] * shown[1] / (output[1] * shown[0])
    height = min(wanted.height, 1 / wide)
    return min(1.0, height * wide), height


def _parts(tracks: Sequence[Track], part: Stretch) -> list[Track]:
    """What a stretch of the source has of them: what is seen elsewhere moves no camera here."""
    begin, end = float(part.begin) - 1e-4, float(part.end)
    cut = (Track(t.number, t.label, [p for p in t.points if begin <= p.seconds < end]) for t in tracks)
    return [track for track in cut if track.points]


def _keyframes(
    tracks: Sequence[Track],
    step: float,
    wanted: Follow,
    crop: tuple[float, float],
    part: Stretch,
    scenes: Sequence[float],
) -> Iterator[FramingKeyframe]:
    """A camera for each scene; from one to the next it jumps."""
    inside = [scene for scene in scenes if float(part.begin) + 1e-3 < scene < float(part.end) - 1e-3]
    last: tuple[float, float] | None = None
    for begin, end in pairwise([float(part.begin), *inside, float(part.end)]):
        times = _moments(begin, end, float(part.frame))
        there = subjects(times, _within(tracks, begin, end), step, crop)
        # With nothing to be seen in this scene it stays where it was.
        there = there or Followed(np.tile(last or (0.5, 0.5), (len(times), 1)), [None] * len(times))
        smooth = float(parse_duration(wanted.smooth))
        way = camera(times, there.middles, _steady(there.numbers, smooth), crop, smooth)
        last = tuple(way[-1].tolist())
        jumps = begin > float(part.begin)
        for k in _kept(times, way):
            at = max(Fraction(0), Fraction(times[k]) - (part.frame * 499 / 1000 if jumps and k == 0 else 0))
            yield _keyframe(at, tuple(way[k].tolist()), crop, jumps and k == 0)


def _steady(numbers: Sequence[int | None], smooth: float) -> Flags:
    """Whether the same thing is followed at a moment as at those `smooth` seconds around it."""
    reach, result = round(smooth / STEP), np.array([number is not None for number in numbers])
    for k, (before, now) in enumerate(pairwise(numbers), 1):
        if before != now:
            result[max(0, k - reach) : k + reach] = False
    return result


def _within(tracks: Sequence[Track], begin: float, end: float) -> list[Track]:
    cut = (Track(t.number, t.label, [p for p in t.points if begin - 1e-4 <= p.seconds < end - 1e-4]) for t in tracks)
    return [track for track in cut if track.points]


def _moments(begin: float, end: float, frame: float) -> Floats:
    """Evenly apart, the last one clearly before the next scene, whose first keyframe comes early by half a frame."""
    last = max(begin, end - max(STEP / 2, 0.6 * frame))
    return np.linspace(begin, last, max(1, round((last - begin) / STEP) + 1))


def _kept(times: Floats, way: Floats) -> list[int]:
    """Of moments of one scene: those that need a keyframe."""
    kept = np.flatnonzero(corners(times, way, TOLERANCE)).tolist()
    return kept[:1] if np.abs(way - way[0]).max() <= TOLERANCE else kept


def _keyframe(time: Fraction, middle: tuple[float, ...], crop: tuple[float, float], jumps: bool) -> FramingKeyframe:
    """`jumps`: the one before holds until then."""
    width, height = (round(side, DIGITS) for side in crop)
    left, top = (
        min(max(0.0, round(at - side / 2, DIGITS)), round(1 - side, DIGITS))
        for at, side in zip(middle, (width, height), strict=True)
    )
    easing = {"easing": "Hold"} if jumps else {}
    return FramingKeyframe.model_validate(
        {"time": moment(time), "left": left, "top": top, "width": width, "height": height, **easing}
    )
