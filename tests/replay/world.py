"""One job in a world where spot comes and goes and on-demand is always there: what it used, and when it was done."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from tests.replay.traces import Zone


@dataclass(frozen=True)
class Job:
    """Seconds: of work, from its begin to its deadline, and of a start (node, image, what was in hand and is lost)."""

    work: float
    deadline: float
    start: float


@dataclass(frozen=True)
class Prices:
    """Per hour: what spot.md has of g4dn.xlarge."""

    spot: float = 0.204
    on_demand: float = 0.526


@dataclass
class Used:
    """Seconds on nodes that were paid for, starts included, and how often a job began or was moved."""

    spot: float = 0.0
    on_demand: float = 0.0
    begun: int = 0
    done_at: float | None = None

    def cost(self, prices: Prices) -> float:
        """In the currency of the prices."""
        return (self.spot * prices.spot + self.on_demand * prices.on_demand) / 3600


class Policy(Protocol):
    """Plays a job from its begin to its end."""

    @property
    def name(self) -> str:
        """In tables."""

    def play(self, job: Job, zones: Sequence[Zone], begin: float) -> Used:
        """What the job used; `zones` have capacity until long after its deadline."""


@dataclass
class Run:
    """A job under way: time, work done, what was used."""

    job: Job
    begin: float
    now: float
    done: float = 0.0
    used: Used = field(default_factory=Used)

    @property
    def by(self) -> float:
        """The deadline."""
        return self.begin + self.job.deadline

    @property
    def left(self) -> float:
        """Of the work."""
        return self.job.work - self.done

    def works(self, until: float, spot: bool) -> bool:
        """Has a node from now until then, or until the work is done: True if it is."""
        self.used.begun += 1
        return self.goes_on(until, spot, self.now + self.job.start)

    def goes_on(self, until: float, spot: bool, useful_from: float) -> bool:
        """Keeps its node until then, or until the work is done; nothing is done before `useful_from`."""
        end = min(until, max(useful_from, self.now) + self.left)
        self.done += max(0.0, end - max(useful_from, self.now))
        if spot:
            self.used.spot += end - self.now
        else:
            self.used.on_demand += end - self.now
        self.now = end
        finished = self.left <= 1e-6
        if finished:
            self.used.done_at = end
        return finished


def first_up(zones: Sequence[Zone], time: float) -> tuple[float, Zone] | None:
    """Where capacity is first from now on, in the order of the zones; None if it never comes."""
    moments = [(moment, zone) for zone in zones if (moment := zone.next_up(time)) is not None]
    return min(moments, key=lambda found: found[0], default=None)
