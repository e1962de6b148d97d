"""Detections: rows of windows become rows of the whole input, a curve of what is seen when, and tracks."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import groupby, pairwise
from math import ceil, inf
from statistics import median_low

from job_runner.analysis.events import events
from job_runner.analysis.found import Curve, Point, Track
from job_runner.analysis.grids import Grid, picture_grid
from job_runner.analysis.unzipped import unzipped
from job_runner.analyzing.unpacking import all_of
from job_runner.detecting import followed
from job_runner.detection.choice import FARTHEST
from job_runner.detection.labels import MOST_LETTERS, names_in
from job_runner.detection.most import MOST_DETECTIONS
from job_runner.detection.signature import Signature
from job_runner.errors import WorkspaceCorrupt
from job_runner.plan.facts import VideoFacts
from job_runner.plan.windows import WindowsPlan
from job_runner.results.detections import DetectionRow
from job_runner.results.row import row_of
from videojob_api.analyses import Analysis
from videojob_api.values import parse_duration

USUAL_GAP = Fraction(1)
"""Seconds, where tracks are needed and the spec does not ask for them itself."""
LEAST = Fraction(1, 5)
"""Seconds: what is seen for less makes no clip."""
MOST_BYTES = 50_000_000
"""Of a window's rows: twice as much as it can have at most."""
_NO_LETTER = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
NEAR = 1e-4
"""Seconds: times of rows are rounded."""
SCORE = 1000
"""Parts of a score in a curve."""


def rows_of(window: bytes) -> Iterator[DetectionRow]:
    """As it was written, in order. Raises ValueError for what is no row."""
    return (row_of(DetectionRow, json.loads(line)) for line in unzipped(window, MOST_BYTES).splitlines())


def looked_at(rows: Iterable[DetectionRow], planned: WindowsPlan, every: int) -> Iterator[DetectionRow]:
    """The same rows. Raises WorkspaceCorrupt for one that no look has given.

    Who goes by frames would pass over a row out of order, and over all that come after it.
    """
    assert planned.times is not None
    frames, last, count = range(0, planned.times.frames, every), (-1, -inf), 0
    for row in rows:
        count = count + 1 if row.frame == last[0] else 1
        if row.frame not in frames or (row.frame, row.time) < last or count > MOST_DETECTIONS:
            raise _spoilt(planned, f"a row of frame {row.frame} where there can be none")
        if not _is_a_box(row) or not _is_a_name(row.label):
            raise _spoilt(planned, f"what is no box, in frame {row.frame}")
        last = row.frame, row.time
        yield row


def _spoilt(planned: WindowsPlan, what: str) -> WorkspaceCorrupt:
    return WorkspaceCorrupt(f"the rows of analysis {planned.name} have {what}; delete the workspace")


def _is_a_box(row: DetectionRow) -> bool:
    return 0 <= row.x1 < row.x2 <= FARTHEST and 0 <= row.y1 < row.y2 <= FARTHEST


def _is_a_name(label: str) -> bool:
    """As a spec or a model may name classes: it is written into pictures, files and tables."""
    return len(label) <= MOST_LETTERS and not _NO_LETTER.search(label)


def classes_of(analysis: Analysis, planned: WindowsPlan) -> list[str]:
    """Names of a detector's classes in its order: those that the spec says, else those of the model, if it has some."""
    wanted = analysis.detections
    if wanted is None or planned.model is None:
        return []
    names = names_in(Signature.parsed(planned.model.signature).metadata) or {}
    return wanted.names or [names[number] for number in sorted(names)]


def gap_of(analysis: Analysis) -> Fraction:
    """Seconds after which what is not seen counts as gone."""
    track = analysis.detections and analysis.detections.track
    return parse_duration(track.max_gap) if track else USUAL_GAP


