"""The latest report of each attempt, in memory."""

from spotreel_operator.runtime import reports
from spotreel_operator.runtime.reports import Reports
from tests.unit.operator.histories import A1, A2
from tests.unit.operator.make import T0, at, report, success


def test_the_latest_is_kept_with_the_time_it_came() -> None:
    kept = Reports()
    assert kept.hear("ns", report(done=1), T0) and kept.hear("ns", report(done=2), at(5))
    found = kept.of("ns", A1)
    assert found and (found.report.segments.done, found.time) == (2, at(5))
    assert kept.of("other", A1) is None and kept.of("ns", A2) is None


def test_a_last_word_is_not_replaced() -> None:
    kept = Reports()
    assert kept.hear("ns", success(), T0)
    assert not kept.hear("ns", report(), at(5))
    found = kept.of("ns", A1)
    assert found and found.final and found.time == at(5), "but it has been heard"


def test_those_of_other_attempts_are_forgotten_unless_they_have_just_come() -> None:
    kept = Reports()
    kept.hear("ns", report(A1), at(0))
    kept.hear("ns", report(A2), at(0))
    kept.hear("elsewhere", report(A1), at(9))
    kept.keep({("ns", A1)}, since=at(5))
    assert len(kept) == 2 and kept.of("ns", A1) and kept.of("elsewhere", A1) and not kept.of("ns", A2)


def test_they_are_bounded_and_the_one_heard_longest_ago_goes_first() -> None:
    kept = Reports()
    kept.hear("ns", report("first"), T0)
    for number in range(1, reports.KEPT):
        kept.hear("ns", report(f"a{number}"), T0)
    kept.hear("ns", report("first"), T0)
    kept.hear("ns", report("last"), T0)
    assert len(kept) == reports.KEPT
    assert kept.of("ns", "first") and kept.of("ns", "last") and not kept.of("ns", "a1")
