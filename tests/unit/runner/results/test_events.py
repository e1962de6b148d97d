"""Events of an analysis as rows."""

from dataclasses import fields
from fractions import Fraction

from job_runner.analysis.grids import Grid, picture_grid
from job_runner.analysis.reel import Rule
from job_runner.analysis.result import motion_result
from job_runner.results.events import EventRow, event_rows


def test_fields_and_their_order() -> None:
    assert [field.name for field in fields(EventRow)] == ["number", "start", "stop", "strength", "unit"]


def test_seconds_to_the_microsecond_and_the_end_of_the_file_is_one() -> None:
    grid: Grid = picture_grid(Fraction(30000, 1001), Fraction(1001 * 300, 30000))
    values = [0] * 60 + [1000] * 60 + [0] * 120 + [2000] * (grid.total - 240)
    result = motion_result(values, grid, Rule())
    rows = list(event_rows(result))
    assert [(row.number, row.unit) for row in rows] == [(1, "%"), (2, "%")]
    assert [f"{row.start}s" for row in rows] == [result.start(span) for span in result.events]
    assert f"{rows[0].stop}s" == result.end(result.events[0])
    assert rows[1].stop == float(round(grid.seconds(grid.total), 6)) == 10.01
    assert [row.strength for row in rows] == [result.strength(span) for span in result.events]
