"""When to look again."""

from datetime import timedelta

from spotreel_operator.reconcile.moments import soonest, until
from tests.unit.operator.make import at


def test_a_moment_has_really_passed_when_it_is_looked_at() -> None:
    wait = until(at(10), at(4))
    assert wait and at(4) + wait > at(10) and wait < timedelta(seconds=7)


def test_what_has_passed_is_not_waited_for() -> None:
    assert until(at(4), at(4)) is None and until(at(3), at(4)) is None and until(None, at(4)) is None


def test_at_once_is_a_time_too() -> None:
    assert soonest(None, timedelta(seconds=2), timedelta(0)) == timedelta(0)
    assert soonest(None, None) is None
