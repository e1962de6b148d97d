"""Lanes together."""

from spotreel_operator.reconcile.lane_review import JobReview, Review, listed, number
from tests.unit.operator.histories import A1, A2, attempt, lost
from videojob_api.names import Verdict
from videojob_api.status import Attempt, Budget, Counts


def lane(n: int, *attempts: Attempt, **budget: int | bool) -> Review:
    return Review(attempts, Counts(attempts=len(attempts), budget=Budget.model_validate(budget)), (), (), None, n)


def test_numbers_stand_at_the_end_of_names() -> None:
    assert (number(A1), number("reel-12345-join-12"), number("reel")) == (1, 12, 0)


def test_a_result_is_decisive_before_any_failure() -> None:
    bad = attempt("reel-12345-0-1", verdict=Verdict.FAILED)
    good = attempt("reel-12345-1-1", verdict=Verdict.SUCCEEDED)
    assert JobReview((lane(0, bad), lane(1, good))).decisive == good
    assert JobReview((lane(0, bad), lane(1, lost()))).decisive == bad
    assert JobReview((lane(0, bad, since=1),)).decisive is None, "that was before the last retry"


def test_what_runs_is_one_of_each_lane() -> None:
    r = JobReview((lane(0, lost(A1), attempt(A2)), lane(1, attempt("reel-12345-1-1")), lane(2)))
    assert [a.name for a in r.active] == [A2, "reel-12345-1-1"]
    assert r.counts.attempts == 3 and r.lane(1) is r.lanes[1] and r.lane(7) is None


def test_a_share_that_is_done_is_kept_as_a_counter() -> None:
    assert lane(1, done=True).done and not lane(1).done


def test_withdrawn_ones_make_room_first() -> None:
    never = attempt(A1, verdict=Verdict.WITHDRAWN)
    kept = listed([lost(f"reel-12345-0-{n}") for n in range(2, 5)] + [never, attempt("reel-12345-0-9")], 3)
    assert never not in kept and len(kept) == 3
