"""When something goes on: values of a curve become events. Pure.

Two states, still and active. A moment is active if its value reaches the threshold; an event goes on until more than
`gap` moments are not; and it counts if `least` of its moments are. So a cut between scenes or a flash, which lasts for
a moment or two, is no event, and a pause for breath is no end.
"""

from collections.abc import Sequence
from itertools import pairwise
from statistics import median_low

from job_runner.analysis.spans import Span, strength


def events(values: Sequence[int], threshold: int, least: int, gap: int) -> list[Span]:
    """In order, apart from each other by more than `gap` moments."""
    active = [number for number, value in enumerate(values) if value >= threshold]
    runs = _runs(active, gap)
    return [
        Span(first, last + 1, strength(values, first, last + 1))
        for first, last, count in runs
        if count >= max(1, least)
    ]


def _runs(active: Sequence[int], gap: int) -> list[tuple[int, int, int]]:
    """The first and last active moment of each, and how many there are between."""
    if not active:
        return []
    ends = [index for index, (a, b) in enumerate(pairwise(active)) if b - a > gap + 1]
    firsts, lasts = [0, *(index + 1 for index in ends)], [*ends, len(active) - 1]
    return [(active[a], active[b], b - a + 1) for a, b in zip(firsts, lasts, strict=True)]


def held(values: Sequence[int | None], most: int) -> list[int]:
    """With the last value where there was no new picture, for at most `most` moments; then 0."""
    result: list[int] = []
    since, last = 0, 0
    for value in values:
        since, last = (0, value) if value is not None else (since + 1, last)
        result.append(last if since <= most else 0)
    return result


def scenes(values: Sequence[int], least: int) -> list[int]:
    """The first moments of new scenes: values of `least` or more that stand out from both sides, before `steady`."""
    return [
        k
        for k in range(1, len(values) - 1)
        if values[k] >= least and 4 * values[k] >= 5 * values[k - 1] and values[k] >= 2 * values[k + 1]
    ]


def steady(values: Sequence[int]) -> list[int]:
    """The middle one of each value and its neighbours: what lasts for one moment only, as a cut does, is gone."""
    if len(values) < 3:
        return [0] * len(values)
    return [median_low(values[max(0, k - 1) : k + 2]) for k in range(len(values))]
