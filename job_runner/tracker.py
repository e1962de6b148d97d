"""How far this attempt is: counters that workers raise and reports are made from. Thread-safe."""

import threading
import time
from collections import deque

from job_runner.plan.plan import Plan
from job_runner.plan.timeline import segment_window
from videojob_api.names import Note, Stage
from videojob_api.report import Report, SegmentCounts, Warning_
from videojob_api.status import OutputStatus

SPEED_WINDOW = 5.0
SHORTEST_WINDOW = 0.4


class Tracker:
    """Counts frames and segments; `report()` is a snapshot."""

    def __init__(self, attempt: str) -> None:
        self._attempt, self._stage = attempt, Stage.PLANNING
        self._plan: Plan | None = None
        self._done: set[int] = set()
        self._in_hand: dict[int, int] = {}
        self._encoded = self._committed = self._own_segments = 0
        self._speed: deque[tuple[float, int]] = deque()
        self._planned: list[Warning_] = []
        self._said: list[Warning_] = []
        self._damage: dict[str, set[int]] = {}
        self.outputs: list[OutputStatus] = []
        self.found = 0
        self._lock = threading.Lock()

    def planned(self, plan: Plan, done: set[int]) -> None:
        """The plan stands, and these segments were found finished."""
        with self._lock:
            self._plan, self._done, self.found, self._stage = plan, set(done), len(done), Stage.RENDERING
            self._planned = plan.said

    def damaged(self, name: str, segment: int) -> None:
        """An input cannot be decoded whole where this segment shows it."""
        with self._lock:
            self._damage.setdefault(name, set()).add(segment)

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
        return [*self._planned, *self._said, *damage]

    def joining(self) -> None:
        """All segments are there."""
        with self._lock:
            self._stage = Stage.JOINING

    def frame(self, segment: int) -> None:
        """One more frame of a segment is encoded."""
        now = time.monotonic()
        with self._lock:
            self._encoded += 1
            self._in_hand[segment] = self._in_hand.get(segment, 0) + 1
            self._speed.append((now, self._encoded))
            while now - self._speed[0][0] > SPEED_WINDOW:
                self._speed.popleft()

    def committed(self, segment: int) -> None:
        """A segment of ours is in the store."""
        with self._lock:
            self._done.add(segment)
            self._own_segments += 1
            self._committed += self._in_hand.pop(segment, 0)

    def fps(self) -> float:
        """Frames per second over the last few seconds, all workers together; 0 while it is too early to tell."""
        with self._lock:
            return self._fps()

    def _fps(self) -> float:
        if not self._speed:
            return 0.0
        (t0, n0), (t1, n1) = self._speed[0], self._speed[-1]
        return round((n1 - n0) / (t1 - t0), 1) if t1 - t0 >= SHORTEST_WINDOW else 0.0

    def report(self) -> Report:
        """Where things stand."""
        with self._lock:
            plan = self._plan
            return Report(
                attempt=self._attempt,
                stage=self._stage,
                segments=SegmentCounts(
                    done=len(self._done), total=plan.segments if plan else 0, by_this=self._own_segments
                ),
                frames=self._frames(plan) if plan else 0,
                total_frames=plan.frames if plan else 0,
                encoded=self._encoded,
                committed=self._committed,
                fps=self._fps(),
                plan=plan.status() if plan else None,
                warnings=self._warnings(),
                outputs=list(self.outputs),
            )

    def _frames(self, plan: Plan) -> int:
        """A damaged segment is encoded several times, and still has only its own frames."""
        lengths = {k: len(segment_window(k, plan.frames, plan.segment_frames)) for k in {*self._done, *self._in_hand}}
        return sum(n if k in self._done else min(n, self._in_hand[k]) for k, n in lengths.items())
