"""The order of tiers: the next one, and how long each waits."""

import pytest

from spotreel_operator.reconcile.placement.ladder import gives_up_at, next_tier, wait_of
from tests.unit.operator.histories import A1, A2, lost
from tests.unit.operator.make import at
from videojob_api.config import ClassTier
from videojob_api.status import Attempt

TIERS = [ClassTier(name="spot"), ClassTier(name="od")]
A3 = A2[:-1] + "3"


def unstarted(name: str, node: str, begun: int, tier: str = "spot", reason: str = "NotStarted") -> Attempt:
    """One that its node did not start within a minute."""
    at = f"2026-01-01T12:{begun:02}:00Z", f"2026-01-01T12:{begun + 1:02}:00Z"
    return lost(name, tier=tier, node=node, reason=reason, create_time=at[0], end_time=at[1])


def test_after_a_disruption_spot_is_tried_again() -> None:
    assert next_tier(TIERS, []).name == next_tier(TIERS, [lost(tier="od")]).name == "spot"


def test_a_tier_without_capacity_is_followed_by_the_next() -> None:
    none = lost(verdict="Withdrawn", reason="NoCapacity", tier="spot")
    assert next_tier(TIERS, [none]).name == "od"
    assert next_tier(TIERS, [none.model_copy(update={"tier": "od"})]).name == "od", "the last one waits on"


@pytest.mark.parametrize("reason", ["NotStarted", "NodeUnfit"])
def test_a_tier_whose_only_node_starts_nothing_is_left(reason: str) -> None:
    """Its scheduler came back to the node that was to be avoided, five times on a real node."""
    first, second = unstarted(A1, "n1", 0, reason=reason), unstarted(A2, "n1", 2, reason=reason)
    assert next_tier(TIERS, [first]).name == "spot", "it may have another node"
    assert next_tier(TIERS, [first, second]).name == "od"
    assert next_tier(TIERS, [first, second, unstarted(A3, "n2", 4, "od", reason)]).name == "spot"


def test_a_node_that_failed_long_ago_is_a_node_like_others() -> None:
    assert next_tier(TIERS, [unstarted(A1, "n1", 0), unstarted(A2, "n1", 20)]).name == "spot"


def test_another_node_of_the_tier_is_another_chance() -> None:
    assert next_tier(TIERS, [unstarted(A1, "n1", 0), unstarted(A2, "n2", 2)]).name == "spot"


def test_the_last_tier_waits_on_and_the_others_for_their_time() -> None:
    tiers = [ClassTier(name="a", wait_for="90s"), ClassTier(name="b"), ClassTier(name="c")]
    assert [gives_up_at(tiers, name, at(0)) for name in "abcd"] == [at(90), at(180), None, None]
    assert wait_of(tiers[0]).total_seconds() == 90


def test_of_what_may_be_taken_the_next_one_is() -> None:
    tiers = [ClassTier(name=name) for name in "abc"]
    none = lost(verdict="Withdrawn", reason="NoCapacity", tier="b")
    assert next_tier(tiers, [none], tiers[:2]).name == "b", "the last one once more"
    assert next_tier(tiers, [none], tiers[:2], around=True).name == "a"
    assert next_tier(tiers, [], tiers[1:]).name == "b"
