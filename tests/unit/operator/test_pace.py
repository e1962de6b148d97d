"""How often mere figures are written."""

from spotreel_operator.runtime.pace import LONGEST_SECONDS, MOST, Pace


def test_a_few_jobs_are_written_as_often_as_is_asked() -> None:
    pace = Pace(5)
    assert [pace.allows(0, now) for now in (4.9, 5, 6)] == [False, True, True]


def test_in_a_crowd_each_job_is_written_every_quarter_of_a_minute() -> None:
    """500 jobs that all have news at each tenth of a second."""
    pace, last, writes = Pace(5), dict.fromkeys(range(500), 0.0), 0
    for tick in range(1, 601):
        now = tick / 10
        for job in last:
            if pace.allows(last[job], now):
                pace.written(now)
                last[job] = now
                writes += now > 2 * LONGEST_SECONDS
    each = writes / 500 / ((60 - 2 * LONGEST_SECONDS) / LONGEST_SECONDS)
    assert 0.8 < each <= 1.1, each
    assert MOST < 500


def test_a_longer_time_that_is_asked_for_counts() -> None:
    pace = Pace(60)
    for _ in range(MOST):
        pace.written(0.0)
    assert not pace.allows(0.0, 59) and pace.allows(0.0, 60)
