"""How a window of an analysis is measured: opened files, and what each kind makes of their frames."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from itertools import chain
from typing import TypeVar

from job_runner.analysis.curve_rows import packed
from job_runner.analyzing.engines import NewModel
from job_runner.detecting import Clip, detected
from job_runner.detection.detector import Detector
from job_runner.engines.model import Model
from job_runner.errors import InputInvalid
from job_runner.media.device import PLAIN, DamageError, Decoding, NoFrameError, strict_ways
from job_runner.media.looking import Open, levels, shares
from job_runner.media.sound_damage import Damaged
from job_runner.media.source import FrameSource
from job_runner.plan.facts import AudioFacts, VideoFacts
from job_runner.plan.timeline import Window
from job_runner.plan.times import Clock, ConstantClock, VariableTimes
from job_runner.results.ndjson import member

Value = TypeVar("Value")

Measure = Callable[[Window, Callable[[], None]], bytes]
"""The object of a window of looks. The second argument is called for each look, and may raise."""

NewMeasure = Callable[[], AbstractContextManager[Measure]]
"""Called by each worker, in its own thread."""


@dataclass(frozen=True)
class Picture:
    """The picture of an input: `damaged` is called once for each window in which it cannot be decoded whole."""

    name: str
    open: Open
    facts: VideoFacts
    threads: int
    damaged: Callable[[], None]


@dataclass
class Decoder:
    """Frames of a picture, decoded strictly as long as that goes well; the decoder stays open from window to window.

    Where something cannot be decoded it is tried again in one thread, and then once more, showing what can be made of
    it: with several threads each run would show other ruins.
    """

    picture: Picture
    clock: Clock
    _source: FrameSource | None = field(default=None, init=False)

    def read(self, use: Callable[[FrameSource, Decoding], Value]) -> Value:
        """What `use` makes of a source. Raises InputInvalid where not one picture can be decoded."""
        for how in strict_ways(self.picture.threads):
            try:
                return self._strictly(use, how)
            except (DamageError, NoFrameError):
                self.close()
                if self.picture.facts.readable_from_start_only:
                    # It is decoded in the same way each time, from the file's start on: once is enough.
                    break
        self.picture.damaged()
        try:
            with self._opened(PLAIN) as source:
                return use(source, PLAIN)
        except NoFrameError as error:
            raise InputInvalid(f"input {self.picture.name}: not one picture of it can be decoded") from error

    def _strictly(self, use: Callable[[FrameSource, Decoding], Value], how: Decoding) -> Value:
        # What is tried again begins anew, and is not kept: the next window is tried as usual.
        source = self._opened(how) if how.sure else self._source or self._opened(how)
        self._source = source
        found = use(source, how)
        if source.errors:
            raise DamageError(self.picture.name)
        if how.sure:
            self.close()
        return found

    def _opened(self, how: Decoding) -> FrameSource:
        return FrameSource(self.picture.open(), self.picture.facts, self.clock, how)

    def close(self) -> None:
        """Frees the decoder."""
        if self._source:
            self._source.close()
        self._source = None


def motion_measure(picture: Picture, rate: Fraction) -> NewMeasure:
    """How much moves, `rate` looks a second."""

    @contextmanager
    def begun() -> Iterator[Measure]:
        decoder = Decoder(picture, ConstantClock(rate))
        try:
            yield lambda window, seen: packed(decoder.read(lambda source, how: list(shares(source, window, how, seen))))
        finally:
            decoder.close()

    return begun


def loudness_measure(media: Open, audio: AudioFacts, origin: Fraction, damaged: Damaged) -> NewMeasure:
    """How loud it is, from `origin` in stream time on; `damaged` is told where it cannot be heard."""

    @contextmanager
    def begun() -> Iterator[Measure]:
        yield lambda window, seen: packed(list(levels(media, audio, origin, window, seen, damaged)))

    return begun


def detector_measure(
    picture: Picture, times: VariableTimes, every: int, detector: Detector, new_model: NewModel
) -> NewMeasure:
    """What a detector finds in each `every`-th frame."""

    def rows(model: Model, window: Window, seen: Callable[[], None]) -> bytes:
        clip = Clip(picture.name, picture.open(), picture.facts, times)
        numbers = clip.numbers(every)[window.first : window.end]
        found = detected(clip, detector, model, numbers, picture.threads, damaged=picture.damaged)
        try:
            # Closed here: told to stop, it must not be decoding beside us when the decoder is freed.
            with closing(found):
                return member(chain.from_iterable(_counted(found, seen)))
        except NoFrameError as error:
            raise InputInvalid(f"input {picture.name}: not one picture of it can be decoded") from error

    @contextmanager
    def begun() -> Iterator[Measure]:
        with new_model() as model:
            yield partial(rows, model)

    return begun


def _counted(found: Iterator[Sequence[Value]], seen: Callable[[], None]) -> Iterator[Sequence[Value]]:
    for of_frame in found:
        seen()
        yield of_frame
