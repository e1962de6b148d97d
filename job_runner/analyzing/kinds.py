"""One table of kinds of analyses: how an input is cut into windows, how one is measured, and what all come to."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

from job_runner.analyzing import curves, detections
from job_runner.analyzing.engines import Engines
from job_runner.analyzing.measures import NewMeasure, Picture, detector_measure, loudness_measure, motion_measure
from job_runner.errors import InputInvalid
from job_runner.inputs import JobInputs
from job_runner.media.sound_damage import since
from job_runner.plan.facts import InputFacts
from job_runner.plan.windows import WindowsPlan, detector_windows, loudness_windows, motion_windows
from job_runner.results.detections import DetectionRow
from job_runner.results.events import EventRow
from job_runner.results.row import Kind as RowKind
from job_runner.results.row import Row
from videojob_api.analyses import ANALYSIS_KINDS, Analysis
from videojob_api.tables import whole


@dataclass(frozen=True)
class Subject:
    """One analysis, the input that it looks at, and what it may ask."""

    analysis: Analysis
    facts: InputFacts
    inputs: JobInputs
    engines: Engines

    def picture(self, threads: int) -> Picture:
        """The input's picture, decoded in so many threads."""
        assert self.facts.video is not None
        name, analysis = self.facts.name, self.analysis.name
        return Picture(
            name, lambda: self.inputs.open(name), self.facts.video, threads,
            lambda: self.inputs.damage_seen(name, analysis),
        )  # fmt: skip


@dataclass(frozen=True)
class Kind:
    """`cut` plans the windows; `measure` measures one; `rows` are what all windows of an input come to."""

    name: str
    row: RowKind
    cut: Callable[[Subject], WindowsPlan]
    measure: Callable[[Subject, WindowsPlan, int], NewMeasure]
    rows: Callable[[Analysis, WindowsPlan, Iterable[bytes], bool], Iterator[Row]]


def _motion(subject: Subject, planned: WindowsPlan, threads: int) -> NewMeasure:
    return motion_measure(subject.picture(threads), Fraction(planned.rate))


def _loudness(subject: Subject, planned: WindowsPlan, threads: int) -> NewMeasure:
    facts, inputs = subject.facts, subject.inputs
    assert facts.audio is not None
    damaged = since(facts.origin, partial(inputs.sound_damaged, facts.name))
    return loudness_measure(lambda: inputs.open(facts.name), facts.audio, facts.origin, damaged)


def _detector_windows(subject: Subject) -> WindowsPlan:
    video = subject.facts.video
    if video is None:
        raise InputInvalid(f"analysis {subject.analysis.name}: input {subject.facts.name} has no picture to look at")
    if video.ends is not None:
        # What is not there has no frames to look at.
        subject.inputs.damage_seen(subject.facts.name, subject.analysis.name)
    model = subject.engines.tried(subject.analysis)
    times = subject.inputs.frame_times(subject.facts.name, video)
    return detector_windows(subject.analysis, subject.facts, times, model)


def _detector(subject: Subject, planned: WindowsPlan, threads: int) -> NewMeasure:
    assert planned.times is not None and planned.model is not None
    found, new_model = subject.engines.opened(subject.analysis, planned.model)
    return detector_measure(subject.picture(threads), planned.times, subject.analysis.every, found, new_model)


def _events(analysis: Analysis, planned: WindowsPlan, windows: Iterable[bytes], tracked: bool) -> Iterator[Row]:
    return curves.event_rows_of(analysis, planned, windows)


KINDS = whole(
    list(ANALYSIS_KINDS),
    [
        Kind("motion", EventRow, lambda s: motion_windows(s.analysis, s.facts), _motion, _events),
        Kind("loudness", EventRow, lambda s: loudness_windows(s.analysis, s.facts), _loudness, _events),
        Kind("detect", DetectionRow, _detector_windows, _detector, detections.detection_rows),
        Kind("remote", DetectionRow, _detector_windows, _detector, detections.detection_rows),
    ],
    key=lambda kind: kind.name,
)


def kind_of(analysis: Analysis) -> Kind:
    """Of an analysis."""
    return KINDS[next(name for name in ANALYSIS_KINDS if getattr(analysis, name) is not None)]
