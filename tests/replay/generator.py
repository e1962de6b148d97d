"""Spot capacity as it could have been, by a seed: zones that lose it and get it back, and droughts of whole regions.

The figures are those that two months of V100 capacity in nine zones of AWS show. `tests/unit/testbed/test_generator.py`
holds what is made against them; for T4 and A10G nobody has published any.
"""

import random
from collections.abc import Iterator
from itertools import pairwise

from tests.replay.traces import Zone

Span = tuple[float, float]
MINUTE, HOUR = 60.0, 3600.0

UP_MEAN = 2.6 * HOUR
"""Of a zone. What is there now is gone within 60 s in 0.5 to 0.8 of 100 cases, within 900 s in 7 to 10."""
DOWN_LEAST, DOWN_MEDIAN, DOWN_SPREAD, DOWN_MOST = 6.5 * MINUTE, 20 * MINUTE, 2.33, 10 * HOUR
"""A zone that lost it is never back within 6.5 minutes, in 23 of 100 cases within 10, in 68 within 65."""
FAIR_MEAN = 10 * HOUR
"""Of a region, from one drought to the next."""
DROUGHT_MEDIAN, DROUGHT_SPREAD, DROUGHT_MOST = 27 * MINUTE, 1.56, 923 * MINUTE
"""Nothing in any zone of a region."""


def regions(names: dict[str, list[str]], length: float, seed: int) -> list[Zone]:
    """Zones by region, for so many seconds."""
    made = []
    for region, zones in names.items():
        fair = _complement(list(_droughts(random.Random(f"{seed} {region}"), length)), length)
        for zone in zones:
            own = list(_ups(random.Random(f"{seed} {region} {zone}"), length))
            made.append(Zone(zone, tuple(_both(own, fair)), length))
    return made


def _ups(dice: random.Random, length: float) -> Iterator[Span]:
    """Spans of a zone by itself; it begins anywhere in one of its own."""
    now = -dice.uniform(0, UP_MEAN)
    while now < length:
        end = now + dice.expovariate(1 / UP_MEAN)
        if end > 0:
            yield max(0.0, now), min(end, length)
        now = end + DOWN_LEAST + min(DOWN_MEDIAN * dice.lognormvariate(0, DOWN_SPREAD), DOWN_MOST)


def _droughts(dice: random.Random, length: float) -> Iterator[Span]:
    now = dice.expovariate(1 / FAIR_MEAN)
    while now < length:
        end = now + min(DROUGHT_MEDIAN * dice.lognormvariate(0, DROUGHT_SPREAD), DROUGHT_MOST)
        yield now, min(end, length)
        now = end + dice.expovariate(1 / FAIR_MEAN)


def _complement(spans: list[Span], length: float) -> list[Span]:
    edges = [(0.0, 0.0), *spans, (length, length)]
    return [(a[1], b[0]) for a, b in pairwise(edges) if b[0] > a[1]]


def _both(own: list[Span], fair: list[Span]) -> Iterator[Span]:
    """What is in both lists of spans."""
    i = j = 0
    while i < len(own) and j < len(fair):
        begin, end = max(own[i][0], fair[j][0]), min(own[i][1], fair[j][1])
        if end > begin:
            yield begin, end
        if own[i][1] < fair[j][1]:
            i += 1
        else:
            j += 1
