"""`DeadlineAtRisk`: when it is said, why, and what it costs."""

import pytest

from spotreel_operator.reconcile.placement.risk import at_risk
from spotreel_operator.reconcile.placement.situation import Situation, Working
from tests.unit.operator.placement.worlds import LARGE, SPOT, goal, situation, waiting


@pytest.mark.parametrize(
    "s",
    [
        situation(),
        situation(goal=goal(120, 60)),
        situation(3299, goal=goal(120, 60)),
        situation(7200, goal=goal(120, 60)),
    ],
)
def test_nothing_is_said_while_there_is_time_or_when_it_is_over(s: Situation) -> None:
    assert at_risk(s) is None


@pytest.mark.parametrize(
    ("s", "expected"),
    [
        (
            situation(3360, goal=goal(120, 60)),
            "about 1h00m of work and 1h04m until the deadline: too little for another node that is taken away; "
            "it runs on tier od to its end, for about 0.6000 USD a lane more than on spot",
        ),
        (
            situation(3360, Working("spot"), goal=goal(120, 60)),
            "about 1h00m of work and 1h04m until the deadline: too little for another node that is taken away; "
            "it stays on its node as long as that lasts, then goes to tier od",
        ),
        (
            situation(3600, waiting(), goal=goal(120, 60), prices={}),
            "about 1h00m of work and 1h00m until the deadline: it will be about 2m30s late; "
            "it runs on tier od to its end, at a price that is not known",
        ),
        (
            situation(4200, Working("spot"), goal=goal(120, 60), tiers=[SPOT, LARGE]),
            "about 1h00m of work and 50m00s until the deadline: it will be about 10m00s late; "
            "no tier has capacity OnDemand, so it waits for what there is",
        ),
    ],
)
def test_why_and_what_it_costs(s: Situation, expected: str) -> None:
    assert at_risk(s) == expected
