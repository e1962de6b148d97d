"""Clips where analyses have found something: events become cuts, and cuts clips. Pure.

Several analyses are brought onto one grid, the finest of theirs. Their curves have units of their own, per cent or
decibels: each is divided by the strength of its strongest event, so that the best moment of each analysis counts alike.
What is strong in both counts twice: the sum is the curve by which the strongest cuts are chosen.
"""

from collections.abc import Sequence
from fractions import Fraction
from itertools import accumulate, pairwise

from job_runner.analysis.found import AllFound, Curve, Found
from job_runner.analysis.grids import Grid
from job_runner.analysis.reel import Rule, cuts
from job_runner.analysis.result import exact
from job_runner.analysis.spans import Span, merged, strength
from job_runner.errors import InputInvalid
from job_runner.plan.timeline import slot
from videojob_api.timeline import Clip, ClipsFrom, Transition
from videojob_api.usage import analyses_of
from videojob_api.values import parse_duration

WHOLE = 1000
"""What the strongest event of an analysis has, where several are compared."""
SHORTEST_TRANSITION = Fraction(40, 1000)
"""Seconds: the API has none shorter; two cuts that leave less follow each other without one."""


def found_clips(wanted: ClipsFrom, found: AllFound, rate: Fraction) -> list[Clip]:
    """In order of time, for a timeline of `rate` frames a second. Raises InputInvalid if there is none."""
    names = analyses_of(wanted)
    several = [found[name] for name in names]
    curve = several[0].curve if len(several) == 1 else combined([f.curve for f in several], every=bool(wanted.all))
    kept = cuts(curve.events, curve.values, curve.grid, rule_of(wanted), curve.scenes)
    shown = [cut for cut in kept if _frames(cut, curve.grid, rate) > 0]
    if not shown:
        raise InputInvalid(_nothing(wanted, several, curve))
    clips = [_clip(wanted, several[0].input, cut, curve.grid) for cut in shown]
    transitions = _transitions(wanted.transition, [_frames(cut, curve.grid, rate) for cut in shown], rate)
    return [clip.model_copy(update={"transition": t}) for clip, t in zip(clips, transitions, strict=True)]


def rule_of(wanted: ClipsFrom) -> Rule:
    """How events become cuts."""
    return Rule(
        before=parse_duration(wanted.padding.before),
        after=parse_duration(wanted.padding.after),
        merge_gap=parse_duration(wanted.merge_gap),
        min_duration=parse_duration(wanted.min_duration),
        max_total=parse_duration(wanted.max_total),
    )


# several analyses


def combined(curves: Sequence[Curve], every: bool) -> Curve:
    """One curve of several: its events are when any of them has one, or, if `every`, when all have."""
    grid = max((curve.grid for curve in curves), key=lambda grid: (grid.rate, grid.total))
    brought = [_brought(curve, grid) for curve in curves]
    values = [sum(at) for at in zip(*(curve.values for curve in brought), strict=True)]
    least = len(curves) if every else 1
    events = [Span(a, b, strength(values, a, b)) for a, b in _active(brought, grid.total, least)]
    return Curve(grid, values, events, sorted({scene for curve in brought for scene in curve.scenes}))


def _brought(curve: Curve, grid: Grid) -> Curve:
    """The same on another grid, in thousandths of its strongest event."""
    best = max((event.strength for event in curve.events), default=0) or max(curve.values, default=0) or 1
    # The moment of the curve that is going on when one of the grid begins.
    places = ((number * curve.grid.rate / grid.rate).__floor__() for number in range(grid.total))
    end = len(curve.values)
    values = [curve.values[place] * WHOLE // best if place < end else 0 for place in places]
    events = [Span(_moment(e.first, curve, grid), _moment(e.end, curve, grid), e.strength) for e in curve.events]
    scenes = [_moment(scene, curve, grid) for scene in curve.scenes]
    return Curve(grid, values, [event for event in events if event.length > 0], scenes)


def _moment(number: int, curve: Curve, grid: Grid) -> int:
    """The border of the grid that is nearest to one of the curve; the end stays the end."""
    if number >= curve.grid.total:
        return grid.total
    return min(grid.total, grid.count(curve.grid.seconds(number)))


def _active(curves: Sequence[Curve], total: int, least: int) -> list[tuple[int, int]]:
    """Stretches in which at least so many of the curves have an event."""
    steps = [0] * (total + 1)
    for curve in curves:
        for event in merged(curve.events, 0):
            steps[event.first] += 1
            steps[event.end] -= 1
    active = [0, *(count >= least for count in accumulate(steps[:total])), 0]
    borders = [number for number, (a, b) in enumerate(pairwise(active)) if a != b]
    return list(zip(borders[::2], borders[1::2], strict=True))


# clips


def _frames(cut: Span, grid: Grid, rate: Fraction) -> int:
    """How many the timeline has of a cut at least: the grid may end half a moment after the input does."""
    end = min(cut.end, max(cut.first + 1, grid.total - 1))
    return slot(grid.seconds(end), rate) - slot(grid.seconds(cut.first), rate)


def _clip(wanted: ClipsFrom, name: str, cut: Span, grid: Grid) -> Clip:
    """The end of the input is left out: an input says itself where it ends."""
    end = None if cut.end >= grid.total else exact(grid.seconds(cut.end))
    start = exact(grid.seconds(cut.first)) if cut.first else None
    return Clip(input=name, start=start, end=end, framing=wanted.framing, audio=wanted.audio)


def _transitions(wanted: Transition | None, frames: Sequence[int], rate: Fraction) -> list[Transition | None]:
    """Of each cut from the one before, of at most half of the shorter one: what a cut shares with both its neighbours
    is no more than all of it."""
    if wanted is None:
        return [None] * len(frames)
    rooms = (Fraction(min(before, own) // 2) / rate for before, own in pairwise(frames))
    return [None, *(shortened(wanted, room) for room in rooms)]


def shortened(wanted: Transition, room: Fraction) -> Transition | None:
    """In at most `room` seconds; None if that is too short for any."""
    if parse_duration(wanted.duration) <= room:
        return wanted
    if room < SHORTEST_TRANSITION:
        return None
    return wanted.model_copy(update={"duration": exact(room)})


def _nothing(wanted: ClipsFrom, several: Sequence[Found], curve: Curve) -> str:
    """Why there is no clip, and what to do."""
    names, name = " and ".join(f.name for f in several), several[0].input
    which = f"analys{'is' if len(several) == 1 else 'es'} {names}"
    if curve.events:
        return (
            f"no moment that {which} found in input {name} lasts {wanted.min_duration} with its padding; "
            "make timeline.clipsFrom.minDuration shorter, or list clips"
        )
    if wanted.all and all(f.curve.events for f in several):
        return f"no moments are found in input {name} by {names} at once; write any instead of all, or list clips"
    lower = "its threshold" if len(several) == 1 else "their thresholds"
    return f"no moments are found in input {name} by {which}; lower {lower}, or list clips"
