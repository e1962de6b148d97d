"""The jobs that are played, and how each policy comes off."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from tests.replay.others import Greedy, Omniscient, OnDemand, UniformProgress
from tests.replay.shipped import Shipped
from tests.replay.traces import Zone
from tests.replay.world import Job, Policy, Prices, Used

MINUTE, HOUR = 60.0, 3600.0


@dataclass(frozen=True)
class Case:
    """Jobs of one kind, each begun at a random moment; on all zones together, or on one at a time."""

    name: str
    job: Job
    count: int
    one_zone: bool = False


CASES = (
    Case("60 s of work, starts of 30 s, deadline 15 min", Job(MINUTE, 15 * MINUTE, 30), 20_000),
    Case("60 s of work, starts of 150 s, deadline 15 min", Job(MINUTE, 15 * MINUTE, 150), 20_000),
    Case("10 min of work, starts of 150 s, deadline 30 min", Job(10 * MINUTE, 30 * MINUTE, 150), 20_000),
    Case("48 h of work, starts of 12 min, deadline 60 h, one zone", Job(48 * HOUR, 60 * HOUR, 12 * MINUTE), 400, True),
)


@dataclass(frozen=True)
class Row:
    """How one policy came off: shares from 0 to 1, cost against on-demand, hours of a job on on-demand."""

    policy: str
    in_time: float
    cost: float
    on_demand_hours: float
    begun: float


def policies() -> list[Policy]:
    """On-demand first: the others are measured against it."""
    return [
        OnDemand(),
        Greedy(),
        UniformProgress(),
        Shipped(),
        Shipped(known=True, name="Spotreel, work and starts told beforehand"),
        Omniscient(),
    ]


def rows(case: Case, zones: Sequence[Zone], seed: int, played: Sequence[Policy]) -> list[Row]:
    """All policies over the same jobs."""
    jobs = list(_begins(case, zones, seed))
    used = [[policy.play(case.job, there, begin) for there, begin in jobs] for policy in played]
    base = _cost(used[0])
    by = [begin + case.job.deadline for _, begin in jobs]
    return [_row(policy.name, own, by, base) for policy, own in zip(played, used, strict=True)]


def _begins(case: Case, zones: Sequence[Zone], seed: int) -> list[tuple[Sequence[Zone], float]]:
    dice = random.Random(seed)
    last = min(zone.length for zone in zones) - 1.1 * case.job.deadline
    places = [[zone] for zone in zones] if case.one_zone else [list(zones)]
    return [(places[n % len(places)], dice.uniform(0, last)) for n in range(case.count)]


def _row(name: str, used: Sequence[Used], by: Sequence[float], base: float) -> Row:
    in_time = sum(u.done_at is not None and u.done_at <= end + 1e-6 for u, end in zip(used, by, strict=True))
    hours = sum(u.on_demand for u in used) / HOUR / len(used)
    return Row(name, in_time / len(used), _cost(used) / base, hours, sum(u.begun for u in used) / len(used))


def _cost(used: Sequence[Used]) -> float:
    return sum(u.cost(Prices()) for u in used)
