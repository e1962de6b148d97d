"""Which detections are the same thing from frame to frame: overlap of where it is expected with where it is seen.

Pairs are taken best first, which is exact but where three things contend, and needs no solver. What does not overlap
is tried again with both boxes enlarged: a ball moves by more than itself. Numbers are given in the order in which
things appear; they depend on the detections alone.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from math import inf

import numpy as np

from job_runner.detection.box_prediction import Floats, Movement, appeared
from job_runner.detection.overlap import overlaps

ENLARGED = (0.0, 0.5, 1.5)
"""By how much of its size a box grows on each side, one try after the other."""
LEAST = 0.2
"""Overlap (intersection over union) of a pair."""


@dataclass(frozen=True)
class Seen:
    """One detection: what it is, and where, xyxy in pixels."""

    label: str
    box: tuple[float, float, float, float]


@dataclass(frozen=True)
class _Track:
    number: int
    label: str
    movement: Movement
    seconds: float


@dataclass
class Tracker:
    """Follows things through frames in their order. What was not seen for `max_gap` seconds is gone.

    What was seen at the last look is not gone at this one, however long ago that is.
    """

    max_gap: float = 1.0
    _tracks: list[_Track] = field(default_factory=list)
    _next: int = 1
    _last: float = -inf
    """When was last looked."""

    def step(self, seconds: float, seen: Sequence[Seen]) -> list[int]:
        """The number of the thing that each detection of a frame is, from 1."""
        expected = [
            _Track(track.number, track.label, track.movement.later(seconds - track.seconds), track.seconds)
            for track in self._tracks
            if self._lives(track, seconds)
        ]
        pairs = _pairs(expected, seen)
        numbers = [expected[pairs[k]].number if k in pairs else self._new() for k in range(len(seen))]
        now = [_moved(expected[pairs[k]] if k in pairs else None, numbers[k], s, seconds) for k, s in enumerate(seen)]
        found = set(numbers)
        # What is not seen keeps the movement that it was last seen with.
        unseen = [track for track in self._tracks if track.number not in found and self._lives(track, seconds)]
        self._last = seconds
        self._tracks = sorted([*now, *unseen], key=lambda track: track.number)
        return numbers

    def saw_nothing(self) -> None:
        """A look without a detection, at whatever time."""
        self._last = -inf

    def _lives(self, track: _Track, seconds: float) -> bool:
        return track.seconds == self._last or seconds - track.seconds <= self.max_gap

    def _new(self) -> int:
        self._next += 1
        return self._next - 1


def tracked(frames: Iterable[tuple[float, Sequence[Seen]]], max_gap: float = 1.0) -> Iterator[list[int]]:
    """Numbers for the detections of each frame, given with its time in seconds."""
    tracker = Tracker(max_gap)
    for seconds, seen in frames:
        yield tracker.step(seconds, seen)


def _moved(track: _Track | None, number: int, seen: Seen, seconds: float) -> _Track:
    box = np.array(seen.box)
    movement = track.movement.corrected(box) if track else appeared(box)
    return _Track(number, seen.label, movement, seconds)


def _pairs(expected: Sequence[_Track], seen: Sequence[Seen]) -> dict[int, int]:
    """Detection -> track, by their places in the lists."""
    found: dict[int, int] = {}
    if not expected or not seen:
        return found
    tracks, boxes = np.array([track.movement.box for track in expected]), np.array([each.box for each in seen])
    same = np.array([[track.label == each.label for each in seen] for track in expected])
    for share in ENLARGED:
        overlap = np.where(same, overlaps(enlarged(tracks, share), enlarged(boxes, share)), 0.0)
        for track, detection in _best_first(overlap):
            if detection not in found and track not in found.values():
                found[detection] = track
    return found


def _best_first(overlap: Floats) -> list[tuple[int, int]]:
    """Pairs (track, detection) that overlap enough; of equals the older track, then the better detection."""
    tracks, detections = np.nonzero(overlap >= LEAST)
    order = np.lexsort((detections, tracks, -overlap[tracks, detections]))
    return [(int(tracks[k]), int(detections[k])) for k in order]


def enlarged(boxes: Floats, share: float) -> Floats:
    """Each side moved outwards by a share of the box's size."""
    size = boxes[:, 2:] - boxes[:, :2]
    return np.concatenate([boxes[:, :2] - share * size, boxes[:, 2:] + share * size], 1)
