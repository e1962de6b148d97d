"""What several runners gain, by simulation: `python -m tests.bench.shards_simulated`.

The lanes are the shipped ones (`lanes.py`). How long a segment takes is drawn from a sample that was measured on a real
timeline; neighbours are alike, as scenes are. Runners start one after the other, and some are faster than others.
"""

import argparse
import random
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist, mean

from job_runner.cli.say import say
from job_runner.targets.shares import Runner
from tests.bench.lanes import Simulated, World
from videojob_api.order import Shard

MEASURED = (1.29, 1.92, 2.10, 2.17, 2.20, 2.28, 2.30, 2.79, 3.07, 3.08, 3.17)
"""CPU seconds of 60 frames, from the quickest segment to the slowest in even steps, as `segment_times.py` prints them:
here of 12 segments, on a busy machine of two cores."""
QUANTILES = [second * 300 / 60 for second in MEASURED]
"""The same of a segment of 300 frames, as if its frames were all alike: really its spread is smaller."""
ALIKE = 0.7
"""How much a segment is like the one before it."""
START_SECONDS = 10.0
"""Between the first and the last runner that starts."""
SPREAD = 0.1
"""How much faster or slower than the mean a runner is."""
COUNTS = (60, 300, 3000)
RUNNERS = (1, 2, 4, 8, 16, 32, 64)


@dataclass(frozen=True)
class Gain:
    """Of so many runners: how much sooner all segments are there than by one, and what was begun twice."""

    speedup: float
    doubled: int
    listings: int


def durations(count: int, chance: random.Random) -> list[float]:
    """Seconds for each segment."""
    normal, now = NormalDist(), chance.gauss(0, 1)
    found = []
    for _ in range(count):
        place = normal.cdf(now) * (len(QUANTILES) - 1)
        low = min(int(place), len(QUANTILES) - 2)
        found.append(QUANTILES[low] + (place - low) * (QUANTILES[low + 1] - QUANTILES[low]))
        now = ALIKE * now + sqrt(1 - ALIKE**2) * chance.gauss(0, 1)
    return found


def gain(count: int, runners: int, workers: int, seed: int, absent: Sequence[int] = ()) -> Gain:
    """One run; `absent` ones never come."""
    chance = random.Random(seed)
    seconds, world = durations(count, chance), World(count)
    made = [
        _runner(world, Shard(index=index, total=runners, joins=index == 0), workers, seconds, seed, chance)
        for index in range(runners)
    ]
    for one in made:
        if one.runner.shard.index not in absent:
            world.after(chance.uniform(0, START_SECONDS) if runners > 1 else 0, one.begin)
    world.run()
    ended = made[0].ended
    assert ended is not None and len(world.store) == count
    return Gain(sum(seconds) / workers / ended, world.begun - count, world.listings)


def _runner(
    world: World, shard: Shard, workers: int, seconds: Sequence[float], seed: int, chance: random.Random
) -> Simulated:
    slow = chance.uniform(1 - SPREAD, 1 + SPREAD)
    runner = Runner(shard, shard.stays, f"reel-{shard.index}-{seed}")
    return Simulated(world, runner, workers, lambda number: slow * seconds[number])


def row(count: int, runners: int, workers: int, runs: int, absent: Sequence[int] = ()) -> str:
    """A line of the table: the mean of some runs."""
    found = [gain(count, runners, workers, seed, absent) for seed in range(runs)]
    speedup, there = mean(one.speedup for one in found), runners - len(absent)
    doubled, listings = mean(one.doubled for one in found), mean(one.listings for one in found)
    return (
        f"| {count} | {runners} | {len(absent)} | {speedup:.1f} | {speedup / there:.2f} | "
        f"{doubled / count:.1%} | {listings:.0f} |"
    )


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, default=1, help="of each runner")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--absent", action="store_true", help="every second runner never comes")
    arguments = parser.parse_args()
    say("| segments | runners | absent | speed-up | of those there | begun twice | listings |")
    say("|---|---|---|---|---|---|---|")
    for count in COUNTS:
        for runners in RUNNERS:
            absent = range(1, runners, 2) if arguments.absent else ()
            say(row(count, runners, arguments.workers, arguments.runs, absent))


if __name__ == "__main__":
    main()
