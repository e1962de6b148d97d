"""Measurements of windows become events, and the curve that plans go by."""

from fractions import Fraction

import pytest

from job_runner.analysis.curve_rows import packed
from job_runner.analysis.result import Loudness, Motion
from job_runner.analyzing.curves import curve_of, event_rows_of, loudness_of, motion_of, result_of
from job_runner.errors import WorkspaceCorrupt
from job_runner.plan.windows import WindowsPlan
from job_runner.results.events import EventRow
from videojob_api import analyses as api
from videojob_api.analyses import Analysis

MOVES = [0] * 50 + [900] * 50 + [0] * 100
"""Eight seconds, 25 moments a second, of which the third and fourth move."""


def planned(values: list[int], rate: int = 25) -> WindowsPlan:
    return WindowsPlan(name="look", input="main", rate=Fraction(rate), total=len(values), window=60)


def windows(values: list[int], length: int = 60) -> list[bytes]:
    return [packed(values[first : first + length]) for first in range(0, len(values), length)]


def test_the_specs_settings_and_its_defaults_are_those_at_a_desk() -> None:
    assert motion_of(api.Motion()) == Motion()
    assert loudness_of(api.Loudness()) == Loudness()
    wanted = api.Motion(threshold=0.01, min_moving="1s", max_still="250ms")
    assert motion_of(wanted) == Motion(Fraction(1, 100), Fraction(1), Fraction(1, 4))
    loud = api.Loudness(above="3.5dB", window="20s", min_loud="1s", max_quiet="0s")
    assert loudness_of(loud) == Loudness(Fraction(7, 2), Fraction(20), Fraction(1), Fraction(0))


def test_motion() -> None:
    analysis = Analysis(name="look", motion=api.Motion())
    (row,) = event_rows_of(analysis, planned(MOVES), windows(MOVES))
    assert row == EventRow(1, 2.0, 4.0, 9.0, "%")


def test_loudness() -> None:
    levels = [-300] * 100 + [-100] * 20 + [-300] * 100
    analysis = Analysis(name="look", loudness=api.Loudness())
    (row,) = event_rows_of(analysis, planned(levels, 10), windows(levels))
    assert row == EventRow(1, 10.0, 12.0, 20.0, "dB")


def test_nothing_found() -> None:
    analysis = Analysis(name="look", motion=api.Motion())
    assert list(event_rows_of(analysis, planned([0] * 99), windows([0] * 99))) == []


def test_a_curve_has_all_that_plans_go_by() -> None:
    result = result_of(Analysis(name="look", motion=api.Motion()), planned(MOVES), windows(MOVES))
    curve = curve_of(result)
    assert (curve.grid, curve.values, curve.events) == (planned(MOVES).grid, result.values, result.events)
    assert len(curve.values) == 200 and curve.scenes == result.scenes
    assert (curve.unit, curve.scale, curve.threshold) == (result.unit, result.scale, result.threshold) != ("", 1, 0)


@pytest.mark.parametrize("spoilt", [windows(MOVES)[:-1], [*windows(MOVES), packed([1])], []])
def test_moments_that_are_missing_shift_no_event(spoilt: list[bytes]) -> None:
    with pytest.raises(WorkspaceCorrupt, match="moments of analysis look, where 200 are planned; delete the workspace"):
        result_of(Analysis(name="look", motion=api.Motion()), planned(MOVES), spoilt)
