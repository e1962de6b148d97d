"""How far this attempt is: counters that workers raise and reports are made from. Thread-safe."""

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from fractions import Fraction

from job_runner.counter import AttemptWork, Counter
from job_runner.detection.most import full_words
from job_runner.media.sound_damage import sound_words
from job_runner.plan.plan import Plan
from job_runner.plan.timeline import segment_window
from job_runner.time_left import Part, TimeLeft, time_left
from videojob_api.names import Note, Stage
from videojob_api.report import Report, SegmentCounts, Warning_
from videojob_api.status import AnalysisStatus, OutputStatus, ResultStatus


class Tracker:
    """Counts frames, segments and windows of analyses; `report()` is a snapshot."""

    def __init__(self, attempt: str) -> None:
        self._attempt, self._stage = attempt, Stage.PLANNING
        self._work = AttemptWork()
        self._lock = self._work.lock
        self._plan: Plan | None = None
        self._segments = Counter(self._work)
        self._windows: dict[str, Counter] = {}
        self._looks = self._expected = 0
        self._at: Counter | None = None
        """What is worked at, and has the speed of this moment."""
        self._analyses: dict[str, AnalysisStatus] = {}
        self._planned: list[Warning_] = []
        self._said: list[Warning_] = []
        self._damage: dict[str, set[int]] = {}
        self._damage_seen: set[str] = set()
        self._damage_heard: dict[str, set[Fraction]] = {}
        self.outputs: list[OutputStatus] = []
        self.results: list[ResultStatus] = []

    @property
    def found(self) -> int:
        """Segments that were there before."""
        return self._segments.found

    @property
    def found_windows(self) -> int:
        """Windows of analyses that were there before."""
        with self._lock:
            return sum(counter.found for counter in self._windows.values())

    def analyzing(self, looks: int, expected: int) -> None:
        """Analyses stand before the plan: so many looks, and after them about so many frames to render.

        Their windows are known.
        """
        with self._lock:
            self._looks, self._expected, self._stage, self._at = looks, expected, Stage.ANALYZING, None

    def windows(self, name: str, count: int, length: Callable[[int], int], done: AbstractSet[int]) -> None:
        """An analysis' windows: so many, of `length` looks each, and those that were found there."""
        counter = self.window_counter(name)
        counter.begin(count, length, done)
        self._begun(counter)
        with self._lock:
            self._analyses[name] = AnalysisStatus(name=name, total=count)

    def _begun(self, counter: Counter) -> None:
        self._work.begins_anew()
        with self._lock:
            self._at = counter

    def window_counter(self, name: str) -> Counter:
        """Counts an analysis' windows."""
        with self._lock:
            return self._windows.setdefault(name, Counter(self._work))

    def analyzed(self, found: AnalysisStatus) -> None:
        """An analysis is done."""
        with self._lock:
            self._analyses[found.name] = found

    def made(self, outputs: list[OutputStatus], results: list[ResultStatus], analyses: list[AnalysisStatus]) -> None:
        """The job is done."""
        with self._lock:
            self.outputs, self.results = outputs, results
            self._analyses |= {analysis.name: analysis for analysis in analyses}

    def planned(self, plan: Plan, done: set[int]) -> None:
        """The plan stands, and these segments were found finished."""
        self._segments.begin(plan.segments, lambda k: len(segment_window(k, plan.frames, plan.segment_frames)), done)
        self._begun(self._segments)
        with self._lock:
            self._plan, self._stage, self._planned = plan, Stage.RENDERING, plan.said

    def damaged(self, name: str, segment: int) -> None:
        """An input cannot be decoded whole where this segment shows it."""
        with self._lock:
            self._damage.setdefault(name, set()).add(segment)

    def damage_seen(self, name: str) -> None:
        """An input cannot be decoded whole where an analysis looks at it."""
        with self._lock:
            self._damage_seen.add(name)

    def sound_damaged(self, name: str, at: Fraction) -> bool:
        """An input's sound cannot be decoded at that second of it, or is missing; whether that is new."""
        with self._lock:
            places = self._damage_heard.setdefault(name, set())
            new = at not in places
            places.add(at)
            return new

    def warn(self, reason: Note, message: str) -> None:
        """Something that people should know, found before rendering."""
        with self._lock:
            self._said.append(Warning_(reason=reason, message=message))

    def _warnings(self) -> list[Warning_]:
        damage = [
            Warning_(
                reason=Note.INPUT_DAMAGED,
                message=f"input {name} is damaged: it shows in {len(segments)} segments, the first is {min(segments)}",
                count=len(segments),
            )
            for name, segments in sorted(self._damage.items())
        ]
        looked = [
            Warning_(
                reason=Note.INPUT_DAMAGED,
                message=f"input {name} is damaged: what cannot be decoded may hide something, or look like motion",
            )
            for name in sorted(self._damage_seen)
        ]
        heard = [
            Warning_(
                reason=Note.INPUT_DAMAGED,
                message=f"input {name} is damaged: {sound_words(len(places), min(places))}",
                count=len(places),
            )
            for name, places in sorted(self._damage_heard.items())
        ]
        full = [
            Warning_(reason=Note.BOXES_LIMITED, message=f"analysis {found.name}: {full_words(found.full_frames)}")
            for found in self._analyses.values()
            if found.full_frames
        ]
        return [*self._planned, *self._said, *full, *looked, *damage, *heard]

    def joining(self) -> None:
        """All segments are there."""
        with self._lock:
            self._stage = Stage.JOINING

    def frame(self, segment: int) -> None:
        """One more frame of a segment is encoded."""
        self._segments.frame(segment)

    def committed(self, segment: int) -> None:
        """A segment of ours is in the store."""
        self._segments.committed(segment)

    def there(self, segments: AbstractSet[int]) -> None:
        """These segments are in the store, whoever has made them."""
        self._segments.there(segments)

    def fps(self) -> float:
        """Frames per second over the last few seconds, all workers together; 0 while it is too early to tell."""
        return self._work.fps()

    def report(self) -> Report:
        """Where things stand."""
        with self._lock:
            plan, left = self._plan, self._time_left()
            counters = [self._segments, *self._windows.values()]
            return Report(
                attempt=self._attempt,
                stage=self._stage,
                segments=self._segments.counts(),
                windows=_together([counter.counts() for counter in self._windows.values()]),
                frames=sum(counter.frames() for counter in counters),
                total_frames=self._looks + (plan.frames if plan else self._expected),
                in_hand=sum(counter.in_hand() for counter in counters),
                encoded=self._work.encoded,
                committed=self._work.committed,
                fps=self._work.fps(),
                seconds_left=left and left.seconds,
                at_least=bool(left and left.at_least),
                plan=plan.status() if plan else None,
                warnings=self._warnings(),
                analyses=[self._analysis(found) for found in self._analyses.values()],
                outputs=list(self.outputs),
                results=list(self.results),
            )

    def _time_left(self) -> TimeLeft | None:
        """Of analyses and the rendering behind them, of which only a guess is known before the plan."""
        parts = [self._part(counter) for counter in self._windows.values()]
        return time_left([*parts, self._part(self._segments) if self._plan else Part(self._expected)])

    def _part(self, counter: Counter) -> Part:
        return Part(counter.left(), self._work.fps() if counter is self._at else 0.0)

    def _analysis(self, found: AnalysisStatus) -> AnalysisStatus:
        counts = self._windows[found.name].counts() if found.name in self._windows else None
        return found.model_copy(update={"windows": counts.done, "total": counts.total}) if counts else found


def _together(counts: list[SegmentCounts]) -> SegmentCounts:
    return SegmentCounts(
        done=sum(c.done for c in counts), total=sum(c.total for c in counts), by_this=sum(c.by_this for c in counts)
    )
