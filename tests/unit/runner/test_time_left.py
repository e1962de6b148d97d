"""Stages with speeds of their own, and what is said before they are known."""

import pytest

from job_runner.time_left import Part, TimeLeft, time_left


@pytest.mark.parametrize(
    ("parts", "left"),
    [
        ([], TimeLeft(0.0)),
        ([Part(0, 30.0), Part(0)], TimeLeft(0.0)),
        ([Part(300, 30.0)], TimeLeft(10.0)),
        ([Part(300, 30.0), Part(100, 2.0)], TimeLeft(60.0)),
        ([Part(300, 300.0), Part(9000)], TimeLeft(1.0, at_least=True)),
        ([Part(0, 300.0), Part(9000)], None),
        ([Part(300), Part(9000)], None),
    ],
)
def test_each_stage_at_its_own_speed(parts: list[Part], left: TimeLeft | None) -> None:
    assert time_left(parts) == left
