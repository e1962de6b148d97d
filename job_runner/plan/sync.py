"""How decoded sound follows the time stamps of its file. Pure: integers in, integers out.

Decoders give samples without a gap; the stamps say when each frame should be heard. All here is counted in samples of
the output. A frame's `due` is its stamp less the samples decoded before it: for a perfect file a constant, with jitter
for a noisy one, slowly rising or falling for a clock that drifts, and with a step where sound is missing. The `offset`
in use follows it:

- a step of 20 ms or more that lasts is taken at once: a hole is left, or sound is dropped; one of 5 ms too, if the
  stamps before and after it are clean;
- jitter is ignored, single stamps that stand alone too;
- a lasting error above 5 ms is made up for by one sample in 1,000, above 10 ms in 200, which nobody hears.
"""

from collections import deque
from collections.abc import Sequence
from fractions import Fraction
from itertools import takewhile
from statistics import median_low
from typing import NamedTuple

FEW = 3
"""Frames; fewer say nothing about jitter."""
GENTLE, FIRM, SHORTEST = 1000, 200, 64
"""A frame is made longer or shorter by one sample in so many, and one of fewer samples than the last not at all."""


class Limits(NamedTuple):
    """From where errors of time stamps count, all in samples."""

    window: int
    """Stamps that are looked at: to come for steps, past for drift. A second."""
    sure: int
    """An error that is a step and no jitter. 100 ms."""
    lasting: int
    """An error that is a step if it lasts. 20 ms."""
    soft: int
    """An error that is made up for softly. 5 ms."""
    clean: int
    """By how much clean stamps differ: more than rounding to milliseconds. 3 ms."""


def limits_of(rate: int) -> Limits:
    """At `rate` samples per second."""
    return Limits(*(int(Fraction(milliseconds, 1000) * rate) for milliseconds in (1000, 100, 20, 5, 3)))


class Sync:
    """The offset from frame to frame, first `step`, then `slip` of each."""

    def __init__(self, rate: int) -> None:
        """`rate` in samples per second."""
        self._limits, self._offset, self._begun = limits_of(rate), 0, False
        self._past: deque[tuple[int, int]] = deque()

    def step(self, ahead: Sequence[int]) -> int:
        """Samples by which the sound jumps before a frame; `ahead` are the dues from this frame on, about a second."""
        if not self._begun:
            self._begun, step = True, beginning(ahead, self._limits)
        elif abs(ahead[0] - self._offset) <= self._limits.soft:
            return 0
        else:
            errors, past = ([due - self._offset for due in dues] for dues in (ahead, [due for _, due in self._past]))
            step = lasting_step(errors, past, self._limits)
        if step:
            self._past.clear()
        self._offset += step
        return step

    def slip(self, due: int | None, count: int, length: int) -> int:
        """Samples by which a frame of `length`, before which `count` were decoded, is made longer (shorter if < 0)."""
        if due is not None:
            self._past.append((count, due))
        while self._past and self._past[0][0] < count - self._limits.window:
            self._past.popleft()
        if len(self._past) < FEW or length < SHORTEST:
            return 0
        error = median_low(due for _, due in self._past) - self._offset
        if abs(error) <= self._limits.soft:
            return 0
        most = max(1, length // (GENTLE if abs(error) <= 2 * self._limits.soft else FIRM))
        slip = most if error > 0 else -most
        self._offset += slip
        return slip


def beginning(ahead: Sequence[int], limits: Limits) -> int:
    """Where the first frame goes: by its own stamp, if its neighbours do not say that it is off."""
    usual = median_low(takewhile(lambda due: abs(due - ahead[0]) <= limits.sure, ahead))
    return usual if abs(usual - ahead[0]) > limits.soft else ahead[0]


def lasting_step(errors: Sequence[int], past: Sequence[int], limits: Limits) -> int:
    """How far the sound has to jump for a frame with the first of these errors, 0 if it is one of jitter or drift.

    `errors` are those of this frame and the second that begins with it, `past` those of the second before.
    """
    alike = list(takewhile(lambda error: abs(error - errors[0]) <= limits.sure, errors))
    if len(alike) < FEW:
        returns = any(abs(error) <= limits.lasting for error in errors[len(alike) :])
        return 0 if returns or min(map(abs, alike)) <= limits.sure else alike[0]
    limit = limits.soft if _sharp(alike, past, limits) else limits.lasting
    return median_low(alike) if min(alike) > limit or max(alike) < -limit else 0


def _sharp(errors: Sequence[int], past: Sequence[int], limits: Limits) -> bool:
    """Whether clean stamps jump here."""
    clean = all(part and max(part) - min(part) <= limits.clean for part in (errors, past))
    return clean and abs(errors[0] - past[-1]) > limits.soft
