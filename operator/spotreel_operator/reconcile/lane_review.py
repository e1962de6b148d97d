"""What is known of a job's attempts at one moment, lane by lane, and of all lanes together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from spotreel_operator.reconcile.avoid import is_unfit
from spotreel_operator.reconcile.counters import budget_of, together
from spotreel_operator.reconcile.plan import EventSpec
from videojob_api.attempt_names import place_at_end
from videojob_api.names import Verdict
from videojob_api.status import Attempt, Counts

KEPT = 32
"""Attempts of a job with one lane; with several each keeps its part of twice as many, and two at least."""


@dataclass(frozen=True)
class Review:
    """One lane's attempts, oldest first, after a look at the evidence; what was judged just now; when to look again."""

    attempts: tuple[Attempt, ...]
    counts: Counts
    judged: tuple[Attempt, ...]
    events: tuple[EventSpec, ...]
    look_again: datetime | None
    lane: int = 0
    kept: int = KEPT
    """So many attempts are listed."""
    unfit: tuple[Attempt, ...] = ()
    """Attempts of other lanes that failed because of their nodes: no lane need find that out again."""

    @property
    def active(self) -> Attempt | None:
        """The attempt without a verdict; there is at most one."""
        return next((a for a in reversed(self.attempts) if a.verdict is None), None)

    @property
    def decisive(self) -> Attempt | None:
        """The one that settled the job, since its last retry."""
        since = budget_of(self.counts).since
        settled = (a for a in self.attempts if a.verdict in (Verdict.SUCCEEDED, Verdict.FAILED))
        return next((a for a in settled if number(a.name) > since), None)

    @property
    def done(self) -> bool:
        """Whether its share is done, since the last retry."""
        return budget_of(self.counts).done


@dataclass(frozen=True)
class JobReview:
    """All lanes of a job, in order, and what follows from them together."""

    lanes: tuple[Review, ...]

    @cached_property
    def attempts(self) -> tuple[Attempt, ...]:
        """Of all lanes."""
        return tuple(a for lane in self.lanes for a in lane.attempts)

    @cached_property
    def counts(self) -> Counts:
        """Over all lanes."""
        return together([lane.counts for lane in self.lanes])

    @cached_property
    def events(self) -> tuple[EventSpec, ...]:
        """Of all lanes."""
        return tuple(event for lane in self.lanes for event in lane.events)

    @cached_property
    def active(self) -> tuple[Attempt, ...]:
        """Those without a verdict, one of a lane."""
        return tuple(lane.active for lane in self.lanes if lane.active)

    @cached_property
    def decisive(self) -> Attempt | None:
        """The one that settled the job: a result, if there is one, whatever else has failed."""
        found = [lane.decisive for lane in self.lanes if lane.decisive]
        first = min(found, key=lambda a: a.end_time or "", default=None)
        return next((a for a in found if a.verdict == Verdict.SUCCEEDED), first)

    @cached_property
    def unfit(self) -> tuple[Attempt, ...]:
        """Those that failed because of their nodes."""
        return tuple(a for a in self.attempts if is_unfit(a))

    @cached_property
    def gets_on(self) -> bool:
        """Whether some attempt that is under way has finished something."""
        return any(a.segments or a.windows for a in self.active)

    def lane(self, number: int) -> Review | None:
        """That of a number."""
        return next((lane for lane in self.lanes if lane.lane == number), None)


def number(name: str) -> int:
    """Of an attempt in its lane; 0 if the name is not that of one."""
    place = place_at_end(name)
    return place.number if place else 0


def listed(attempts: Sequence[Attempt], most: int = KEPT) -> tuple[Attempt, ...]:
    """The last `most`; those that never ran make room first, so that a streak of barren ones stays in sight."""
    kept = list(attempts)
    while len(kept) > most:
        kept.remove(next((a for a in kept[:-1] if a.verdict == Verdict.WITHDRAWN), kept[0]))
    return tuple(kept)
