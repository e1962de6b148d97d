"""One event as a row: a time in which something moves, or is loud."""

from collections.abc import Iterator
from dataclasses import dataclass

from job_runner.analysis.result import Result

MICROSECONDS = 6


@dataclass(frozen=True)
class EventRow:
    """`number` counts from 1; `start` to `stop` are seconds of the input, as decimals of at most six digits.

    `strength` is the mean of the curve, in `unit`. It is `stop` since SQL keeps the word `end` for itself.
    """

    number: int
    start: float
    stop: float
    strength: float
    unit: str


def event_rows(result: Result) -> Iterator[EventRow]:
    """Of an analysis, in order; what lasts to the end of the input stops there."""
    for number, span in enumerate(result.events, 1):
        start, stop = (float(round(result.grid.seconds(n), MICROSECONDS)) for n in (span.first, span.end))
        yield EventRow(number, start, stop, result.strength(span), result.unit)
