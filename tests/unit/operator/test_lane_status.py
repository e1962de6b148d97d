"""Lanes as status shows them."""

from spotreel_operator.reconcile.lane_status import lanes_in_status
from spotreel_operator.state.lane_records import LaneRecord
from tests.unit.operator.histories import A1, attempt, lost
from videojob_api.status import Budget, Counts


def test_one_lane_is_shown_as_jobs_with_one_runner_always_were() -> None:
    found = lanes_in_status([LaneRecord(0, Counts(attempts=1), (attempt(),))], 1, 1)
    assert found == {"attempts": [attempt()], "counts": Counts(attempts=1), "shards": None}


def test_lanes_that_never_had_an_attempt_are_left_out() -> None:
    found = lanes_in_status([LaneRecord(0, Counts()), LaneRecord(1, Counts())], 2, 0)
    assert found["shards"].record and '"lane":1' not in found["shards"].record


def test_several_are_counted() -> None:
    done = Counts(attempts=1, budget=Budget(done=True))
    records = [LaneRecord(0, Counts(attempts=3, disruptions=2), (attempt(),)), LaneRecord(1, done, (lost(A1),))]
    found = lanes_in_status(records, 3, 1)
    shards = found["shards"]
    assert (shards.total, shards.running, shards.done, shards.summary) == (3, 1, 1, "1/3")
    assert found["counts"].attempts == 4 and found["counts"].disruptions == 2


def test_lanes_that_were_are_remembered_when_there_is_one_again() -> None:
    """Their costs count, and their numbers are not used again."""
    records = [LaneRecord(0, Counts(attempts=1), (attempt(),)), LaneRecord(1, Counts(attempts=5))]
    assert lanes_in_status(records, 1, 1)["shards"].total == 1
