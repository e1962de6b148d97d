"""Work and starts, as the attempts of a job have shown them."""

from datetime import timedelta

from spotreel_operator.reconcile.placement.work import UNMEASURED_START, goal_of, start_of
from spotreel_operator.state.times import format_time
from tests.unit.operator.make import at
from videojob_api.status import Attempt


def worked(begin: int, start: int, seconds: int | None, frames: int) -> Attempt:
    """Begun then; its first frame came after `start` seconds, its end after so many more."""
    end = None if seconds is None else format_time(at(begin + start + seconds))
    started = format_time(at(begin))
    return Attempt(
        name="x", create_time=started, bind_time=started, render_time=format_time(at(begin + start)), end_time=end,
        encoded_frames=frames,
    )  # fmt: skip


def test_nothing_is_known_before_the_first_frame() -> None:
    found = goal_of(at(0), at(3600), (0, 0), 1, [Attempt(name="x")], at(60))
    assert (found.total, found.left, found.start) == (None, None, UNMEASURED_START)
    assert found.work == timedelta(minutes=30)
    assert goal_of(at(0), at(3600), (29, 99), 1, [worked(0, 5, 29, 29)], at(60)).total is None, "too little"


def test_speed_is_that_of_all_attempts_and_of_all_lanes() -> None:
    attempts = [worked(0, 20, 100, 3000), worked(200, 40, None, 1000)]
    now = at(200 + 40 + 100)
    one = goal_of(at(0), at(3600), (4000, 10_000), 1, attempts, now)
    two = goal_of(at(0), at(3600), (4000, 10_000), 2, attempts, now)
    assert (one.total, one.left) == (timedelta(seconds=500), timedelta(seconds=300)), "20 frames a second"
    assert (two.total, two.left) == (timedelta(seconds=250), timedelta(seconds=150))


def test_a_start_is_the_longest_of_the_last_ones_within_reason() -> None:
    assert start_of([worked(0, 20, 1, 1), worked(0, 40, 1, 1)]) == timedelta(seconds=40)
    assert start_of([worked(0, 300, 1, 1), *[worked(0, 40, 1, 1)] * 8]) == timedelta(seconds=40)
    assert start_of([worked(0, 0, 1, 1)]) == timedelta(seconds=10)
    assert start_of([worked(0, 9999, 1, 1)]) == timedelta(minutes=30)


def test_a_wait_for_capacity_is_no_start() -> None:
    bound, rendered = format_time(at(1000)), format_time(at(1020))
    late = Attempt(name="x", create_time=format_time(at(0)), bind_time=bound, render_time=rendered)
    assert start_of([late]) == UNMEASURED_START + timedelta(seconds=20)
    assert start_of([late.model_copy(update={"create_time": format_time(at(990))})]) == timedelta(seconds=30)


def test_a_start_takes_longer_than_an_attempt_that_ended_before_its_first_frame() -> None:
    begun = format_time(at(0))
    vain = Attempt(name="x", create_time=begun, bind_time=begun, end_time=format_time(at(200)))
    assert start_of([vain]) == timedelta(seconds=200)
    assert start_of([vain.model_copy(update={"bind_time": None})]) == UNMEASURED_START, "it only waited for a node"
    assert start_of([vain.model_copy(update={"end_time": format_time(at(20))})]) == UNMEASURED_START
    assert start_of([vain, worked(0, 40, 1, 1)]) == timedelta(seconds=200)


def test_joining_is_neither_a_start_nor_slow_rendering() -> None:
    """One that only joins, for ten minutes; one that renders for 100 seconds and joins for as many."""
    joining = {"join_time": format_time(at(30)), "end_time": format_time(at(630))}
    only = worked(0, 20, 1, 0).model_copy(update={"render_time": None, **joining})
    assert start_of([only, worked(0, 20, 1, 1)]) == timedelta(seconds=30)
    both = worked(0, 20, 200, 3000).model_copy(update={"join_time": format_time(at(120))})
    assert goal_of(at(0), at(3600), (3000, 3000), 1, [both], at(300)).total == timedelta(seconds=100)
