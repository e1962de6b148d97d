"""Which moments of a file are looked at, and windows of them that can be measured apart. Pure and exact."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from job_runner.plan.timeline import Window, slot

FASTEST = Fraction(61, 2)
"""Pictures a second that are looked at, at most: from faster files every second, third … one is taken."""
SOUND_RATE = Fraction(10)
"""Levels a second."""


@dataclass(frozen=True)
class Grid:
    """`total` moments, `rate` of them a second, counted from the first picture, as a clip's start and end are."""

    rate: Fraction
    total: int

    def seconds(self, number: int) -> Fraction:
        """When moment `number` begins."""
        return number / self.rate

    def count(self, seconds: Fraction) -> int:
        """The moments that a length of time has, to the nearest."""
        return slot(seconds, self.rate)


def looking_rate(rate: Fraction) -> Fraction:
    """The rate of a file, or a whole part of it: borders of moments are borders of frames."""
    return rate / max(1, -(-rate // FASTEST))


def picture_grid(rate: Fraction, duration: Fraction) -> Grid:
    """Of a picture of that rate and length in seconds."""
    own = looking_rate(rate)
    return Grid(own, max(1, slot(duration, own)))


def sound_grid(duration: Fraction) -> Grid:
    """Of a sound, or of the picture that it belongs to."""
    return Grid(SOUND_RATE, max(1, slot(duration, SOUND_RATE)))


def windows(total: int, length: int) -> Iterator[Window]:
    """All moments in windows of `length`; the last may be shorter."""
    return (Window(first, min(first + length, total)) for first in range(0, total, length))
