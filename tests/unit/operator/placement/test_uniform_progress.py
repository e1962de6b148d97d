"""The share of the work that is due, the Safety Net, and what a job without a node does."""

import pytest

from spotreel_operator.reconcile.placement.uniform_progress import Goal, Urgency, is_well_ahead, urgency
from tests.unit.operator.make import at
from tests.unit.operator.placement.worlds import goal

HOURS = 60


@pytest.mark.parametrize(
    ("aim", "minute", "expected"),
    [
        (None, 0, Urgency.NONE),
        # An hour of work in two: half of the time is the share.
        (goal(120, 60, done=31), 60, Urgency.AHEAD),
        (goal(120, 60, done=29), 60, Urgency.BEHIND),
        (goal(120, 60, done=0), 0, Urgency.BEHIND),
        # The Safety Net: 60 min of work and two starts of 2.5 min.
        (goal(120, 60, done=0), 54.9, Urgency.BEHIND),
        (goal(120, 60, done=0), 55, Urgency.NOW),
        # A minute of work in fifteen: no share, the Net alone.
        (goal(15, 1), 8.9, Urgency.AHEAD),
        (goal(15, 1), 9, Urgency.NOW),
        # Nobody has seen the inputs: half of the time.
        (goal(20, None), 4.9, Urgency.AHEAD),
        (goal(20, None), 5, Urgency.NOW),
        (goal(120, None), 0, Urgency.BEHIND),
        # Too late: whatever is left to do, at once.
        (goal(10, 60), 600, Urgency.NOW),
    ],
)
def test_what_a_job_without_a_node_does(aim: Goal | None, minute: float, expected: Urgency) -> None:
    assert urgency(aim, at(60 * minute)) == expected


@pytest.mark.parametrize(
    ("done", "minute", "expected"),
    [(30, 50, True), (30, 55, True), (30, 55.1, False), (57, 112.6, False), (58, 110, True)],
)
def test_on_demand_may_be_left_two_starts_ahead(done: float, minute: float, expected: bool) -> None:
    assert is_well_ahead(goal(120, 60, done), at(60 * minute)) == expected


def test_a_short_job_never_leaves_on_demand() -> None:
    assert not is_well_ahead(goal(500, 20, done=10), at(0))
