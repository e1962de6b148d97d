"""What is generated, held against what two months of V100 capacity in nine zones show."""

import random

import pytest

from tests.replay.__main__ import REGIONS, SEED
from tests.replay.generator import regions
from tests.replay.traces import Zone

ZONES = regions(REGIONS, 120 * 86_400.0, SEED)
MINUTE = 60.0


def gone_within(seconds: float) -> float:
    """Of what is there at a random moment."""
    dice, left = random.Random(1), list[float]()
    while len(left) < 20_000:
        zone, time = dice.choice(ZONES), dice.uniform(0, ZONES[0].length - 1000)
        if (end := zone.up(time)) is not None:
            left.append(end - time)
    return sum(one < seconds for one in left) / len(left)


def back_within(seconds: float) -> float:
    """Of zones that have lost it; a region's drought may end sooner than a zone's own."""
    downs = [b[0] - a[1] for zone in ZONES for a, b in zip(zone.spans, zone.spans[1:], strict=False)]
    return sum(down < seconds for down in downs) / len(downs)


def without(zones: list[Zone]) -> float:
    """The share of minutes in which none of them has any."""
    minutes = range(int(ZONES[0].length // MINUTE))
    return sum(all(zone.up(n * MINUTE) is None for zone in zones) for n in minutes) / len(minutes)


@pytest.mark.parametrize(("seconds", "low", "high"), [(60, 0.005, 0.0125), (300, 0.03, 0.05), (900, 0.07, 0.125)])
def test_what_is_there_is_gone_as_often(seconds: float, low: float, high: float) -> None:
    assert low <= gone_within(seconds) <= high


@pytest.mark.parametrize(("minutes", "low", "high"), [(6.4, 0, 0.06), (10.5, 0.18, 0.3), (65, 0.6, 0.75)])
def test_a_zone_is_back_as_late(minutes: float, low: float, high: float) -> None:
    assert low <= back_within(minutes * MINUTE) <= high


def test_zones_have_it_half_of_the_time_and_regions_lose_it_together() -> None:
    assert all(0.4 < zone.share < 0.65 for zone in ZONES)
    assert 0.19 < without(ZONES[:2]) < 0.35, "19 and 29 of 100 in two regions of three"
    assert 0.04 < without(ZONES) < 0.12


def test_the_same_seed_makes_the_same() -> None:
    assert regions(REGIONS, 86_400.0, 7) == regions(REGIONS, 86_400.0, 7) != regions(REGIONS, 86_400.0, 8)
