"""What the first runner works out of a job's analyses once, and writes once. Pure.

The inputs as they are, and into which windows each analysis is cut: a function of the input, never of the machine.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import ceil
from typing import Final, Literal

from job_runner.analysis.grids import Grid, picture_grid, sound_grid
from job_runner.errors import InputInvalid
from job_runner.plan.begun import Begun
from job_runner.plan.facts import InputFacts, Ratio, VideoFacts
from job_runner.plan.timeline import Window, segment_count, segment_window
from job_runner.plan.times import VariableTimes
from videojob_api.analyses import Analysis
from videojob_api.checks import MAX_HOURS, length_of
from videojob_api.model import Model
from videojob_api.order import Work
from videojob_api.output import Video
from videojob_api.timeline import Clip
from videojob_api.usage import clips_of
from videojob_api.values import format_duration, parse_duration, parse_rate

VERSION: Final = 1
"""Of what its JSON means. A runner reads no other."""
BEGUN: Final = Begun("analyses", "analyses", "analyses", VERSION)

PICTURES = 900
"""Looks of a window at motion, half a minute: what a kill can cost a core."""
LEVELS = 6_000
"""Of a window of sound, ten minutes."""
FRAMES = 48
"""Of a window of a detector, which may take a second for each."""


class ModelPlan(Model):
    """The detector: the digest of its file, or the version that a remote engine gave; inputs and outputs as tried.

    `device` is what a file runs on: CPU, or CUDA, which gives other last digits; `runtime` the library that runs it.
    """

    device: str = "CPU"
    runtime: str | None = None
    sha256: str | None = None
    version: str | None = None
    signature: str


class WindowsPlan(Model):
    """One analysis: `total` looks, `rate` a second, `window` of them in an object; a detector's frames have `times`."""

    name: str
    input: str
    rate: Ratio
    total: int
    window: int
    times: VariableTimes | None = None
    model: ModelPlan | None = None

    @property
    def count(self) -> int:
        """How many windows."""
        return segment_count(self.total, self.window)

    @property
    def grid(self) -> Grid:
        """Of a curve's moments."""
        return Grid(Fraction(self.rate), self.total)

    def looks(self, number: int) -> Window:
        """Those of one window, by number."""
        return segment_window(number, self.total, self.window)


class AnalysesPlan(Model):
    """All analyses of a job, frozen, with the versions of the inputs that they are made of."""

    v: Literal[1] = VERSION
    fingerprint: str
    job: str
    inputs: list[InputFacts]
    analyses: list[WindowsPlan]

    def input(self, name: str) -> InputFacts:
        """The input of that name."""
        return next(i for i in self.inputs if i.name == name)

    def analysis(self, name: str) -> WindowsPlan:
        """The analysis of that name."""
        return next(a for a in self.analyses if a.name == name)


def motion_windows(analysis: Analysis, facts: InputFacts) -> WindowsPlan:
    """Raises InputInvalid for an input without a picture, or one that is too long."""
    if facts.video is None:
        raise InputInvalid(_nothing(analysis, "video stream to look at", "sound: try loudness", facts.audio))
    _check_length(analysis, facts.video.duration)
    return _curve(analysis, picture_grid(facts.video.rate, facts.video.duration), PICTURES)


def loudness_windows(analysis: Analysis, facts: InputFacts) -> WindowsPlan:
    """Raises InputInvalid for an input without sound, or one that is too long."""
    if facts.audio is None:
        raise InputInvalid(_nothing(analysis, "sound to listen to", "a picture: try motion", facts.video))
    duration = (facts.video or facts.audio).duration
    _check_length(analysis, duration)
    return _curve(analysis, sound_grid(duration), LEVELS)


def detector_windows(analysis: Analysis, facts: InputFacts, times: VariableTimes, model: ModelPlan) -> WindowsPlan:
    """Each `every`-th frame, by the times of all frames; the grid of its curve is that of the picture.

    Raises InputInvalid for an input that is too long.
    """
    assert facts.video is not None
    _check_length(analysis, max(facts.video.duration, times.seconds(times.frames) - times.seconds(0)))
    looks = len(range(0, times.frames, analysis.every))
    rate = Fraction(looks) / max(times.seconds(times.frames) - times.seconds(0), Fraction(1, 1000))
    return WindowsPlan(
        name=analysis.name, input=analysis.input, rate=rate.limit_denominator(1001), total=looks, window=FRAMES,
        times=times, model=model,
    )  # fmt: skip


def _curve(analysis: Analysis, grid: Grid, window: int) -> WindowsPlan:
    return WindowsPlan(name=analysis.name, input=analysis.input, rate=grid.rate, total=grid.total, window=window)


def _check_length(analysis: Analysis, seconds: Fraction) -> None:
    """A damaged time stamp may claim years, and a curve has a number for each moment."""
    if seconds > MAX_HOURS * 3600:
        raise InputInvalid(
            f"analysis {analysis.name}: input {analysis.input} lasts {format_duration(seconds)}, {MAX_HOURS}h are the "
            "limit: cut it into several, or repair its times"
        )


def _nothing(analysis: Analysis, what: str, instead: str, other: object) -> str:
    """Why, and what the `other` stream, if there is one, is good for."""
    return f"analysis {analysis.name}: input {analysis.input} has no {what}" + (f"; it has {instead}" if other else "")


def read_analyses(data: bytes, where: str) -> AnalysesPlan:
    """What lies in the workspace `where`. Raises ConfigInvalid, WorkspaceCorrupt."""
    return BEGUN.read(AnalysesPlan, data, where)


def expected_frames(work: Work, inputs: Sequence[InputFacts]) -> int:
    """About how many frames will be rendered, hardly ever fewer than there will be; 0 where nothing is."""
    facts = {item.name: item.video for item in inputs}
    clips = clips_of(work) if work.outputs else []
    found = work.timeline and work.timeline.clips_from
    first = facts[clips[0].input] if clips else None
    if first is None:
        return 0
    lengths = [_length(clip, facts[clip.input]) for clip in clips]
    seconds = min(sum(lengths), parse_duration(found.max_total)) if found else sum(lengths)
    return ceil(seconds * _rate(work.outputs[0].video, first))


def _length(clip: Clip, video: VideoFacts | None) -> Fraction:
    """Seconds of the timeline."""
    whole = video.duration / Fraction(str(clip.speed)) if video else Fraction(0)
    return length_of(clip) or whole


def _rate(video: Video | None, first: VideoFacts) -> Fraction:
    """Of the output, or of its first input where it keeps that."""
    wanted = str((video and video.frame_rate) or "source")
    return first.rate if wanted in ("source", "passthrough") else parse_rate(wanted)
