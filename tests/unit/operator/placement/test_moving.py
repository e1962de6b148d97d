"""Whether going back to spot pays."""

import pytest

from spotreel_operator.reconcile.placement.moving import pays
from tests.unit.operator.placement.worlds import goal


@pytest.mark.parametrize(
    ("left", "on_demand", "spot", "expected"),
    [
        # A ratio of two: four starts of 2.5 minutes.
        (10.1, 1.0, 0.5, True),
        (10, 1.0, 0.5, False),
        (10.1, None, 0.5, True),
        (10.1, 1.0, None, True),
        (1000, 0.5, 0.5, False),
        (1000, 0.4, 0.5, False),
        (6, 1.0, 0.1, True),
    ],
)
def test_it_pays_for_enough_work(left: float, on_demand: float | None, spot: float | None, expected: bool) -> None:
    assert pays(goal(2000, left), on_demand, spot) == expected
