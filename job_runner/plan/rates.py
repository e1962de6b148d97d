"""The rate of a source whose pictures come unevenly: one at which they are all seen. Pure."""

from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from itertools import pairwise

from job_runner.plan.facts import Pace
from job_runner.plan.timeline import USUAL_RATES

FEWEST = 3
"""Pictures of which anything can be said."""

MAY_BE_LOST = 200
"""One picture in so many: where a phone's clock trembles, twice the rate would double all the others."""


def lost(times: Sequence[int], base: Fraction, rate: Fraction) -> int:
    """How many of the pictures shown at these rising `times`, in units of `base` seconds, share a slot of `rate`."""
    up, down = (2 * rate * base).as_integer_ratio()
    slots = {((time - times[0]) * up + down) // (2 * down) for time in times}
    return len(times) - len(slots)


def source_rate(told: Fraction, times: Sequence[int], base: Fraction) -> tuple[Fraction, Pace | None]:
    """The rate of pictures shown at these rising `times`, of which the file's header tells `told`.

    That one, if it loses next to nothing and is no more than the average; else the lowest usual one that does, up to
    120. The pace is None where they come evenly.
    """
    if len(times) < FEWEST:
        return told, None
    average = Fraction(len(times) - 1) / ((times[-1] - times[0]) * base)
    closest = sorted(b - a for a, b in pairwise(times))[len(times) // 100] * base
    rates = [rate for rate in sorted({told, *USUAL_RATES}) if rate >= average * 49 / 50] or [told]

    @cache
    def missing(rate: Fraction) -> int:
        return lost(times, base, rate)

    least = next((rate for rate in rates if missing(rate) * MAY_BE_LOST <= len(times)), rates[-1])
    # 59.94 and 60 may both do: the one that loses less, that is told, or that the pictures follow.
    near = (rate for rate in rates if least <= rate <= least * 51 / 50)
    rate = min(near, key=lambda rate: (missing(rate), rate != told, abs(1 / rate - closest)))
    if not missing(rate) and abs(rate / average - 1) <= Fraction(1, 50):
        return rate, None
    return rate, Pace(average=average.limit_denominator(1001), closest=closest, lost=missing(rate))


def is_even(times: Sequence[int], base: Fraction, rate: Fraction) -> bool:
    """Whether pictures come at that rate, none left out; rounded times may be off by less than half a picture."""
    return all(Fraction(1, 2) < (b - a) * base * rate < Fraction(3, 2) for a, b in pairwise(times))
