"""Capacity memory: what an attempt's end teaches, and what that leaves of the tiers."""

from datetime import timedelta

import pytest

from spotreel_operator.reconcile.placement.cooling import Times, learnt, left, merged, rebuilt
from spotreel_operator.state.capacity import Pool
from tests.unit.operator.make import at
from tests.unit.operator.placement.worlds import LARGE, OD, SPOT, TIERS, ended
from videojob_api.config import ClassTier
from videojob_api.status import Attempt

ONE = ClassTier(name="one", capacity="Spot", instance_types=["g5.xlarge"], zones=["a"])
ANY = ClassTier(name="any", capacity="Spot")
KIND = frozenset({"g5.xlarge"})


@pytest.mark.parametrize(
    ("attempt", "expected"),
    [
        (ended(), {Pool("Spot", KIND, "a"): 600}),
        (ended(reason="NodeLost"), {Pool("Spot", KIND, "a"): 600}),
        (ended(tier="gone"), {Pool("Spot", KIND, "a"): 600}),
        (ended(reason="NoCapacity"), {Pool("Spot", KIND, zone): 180 for zone in "ab"}),
        (ended("large", "NoCapacity"), {Pool("Spot", frozenset({"g5.2xlarge"}), None): 180}),
        (ended("gone", "NoCapacity"), {}),
        (ended(capacity="OnDemand"), {}),
        (ended(zone=None), {}),
        (ended(reason="Evicted"), {Pool("Spot", KIND, "a"): 600}),
        (ended(reason="PodDeleted"), {}),
        (ended(end_time=None), {}),
    ],
)
def test_what_an_end_teaches(attempt: Attempt, expected: dict[Pool, int]) -> None:
    assert learnt(attempt, TIERS, Times()) == {pool: at(seconds) for pool, seconds in expected.items()}


def test_a_platform_may_set_the_times() -> None:
    times = Times(after_preemption=timedelta(0), after_no_capacity=timedelta(seconds=7))
    assert set(learnt(ended(), TIERS, times).values()) == {at(0)}
    assert set(learnt(ended(reason="NoCapacity"), TIERS, times).values()) == {at(7)}


def names(*tiers: ClassTier, memory: dict[Pool, int], now: int = 0) -> list[tuple[str, list[str] | None, str]]:
    rungs = left(tiers, {pool: at(seconds) for pool, seconds in memory.items()}, at(now))
    return [(rung.tier.name, rung.tier.zones, "".join(rung.shun)) for rung in rungs]


def test_a_zone_that_cools_is_left_out_of_its_tier() -> None:
    assert names(SPOT, OD, memory={Pool("Spot", KIND, "a"): 600}) == [("spot", ["b"], ""), ("od", None, "")]
    assert names(SPOT, OD, memory={Pool("Spot", KIND, "a"): 600}, now=600)[0][1] == ["a", "b"], "it is over"


def test_a_tier_of_which_nothing_is_left_is_passed_over() -> None:
    assert names(ONE, OD, memory={Pool("Spot", KIND, "a"): 600}) == [("od", None, "")]
    assert names(SPOT, OD, memory={Pool("Spot", KIND, None): 600}) == [("od", None, "")]


def test_a_tier_that_names_no_zone_shuns_those_that_cool() -> None:
    assert names(ANY, OD, memory={Pool("Spot", None, "a"): 600}) == [("any", None, "a"), ("od", None, "")]


def test_other_kinds_of_nodes_are_not_concerned() -> None:
    assert names(LARGE, memory={Pool("Spot", KIND, None): 600}) == [("large", None, "")]
    assert names(ANY, OD, memory={Pool("Spot", KIND, None): 600})[0] == ("any", None, ""), "it may get others"
    assert names(ANY, OD, memory={Pool("Spot", KIND, "a"): 600})[0] == ("any", None, "a"), "and would get the same"
    assert names(SPOT, memory={Pool("OnDemand", KIND, "a"): 600})[0][1] == ["a", "b"]


def test_a_memory_that_leaves_no_tier_is_no_help() -> None:
    memory = {Pool("Spot", KIND, zone): 600 for zone in "ab"} | {Pool("OnDemand", None, None): 180}
    assert names(SPOT, OD, memory=memory) == [("spot", ["a", "b"], ""), ("od", None, "")]


def test_of_two_memories_the_later_end_counts_and_what_is_over_is_forgotten() -> None:
    pool, other = Pool("Spot", None, "a"), Pool("Spot", None, "b")
    assert merged({pool: at(5), other: at(1)}, {pool: at(9)}, at(2)) == {pool: at(9)}


def test_after_a_restart_it_is_rebuilt_from_statuses() -> None:
    """Two jobs; what one of them learnt before is over."""
    jobs = [([ended(), ended(reason="NoCapacity", when=-500)], TIERS), ([ended("one", zone="b", when=60)], (ONE, OD))]
    assert rebuilt(jobs, Times(), at(90)) == {Pool("Spot", KIND, "a"): at(600), Pool("Spot", KIND, "b"): at(660)}
