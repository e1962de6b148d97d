"""What placement decides by, and what it answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from spotreel_operator.reconcile.placement.uniform_progress import Goal
from spotreel_operator.state.capacity import Memory
from spotreel_operator.state.signals import Signals
from videojob_api.config import ClassTier
from videojob_api.status import Attempt


@dataclass(frozen=True)
class Waiting:
    """An attempt whose pod has no node: its tier, since when it waits, and what autoscalers have said of it."""

    tier: str
    since: datetime
    signals: Signals = field(default_factory=Signals)


@dataclass(frozen=True)
class Working:
    """An attempt whose pod has a node: its tier."""

    tier: str


@dataclass(frozen=True)
class Situation:
    """A lane at one moment: its tiers, its attempts so far, and the one under way, if there is one.

    `goal` is the whole job's; `memory` is what all jobs have learnt of capacity; `prices` are per hour, by tier's name.
    """

    now: datetime
    tiers: Sequence[ClassTier]
    attempts: Sequence[Attempt] = ()
    under_way: Waiting | Working | None = None
    goal: Goal | None = None
    memory: Memory = field(default_factory=dict)
    prices: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Choice:
    """The tier of the attempt that is under way, or of the next one, which begins at once where `leave` is set.

    The tier may have fewer zones than its class gives it. `until`: when it is given up without a node (None: never).
    `shun`: zones that are better avoided where the tier names none. `also`: other tiers, where a queue chooses.
    """

    tier: ClassTier
    until: datetime | None = None
    leave: bool = False
    shun: tuple[str, ...] = ()
    also: tuple[ClassTier, ...] = ()
