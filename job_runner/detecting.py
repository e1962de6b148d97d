"""A file through a model: frames are decoded beside the model's work, batch after batch."""

from collections import Counter, deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field, replace
from itertools import islice

from job_runner.detection.batch import Batch
from job_runner.detection.choice import Detection
from job_runner.detection.detector import Detector
from job_runner.detection.most import MOST_DETECTIONS
from job_runner.detection.tracks import Seen, Tracker
from job_runner.engines.model import Answer, Array, Model
from job_runner.media.model_frames import ModelFrames, Picture
from job_runner.media.packets import go_on
from job_runner.media.wanted import wanted_frames
from job_runner.plan.facts import VideoFacts
from job_runner.plan.timeline import Window
from job_runner.plan.times import VariableTimes
from job_runner.results.detections import DetectionRow
from job_runner.workspace.ranges import Opened

MICROSECONDS = 6


@dataclass(frozen=True)
class Clip:
    """The picture of one input, and when its frames are shown."""

    name: str
    media: Opened
    facts: VideoFacts
    times: VariableTimes

    def numbers(self, every: int, window: Window | None = None) -> range:
        """Frames that are looked at: the first, and each `every`th after it; of a window, those of them in it."""
        first, end = (window.first, window.end) if window else (0, self.times.frames)
        return range(-(-first // every) * every, end, every)


@dataclass
class Counts:
    """What has been found so far, by label."""

    looked: int = 0
    full: int = 0
    """Frames with as many boxes as are kept."""
    detections: Counter[str] = field(default_factory=Counter)
    frames: Counter[str] = field(default_factory=Counter)
    best: dict[str, float] = field(default_factory=dict)
    tracks: dict[str, set[int]] = field(default_factory=dict)

    def add(self, rows: Sequence[DetectionRow]) -> None:
        """Those of one frame."""
        self.looked += 1
        self.full += len(rows) >= MOST_DETECTIONS
        self.frames.update({row.label for row in rows})
        for row in rows:
            self.detections[row.label] += 1
            self.best[row.label] = max(row.score, self.best.get(row.label, 0.0))
            if row.track is not None:
                self.tracks.setdefault(row.label, set()).add(row.track)


def detected(
    clip: Clip,
    detector: Detector,
    model: Model,
    numbers: range,
    threads: int,
    stop_here: Callable[[], None] = go_on,
    damaged: Callable[[], None] = go_on,
) -> Generator[list[DetectionRow], None, None]:
    """Rows of each of these frames, in order, also where there are none. `stop_here` may raise, between calls.

    The model is called for so many frames as it takes, from the first number on, and the last time for those that are
    left: which frames go together depends on `numbers` alone. `damaged` is called if not all can be decoded.

    Raises InputInvalid for a model that fails, NoFrameError for an input without a frame.
    """
    with (
        closing(wanted_frames(clip.media, clip.facts, clip.times, numbers, threads, damaged)) as frames,
        ThreadPoolExecutor(1, "frames") as beside,
    ):
        framed = ModelFrames(clip.name, clip.facts, detector.place)
        pictures = framed.pictures(frames, lambda n: float(clip.times.seconds(n)))
        for shown, arrays in _answered(_ahead(beside, pictures, detector, stop_here), model):
            chosen = detector.detections(arrays, [picture.place for picture in shown])
            for picture, detections in zip(shown, chosen, strict=True):
                yield [row_of(picture, each, detector.name(each.label)) for each in detections]


Call = tuple[Batch, list[Picture]]
"""What a model is given at once, and which pictures that is."""


def _ahead(
    beside: ThreadPoolExecutor, pictures: Iterator[Picture], detector: Detector, stop_here: Callable[[], None]
) -> Iterator[Call]:
    """One call after the other, the next one's pictures being decoded meanwhile."""
    coming = beside.submit(_gathered, pictures, detector)
    while (found := coming.result()) is not None:
        stop_here()
        coming = beside.submit(_gathered, pictures, detector)
        yield found


def _answered(calls: Iterable[Call], model: Model) -> Iterator[tuple[list[Picture], Sequence[Array]]]:
    """Pictures and what the model gave, in the calls' order, as many being under way as the model takes."""
    waiting: deque[tuple[list[Picture], Answer]] = deque()
    for batch, shown in calls:
        waiting.append((shown, model.start(batch.feeds())))
        if len(waiting) == model.at_once:
            first, answer = waiting.popleft()
            yield first, answer()
    for shown, answer in waiting:
        yield shown, answer()


def _gathered(pictures: Iterator[Picture], detector: Detector) -> Call | None:
    """The next call's pictures, in place; None at the end."""
    shown, batch = [], None
    for index, picture in enumerate(islice(pictures, detector.picture.batch)):
        batch = batch or detector.batch()
        batch.put(index, picture.planes, picture.place)
        shown.append(picture)
    return (batch, shown) if batch else None


def row_of(picture: Picture, detection: Detection, label: str) -> DetectionRow:
    """As results have it."""
    left, top, right, bottom = detection.box
    time = round(picture.seconds, MICROSECONDS)
    return DetectionRow(picture.number, time, label, detection.score, left, top, right, bottom)


def followed(rows: Iterable[list[DetectionRow]], max_gap: float) -> Iterator[list[DetectionRow]]:
    """The same rows with the number of the thing that each is; what is gone for longer (seconds) is another one."""
    tracker = Tracker(max_gap)
    for of_frame in rows:
        if not of_frame:
            tracker.saw_nothing()
            yield []
            continue
        seen = [Seen(row.label, (row.x1, row.y1, row.x2, row.y2)) for row in of_frame]
        numbers = tracker.step(of_frame[0].time, seen)
        yield [replace(row, track=number) for row, number in zip(of_frame, numbers, strict=True)]
