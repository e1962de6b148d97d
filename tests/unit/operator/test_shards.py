"""What lanes are told, and where they run."""

import pytest

from spotreel_operator.reconcile.shards import lane_platform, parallelism, shard_of
from spotreel_operator.state.snapshot import Platform
from tests.unit.operator.make import snapshot
from tests.unit.operator.sharded import joining, of
from videojob_api.attempt_names import JOIN
from videojob_api.order import Shard


def platform(lanes: int | None = None, apart: bool = False) -> Platform:
    s = of(lanes, None, configuration=joining() if apart else None) if lanes else snapshot()
    assert isinstance(s.platform, Platform)
    return s.platform


def test_a_job_has_one_runner_unless_it_asks_for_more() -> None:
    assert parallelism(platform()) == 1 and parallelism(platform(7)) == 7


@pytest.mark.parametrize(("lane", "shard"), [(0, Shard(index=0, total=2)), (1, Shard(index=1, total=2, joins=False))])
def test_the_first_lane_joins(lane: int, shard: Shard) -> None:
    assert shard_of(platform(2), lane) == shard


def test_no_lane_joins_where_the_class_has_that_done_elsewhere() -> None:
    assert not shard_of(platform(2, apart=True), 0).joins
    assert shard_of(platform(2, apart=True), JOIN) == Shard(total=2)


def test_a_lane_beyond_the_number_of_lanes_has_a_part_all_the_same() -> None:
    assert shard_of(platform(2), 5) == Shard(index=5, total=6, joins=False)


def test_only_the_joining_runner_has_tiers_and_resources_of_its_own() -> None:
    apart = platform(2, apart=True)
    assert lane_platform(apart, 1) == apart
    joins = lane_platform(apart, JOIN)
    assert [tier.name for tier in joins.tiers] == ["cheap"]
    assert joins.spec.resources and joins.spec.resources.plain() == {"limits": {"cpu": "1"}}
    assert lane_platform(platform(2), JOIN) == platform(2)
