"""Detections as the 2D text format of MOTChallenge.

Its instructions count frames, things and pixels from 1. It has no place for labels.
"""

from collections.abc import Iterable, Iterator

from job_runner.results.about import About
from job_runner.results.detections import DetectionRow


def mot(rows: Iterable[DetectionRow], about: About) -> Iterator[bytes]:
    """A line a box: frame, id, left, top, width, height, score, and -1 for each of three that 2D does not use."""
    for row in rows:
        number = -1 if row.track is None else row.track
        box = (row.x1 + 1, row.y1 + 1, row.x2 - row.x1, row.y2 - row.y1)
        sides = ",".join(f"{side:.10g}" for side in box)
        yield f"{row.frame + 1},{number},{sides},{row.score:.10g},-1,-1,-1\n".encode()
