"""Which rate is taken for pictures that come unevenly."""

import random
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from job_runner.plan.rates import is_even, lost, source_rate

BASE = Fraction(1, 90000)
NTSC = Fraction(30000, 1001)


def evenly(rate: Fraction, pictures: int) -> list[int]:
    return [int(number * 90000 / rate) for number in range(pictures)]


def test_even_pictures_keep_their_rate() -> None:
    for rate in (Fraction(25), NTSC, Fraction(15), Fraction(742, 100), Fraction(240), Fraction(1)):
        assert source_rate(rate, evenly(rate, 300), BASE) == (rate, None)


def test_a_rate_rounded_to_milliseconds_is_even() -> None:
    times = [round(number * 1001 / 30) for number in range(900)]
    assert source_rate(NTSC, times, Fraction(1, 1000)) == (NTSC, None)


def test_a_screen_that_stands_still_and_bursts() -> None:
    times = [90_000 * k for k in range(20)] + [90_000 * 20 + 1500 * k for k in range(60)]
    for told in (Fraction(25), Fraction(24), Fraction(60)):  # what FFmpeg makes of such headers
        rate, pace = source_rate(told, times, BASE)
        assert rate == 60 and pace is not None
        assert pace.lost == 0 and pace.closest == Fraction(1, 60) and 3 < pace.average < 5


def test_a_slow_camera_is_not_made_faster_than_it_must_be() -> None:
    shaking = random.Random(1)
    times = [round((number + shaking.uniform(-0.2, 0.2)) * 90000 / 7.4) for number in range(1, 400)]
    rate, pace = source_rate(Fraction(25), times, BASE)
    assert rate == Fraction(24000, 1001) and pace is not None and pace.lost == 0


def test_a_telephones_clock_that_trembles_does_not_double_the_rate() -> None:
    shaking = random.Random(2)
    times = [round((number + shaking.choice([0, 0, 0, 0.05, -0.05])) * 3000) for number in range(600)]
    rate, _ = source_rate(Fraction(30), times, BASE)
    assert rate == 30


def test_what_is_even() -> None:
    rounded = [round(number * 1001 / 30) for number in range(900)]
    assert is_even(rounded, Fraction(1, 1000), NTSC)
    assert not is_even([*rounded[:50], *rounded[51:]], Fraction(1, 1000), NTSC), "one is left out"
    assert not is_even(sorted([*rounded, 40]), Fraction(1, 1000), NTSC), "one is too much"


def test_too_few_pictures_say_nothing() -> None:
    assert source_rate(Fraction(25), [0, 90_000], BASE) == (Fraction(25), None)


@given(st.lists(st.integers(750, 90_000), min_size=3, max_size=200), st.sampled_from([24, 25, 30, 60]))
def test_next_to_nothing_is_lost(steps: list[int], told: int) -> None:
    """No two pictures are closer than 1/120 s here, so there is always a rate that shows nearly all of them."""
    times = [sum(steps[:k]) for k in range(len(steps) + 1)]
    rate, pace = source_rate(Fraction(told), times, BASE)
    assert lost(times, BASE, rate) * 200 <= len(times)
    assert rate <= 120
    assert pace is None or pace.lost == lost(times, BASE, rate)
