from fractions import Fraction
from math import prod

import pytest

from job_runner.media.tempo import needed, steps


@pytest.mark.parametrize(
    "speed", [Fraction(1, 4), Fraction(2, 5), Fraction(1, 2), Fraction(3, 2), Fraction(5), Fraction(8)]
)
def test_each_filter_does_what_it_does_well(speed: Fraction) -> None:
    assert all(0.5 <= step <= 2 for step in steps(speed))
    assert prod(steps(speed)) == pytest.approx(float(speed))


def test_enough_is_read_for_the_length() -> None:
    assert needed(1001, Fraction(1, 4)) == 251 and needed(10, Fraction(8)) == 80