def detection_rows(
    analysis: Analysis, planned: WindowsPlan, windows: Iterable[bytes], tracked: bool
) -> Iterator[DetectionRow]:
    """Of the whole input; with the number of the thing that each is, if things are followed."""
    rows = looked_at(all_of(planned.name, windows, rows_of), planned, analysis.every)
    if not tracked:
        yield from rows
        return
    for of_frame in followed(_by_frame(rows, planned, analysis.every), float(gap_of(analysis))):
        yield from of_frame


def _by_frame(rows: Iterator[DetectionRow], planned: WindowsPlan, every: int) -> Iterator[list[DetectionRow]]:
    """Of each frame that was looked at, also where there are none."""
    assert planned.times is not None
    found = groupby(rows, lambda row: row.frame)
    coming = next(found, None)
    for frame in range(0, planned.times.frames, every):
        if coming is not None and coming[0] == frame:
            yield list(coming[1])
            coming = next(found, None)
        else:
            yield []


def seen_curve(analysis: Analysis, planned: WindowsPlan, video: VideoFacts, rows: Iterable[DetectionRow]) -> Curve:
    """How much is seen at each moment: sums of scores, each standing until the next look."""
    grid = picture_grid(video.rate, video.duration)
    values = [0] * grid.total
    looks = _moments(planned, grid, analysis.every)
    for frame, of_frame in groupby(rows, lambda row: row.frame):
        first, end = looks[frame // analysis.every]
        strength = sum(round(row.score * SCORE) for row in of_frame)
        values[first:end] = [strength] * (end - first)
    found = events(values, 1, grid.count(LEAST), grid.count(gap_of(analysis)))
    return Curve(grid, values, found, unit="seen", scale=SCORE, threshold=1)


def _moments(planned: WindowsPlan, grid: Grid, every: int) -> list[tuple[int, int]]:
    """From which moment to before which one each look stands."""
    times = planned.times
    assert times is not None
    begins = [min(grid.total, grid.count(times.seconds(n) - times.seconds(0))) for n in range(0, times.frames, every)]
    return list(zip(begins, [*begins[1:], grid.total], strict=True))


def tracks_of(rows: Iterable[DetectionRow], size: tuple[int, int]) -> list[Track]:
    """Things that were followed, by their numbers. `size` is the picture's as it is shown, in pixels."""
    points: dict[int, list[Point]] = {}
    labels: dict[int, str] = {}
    width, height = size
    for row in rows:
        if row.track is not None:
            labels[row.track] = row.label
            place = Point(row.time, row.x1 / width, row.y1 / height, row.x2 / width, row.y2 / height)
            points.setdefault(row.track, []).append(place)
    return [Track(number, labels[number], points[number]) for number in sorted(points)]


def step_of(planned: WindowsPlan, every: int) -> float:
    """Seconds that are usual from one look to the next; of a single look, to the end of the last frame."""
    times = planned.times
    assert times is not None
    looks = [times.ticks[n] for n in range(0, times.frames, every)]
    if len(looks) < 2:
        looks.append(times.ticks[-1])
    return median_low(b - a for a, b in pairwise(looks)) / times.scale


def lasting(tracks: Sequence[Track], planned: WindowsPlan, every: int, video: VideoFacts) -> list[Track]:
    """What was seen at the last look stays where it was until the input ends.

    There may be frames behind it; of a file that is cut off the last picture is shown for as long as its index says.
    """
    assert planned.times is not None
    last = float(planned.times.seconds(range(0, planned.times.frames, every)[-1]))
    left = float(video.duration) - last
    if left <= 1.5 / float(video.rate):
        return list(tracks)
    count = ceil(left / step_of(planned, every))
    times = [last + left * k / count for k in range(1, count + 1)]
    return [_stays(track, times) if track.points[-1].seconds > last - NEAR else track for track in tracks]


def _stays(track: Track, times: Sequence[float]) -> Track:
    return replace(track, points=[*track.points, *(track.points[-1]._replace(seconds=time) for time in times)])
