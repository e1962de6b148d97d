"""Deadlines at the least cost, by the rule Uniform Progress (Wu et al., "Can't Be Late", NSDI 2024).

A job has to have done its share of the work at each moment: half of it when half of the time is over. Ahead of that it
waits for spot; behind it takes on-demand where spot does not come, and stays until it is well ahead again. Whatever
else holds, the Safety Net does: a job that has no node goes to on-demand when just enough time is left for the work and
two starts, and stays there.

A job of a few starts' length has no use for shares: its first wait alone puts it behind. The Safety Net does for it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

STARTS_IN_A_LONG_JOB = 10
"""So many starts long a job is at least that goes by its share."""


class Urgency(StrEnum):
    """What a job without a node does."""

    NONE = "None"  # no deadline: the ladder
    AHEAD = "Ahead"  # waits for spot
    BEHIND = "Behind"  # spot if it comes, else on-demand
    NOW = "Now"  # on-demand, to the end


@dataclass(frozen=True)
class Goal:
    """A deadline and the work for it: by the wall clock, with all lanes of the job at work.

    `total` and `left` are None while nobody has seen the inputs. `start`: how long it takes until an attempt that was
    begun does useful work, with what the one before it had in hand and lost.
    """

    begun: datetime
    by: datetime
    total: timedelta | None
    left: timedelta | None
    start: timedelta

    @property
    def work(self) -> timedelta:
        """All of it; half of the time, as long as it is not known."""
        return self.total if self.total is not None else (self.by - self.begun) / 2

    @property
    def remaining(self) -> timedelta:
        """Of the work."""
        return self.work if self.left is None else self.left

    @property
    def is_long(self) -> bool:
        """Whether it goes by its share."""
        return self.work >= STARTS_IN_A_LONG_JOB * self.start

    @property
    def net_at(self) -> datetime:
        """When the Safety Net takes a job that has no node."""
        return self.by - self.remaining - 2 * self.start

    @property
    def behind_at(self) -> datetime:
        """When a job that does nothing more will be behind its share."""
        return self.begun + (self.by - self.begun) * ((self.work - self.remaining) / self.work)

    def spare(self, now: datetime) -> timedelta:
        """Time that is left beyond the work itself."""
        return self.by - now - self.remaining


def urgency(goal: Goal | None, now: datetime) -> Urgency:
    """Of a job that has no node at this moment."""
    if goal is None:
        return Urgency.NONE
    if now >= goal.net_at:
        return Urgency.NOW
    return Urgency.BEHIND if goal.is_long and now >= goal.behind_at else Urgency.AHEAD


def is_well_ahead(goal: Goal, now: datetime) -> bool:
    """Whether a job on on-demand may leave it: two starts from now it would still not be behind.

    It must have time for that: a start, and the Safety Net's two.
    """
    starts = 2 * goal.start
    return goal.is_long and now + starts <= goal.behind_at and goal.spare(now) >= starts + goal.start
