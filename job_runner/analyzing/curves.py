"""Motion and loudness: measurements of windows become events, and a curve that plans go by."""

from collections.abc import Iterable, Iterator
from fractions import Fraction

from job_runner.analysis.curve_rows import unpacked
from job_runner.analysis.found import Curve
from job_runner.analysis.reel import Rule
from job_runner.analysis.result import Loudness, Motion, Result, loudness_result, motion_result
from job_runner.analyzing.unpacking import all_of
from job_runner.errors import WorkspaceCorrupt
from job_runner.plan.windows import WindowsPlan
from job_runner.results.events import EventRow, event_rows
from videojob_api import analyses as api
from videojob_api.analyses import Analysis
from videojob_api.values import parse_duration, parse_level


def motion_of(wanted: api.Motion) -> Motion:
    """The spec's settings, in numbers."""
    return Motion(
        threshold=Fraction(str(wanted.threshold)),
        min_moving=parse_duration(wanted.min_moving),
        max_still=parse_duration(wanted.max_still),
    )


def loudness_of(wanted: api.Loudness) -> Loudness:
    """The same of loudness."""
    return Loudness(
        above=Fraction(str(parse_level(wanted.above, "dB"))),
        window=parse_duration(wanted.window),
        min_loud=parse_duration(wanted.min_loud),
        max_quiet=parse_duration(wanted.max_quiet),
    )


def result_of(analysis: Analysis, planned: WindowsPlan, windows: Iterable[bytes]) -> Result:
    """Of the windows of all of an input, in order. Raises WorkspaceCorrupt."""
    values = list(all_of(planned.name, windows, unpacked))
    if len(values) != planned.total:
        what = f"{len(values)} moments of analysis {planned.name}, where {planned.total} are planned"
        raise WorkspaceCorrupt(f"the windows hold {what}; delete the workspace")
    if analysis.motion:
        return motion_result(values, planned.grid, Rule(), motion_of(analysis.motion))
    assert analysis.loudness
    levels = [value or 0 for value in values]
    return loudness_result(levels, planned.grid, Rule(), loudness_of(analysis.loudness))


def event_rows_of(analysis: Analysis, planned: WindowsPlan, windows: Iterable[bytes]) -> Iterator[EventRow]:
    """The events, as rows."""
    return event_rows(result_of(analysis, planned, windows))


def curve_of(result: Result) -> Curve:
    """For a plan."""
    return Curve(result.grid, result.values, result.events, result.scenes, result.unit, result.scale, result.threshold)
