"""Clocks number frames and tell when they begin."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from job_runner.plan.times import ConstantClock, VariableTimes, fine_scale

STEPS = st.lists(st.integers(1, 500), min_size=1, max_size=60)


@given(STEPS, st.integers(-9, 9000))
def test_variable_times_are_kept_exactly(steps: list[int], first: int) -> None:
    ticks = [first + sum(steps[:k]) for k in range(len(steps))]
    times = VariableTimes.of(ticks, steps[-1], 1000)
    assert times.frames == len(steps)
    assert [times.first + tick for tick in times.ticks] == [*ticks, ticks[-1] + steps[-1]]
    for number, tick in enumerate(ticks):
        assert times.seconds(number) == Fraction(tick, 1000)
        assert times.slot(Fraction(tick, 1000)) == number
        assert times.slot(Fraction(tick + steps[number] - 1, 1000)) == number


def test_even_steps_take_little_room() -> None:
    times = VariableTimes.of(range(0, 4000, 40), 40, 1000)
    assert times.steps == [(40, 100)]
    assert times.slot(Fraction(-1, 1000)) == -1


@given(st.fractions(1, 240, max_denominator=1001), st.integers(0, 10**6))
def test_a_constant_clock_is_its_own_inverse(rate: Fraction, number: int) -> None:
    clock = ConstantClock(rate)
    assert clock.slot(clock.seconds(number)) == number
    assert clock.slot(clock.seconds(number) + Fraction(1, 2) / rate) == number + 1, "ties go up"


@pytest.mark.parametrize(
    ("base", "scale"), [(Fraction(1, 1000), 16_000), (Fraction(1, 90_000), 90_000), (Fraction(1001, 30_000), 30_000)]
)
def test_every_tick_of_a_file_is_a_whole_one(base: Fraction, scale: int) -> None:
    assert fine_scale(base) == scale
    assert (base * scale).denominator == 1
