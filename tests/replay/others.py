"""Policies to compare with: on-demand alone, greedy spot, the rule of the paper, and one that knows the future."""

from collections.abc import Sequence
from dataclasses import dataclass

from tests.replay.traces import Zone
from tests.replay.world import Job, Prices, Run, Used, first_up

FOREVER = float("inf")


class OnDemand:
    """One node, always there."""

    name = "on-demand"

    def play(self, job: Job, zones: Sequence[Zone], begin: float) -> Used:
        run = Run(job, begin, begin)
        run.works(FOREVER, spot=False)
        return run.used


class Greedy:
    """Spot whenever it is there; on-demand when there is just time for it, to the end."""

    name = "greedy spot"

    def play(self, job: Job, zones: Sequence[Zone], begin: float) -> Used:
        run = Run(job, begin, begin)
        while True:
            net, found = run.by - run.left - 2 * job.start, first_up(zones, run.now)
            if found is None or max(net, run.now) <= found[0]:
                run.now = max(net, run.now)
                run.works(FOREVER, spot=False)
                return run.used
            run.now = found[0]
            if run.works(found[1].up(run.now) or run.now, spot=True):
                return run.used


@dataclass(frozen=True)
class UniformProgress:
    """The paper's rule, tick by tick, where each moment tells whether there is spot."""

    tick: float = 60.0
    name: str = "Uniform Progress, as published"

    def play(self, job: Job, zones: Sequence[Zone], begin: float) -> Used:
        run, node, useful = Run(job, begin, begin), "", 0.0
        while True:
            wanted = self._wanted(run, node, any(zone.up(run.now) is not None for zone in zones))
            if wanted != node and wanted:
                run.used.begun += 1
                useful = run.now + job.start
            node = wanted
            until = self._until(run, node, zones)
            if not node:
                run.now = until
            elif run.goes_on(until, node == "spot", useful):
                return run.used
            if node == "spot" and all(zone.up(run.now) is None or zone.up(run.now) == run.now for zone in zones):
                node = ""

    def _wanted(self, run: Run, node: str, spot: bool) -> str:
        start = run.job.start
        if node == "spot" and spot:
            return "spot"
        if run.by - run.now < run.left + 2 * start:
            return "on-demand"
        if node == "on-demand" and run.done < self._share(run, run.now + 2 * start):
            return "on-demand"
        if spot:
            return "spot"
        return "on-demand" if run.done < self._share(run, run.now) else ""

    def _share(self, run: Run, time: float) -> float:
        return (time - run.begin) * run.job.work / run.job.deadline

    def _until(self, run: Run, node: str, zones: Sequence[Zone]) -> float:
        ends = [end for zone in zones if (end := zone.up(run.now)) is not None]
        return min([run.now + self.tick, *(ends if node == "spot" else [])])


class Omniscient:
    """A bound that no policy can beat: it knows all spans of spot, and pays one start for each that it uses."""

    name = "omniscient (a bound)"

    def play(self, job: Job, zones: Sequence[Zone], begin: float) -> Used:
        used, left, by = Used(begun=1, done_at=begin + job.deadline), job.work, begin + job.deadline
        for length in sorted((end - start for start, end in _covered(zones, begin, by)), reverse=True):
            work = min(left, length - job.start)
            if work <= 0:
                break
            used.spot += work + job.start
            left -= work
        # A short rest is cheaper on on-demand at once than spot's starts: the bound takes what is less.
        used.on_demand = left + job.start if left > 0 else 0.0
        alone = Used(on_demand=job.work + job.start, begun=1, done_at=used.done_at)
        return min(used, alone, key=lambda u: u.cost(Prices()))


def _covered(zones: Sequence[Zone], begin: float, end: float) -> list[tuple[float, float]]:
    """Spans in which any zone has capacity."""
    inside = [(max(a, begin), min(b, end)) for zone in zones for a, b in zone.between(begin, end)]
    merged: list[tuple[float, float]] = []
    for a, b in sorted(inside):
        if merged and a <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(b, merged[-1][1]))
        else:
            merged.append((a, b))
    return merged
