"""The line of progress while a file is looked at, and what was typed for its cuts."""

from fractions import Fraction

import pytest

from job_runner.analysis.grids import Grid
from job_runner.analysis.reel import Rule
from job_runner.cli.looking import Line, rule_of
from job_runner.cli.shortcuts import OptionError
from job_runner.cli.width import columns
from job_runner.look import Progress


def test_padding_and_length() -> None:
    assert rule_of(None, None) == Rule()
    assert rule_of("500ms", "90s") == Rule(Fraction(1, 2), Fraction(1, 2), max_total=Fraction(90))
    assert rule_of("1s,0s", None) == Rule(Fraction(1), Fraction(0))


@pytest.mark.parametrize(("padding", "length"), [("1", None), (",", None), (None, "0s"), (None, "x")])
def test_what_is_no_time_is_said(padding: str | None, length: str | None) -> None:
    with pytest.raises(OptionError, match="--padding" if padding else "--max-total"):
        rule_of(padding, length)


@pytest.mark.parametrize("room", [None, 100, 60, 30, 10])
def test_the_line_fits(room: int | None) -> None:
    progress = Progress(lambda: None)
    line = Line("match of the day.mp4", progress)
    assert "looking at the input" in line.text(None)
    progress.begins("motion", Grid(Fraction(25), 1000))
    for _ in range(250):
        progress.seen()
    text = line.text(room)
    assert room is None or columns(text) <= room
    assert "25%" in text or room == 10
    assert ("━" in text) == (room in (100, 60))
