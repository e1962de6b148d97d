"""`choose`, situation by situation."""

from typing import Any

import pytest

from spotreel_operator.reconcile.placement.choose import choose
from spotreel_operator.reconcile.placement.situation import Situation, Working
from spotreel_operator.state.capacity import Pool
from tests.unit.operator.make import at
from tests.unit.operator.placement.worlds import LARGE, OD, SPOT, ended, goal, situation, waiting

KIND = frozenset({"g5.xlarge"})
COLD = {Pool("Spot", None, None): at(600)}
UNFIT = ended("spot", "NotStarted")
IN_VAIN = [ended("spot", "NoCapacity"), ended("large", "NoCapacity")]


def chosen(s: Situation) -> tuple[str, float | None, bool]:
    """Tier, seconds until it is given up, whether the one under way is left."""
    found = choose(s)
    return found.tier.name, (found.until - at(0)).total_seconds() if found.until else None, found.leave


@pytest.mark.parametrize(
    ("s", "expected"),
    [
        # The ladder, without a deadline.
        (situation(), ("spot", 60, False)),
        (situation(attempts=[ended(reason="NoCapacity")]), ("large", 90, False)),
        (situation(attempts=IN_VAIN), ("od", None, False)),
        (situation(attempts=[ended("od", "NodeLost")]), ("spot", 60, False)),
        (situation(59, waiting()), ("spot", 60, False)),
        (situation(60, waiting()), ("large", 150, True)),
        (situation(9999, waiting("od"), attempts=IN_VAIN), ("od", None, False)),
        (situation(9999, waiting("gone")), ("gone", None, False)),
        (situation(9999, Working("spot")), ("spot", None, False)),
        # Signals.
        (situation(5, waiting("large", refused=True, known=True), attempts=IN_VAIN[:1]), ("od", None, True)),
        (situation(5, waiting("od", refused=True, known=True), attempts=IN_VAIN), ("od", None, False)),
        (situation(61, waiting("large", known=True), attempts=IN_VAIN[:1]), ("od", None, True)),
        (situation(61, waiting("large", known=True, coming=True)), ("large", 90, False)),
        # Capacity memory.
        (situation(memory={Pool("Spot", KIND, None): at(180)}), ("large", 90, False)),
        (situation(memory={Pool("Spot", None, None): at(170)}), ("od", 180, False)),
        # What was left alone is asked once it has cooled down, unless a node is on its way or it was asked meanwhile.
        (situation(10, waiting("od"), memory={Pool("Spot", None, None): at(600)}), ("od", 600, False)),
        (situation(600, waiting("od")), ("spot", 660, True)),
        (situation(600, waiting("od", coming=True, known=True)), ("od", None, False)),
        (situation(100, waiting("od", refused=True, known=True), memory=COLD), ("od", 600, False)),
        (situation(9999, waiting("od"), attempts=[ended("od", "NoCapacity"), *IN_VAIN]), ("od", None, False)),
        (situation(600, waiting("od"), attempts=[ended("large", "NoCapacity")]), ("spot", 660, True)),
        (situation(600, waiting("od"), attempts=IN_VAIN[:1]), ("large", 690, True)),
        (
            situation(600, waiting("od"), attempts=[UNFIT, ended("od", "NoCapacity")], tiers=[SPOT, OD]),
            ("od", None, False),
        ),
        # A short job with a deadline waits for spot until the Safety Net, and asks tier after tier again and again.
        (situation(goal=goal(15, 1)), ("spot", 60, False)),
        (situation(60, waiting(), goal=goal(15, 1)), ("large", 150, True)),
        (situation(90, waiting("large"), goal=goal(15, 1)), ("spot", 150, True)),
        (situation(530, goal=goal(15, 1)), ("spot", 540, False)),
        (situation(540, waiting("large", 500), goal=goal(15, 1)), ("od", None, True)),
        (situation(540, goal=goal(15, 1), attempts=[ended()]), ("od", None, False)),
        (situation(540, Working("spot"), goal=goal(15, 1)), ("spot", None, False)),
        # A long one: ahead it waits for spot, behind it climbs the ladder.
        (situation(600, goal=goal(120, 60, done=7), tiers=[SPOT, OD]), ("spot", 840, False)),
        (situation(900, waiting(since=600), goal=goal(120, 60, done=7), tiers=[SPOT, OD]), ("od", None, True)),
        (situation(600, goal=goal(120, 60), tiers=[SPOT, OD]), ("spot", 660, False)),
        # On-demand is left two starts ahead, if spot pays, and is not cooling.
        (situation(600, Working("od"), goal=goal(120, 60, done=8)), ("spot", 660, True)),
        (situation(600, Working("od"), goal=goal(120, 60, done=7)), ("od", None, False)),
        (situation(600, Working("od"), goal=goal(120, 60, done=8), prices={"od": 1, "spot": 1}), ("od", None, False)),
        (
            situation(600, Working("od"), goal=goal(120, 60, done=8), memory={Pool("Spot", None, None): at(900)}),
            ("od", None, False),
        ),
        # Without on-demand there is the ladder.
        (situation(540, waiting("spot", 500), goal=goal(15, 1), tiers=[SPOT, LARGE]), ("spot", 560, False)),
        (situation(540, goal=goal(15, 1), tiers=[SPOT]), ("spot", None, False)),
    ],
)
def test_where_it_goes(s: Situation, expected: tuple[str, float | None, bool]) -> None:
    assert chosen(s) == expected


def test_a_zone_that_cools_is_left_out_or_shunned() -> None:
    memory: dict[str, Any] = {"memory": {Pool("Spot", None, "a"): at(600)}}
    assert choose(situation(**memory)).tier.zones == ["b"]
    assert choose(situation(tiers=[LARGE, OD], **memory)).shun == ("a",)
