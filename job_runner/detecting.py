"""A file through a model: frames are decoded beside the model's work, batch after batch."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import islice

from job_runner.detection.batch import Batch
from job_runner.detection.choice import Detection
from job_runner.detection.detector import Detector
from job_runner.detection.tracks import Seen, Tracker
from job_runner.engines.onnx import OnnxModel
from job_runner.media.device import Decoding
from job_runner.media.model_frames import ModelFrames, Picture
from job_runner.media.packets import go_on
from job_runner.media.source import FrameSource
from job_runner.plan.facts import VideoFacts
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

    def numbers(self, every: int) -> range:
        """Frames that are looked at: the first, and each `every`th after it."""
        return range(0, self.times.frames, every)


@dataclass
class Counts:
    """What has been found so far, by label."""

    looked: int = 0
    detections: Counter[str] = field(default_factory=Counter)
    frames: Counter[str] = field(default_factory=Counter)
    best: dict[str, float] = field(default_factory=dict)
    tracks: dict[str, set[int]] = field(default_factory=dict)

    def add(self, rows: Sequence[DetectionRow]) -> None:
        """Those of one frame."""
        self.looked += 1
        self.frames.update({row.label for row in rows})
        for row in rows:
            self.detections[row.label] += 1
            self.best[row.label] = max(row.score, self.best.get(row.label, 0.0))
            if row.track is not None:
                self.tracks.setdefault(row.label, set()).add(row.track)


def detected(
    clip: Clip, detector: Detector, model: OnnxModel, every: int, threads: int, stop_here: Callable[[], None] = go_on
) -> Iterator[list[DetectionRow]]:
    """Rows of each frame that is looked at, in order, also where there are none. `stop_here` may raise, between calls.

    Raises InputInvalid for a model that fails, NoFrameError for an input without a frame.
    """
    # A clock without a frame in a slot would show the one before; these times have a frame in each.
    with (
        FrameSource(clip.media, clip.facts, clip.times, Decoding(threads)) as source,
        ThreadPoolExecutor(1, "frames") as beside,
    ):
        frames = ModelFrames(clip.name, clip.facts, detector.place)
        pictures = frames.pictures(source, iter(clip.numbers(every)), lambda n: float(clip.times.seconds(n)))
        coming = beside.submit(_gathered, pictures, detector)
        while (found := coming.result()) is not None:
            stop_here()
            coming = beside.submit(_gathered, pictures, detector)
            batch, shown = found
            chosen = detector.detections(model.run(batch.feeds()), [picture.place for picture in shown])
            for picture, detections in zip(shown, chosen, strict=True):
                yield [row_of(picture, each, detector.name(each.label)) for each in detections]


def _gathered(pictures: Iterator[Picture], detector: Detector) -> tuple[Batch, list[Picture]] | None:
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
