"""What is told of an analysis."""

from fractions import Fraction

from job_runner.analysis.grids import Grid
from job_runner.analysis.reel import Rule
from job_runner.analysis.result import exact, loudness_result, motion_result
from videojob_api.timeline import Clip

RULE = Rule(Fraction(1), Fraction(1))


def test_motion_from_shares() -> None:
    """Ten seconds, of which the sixth and the seventh move; a cut, and a moment without a picture."""
    shares: list[int | None] = [300 if 125 <= k < 175 else 0 for k in range(250)]
    shares[20], shares[150] = 9000, None
    result = motion_result(shares, Grid(Fraction(25), 250), RULE)
    plain = result.plain()
    assert plain["events"] == [{"start": "5s", "end": "7s", "strength": 3.0}]
    assert plain["cuts"] == [{"start": "4s", "end": "8s", "strength": 3.0}]
    assert (plain["unit"], plain["threshold"]) == ("%", 0.4)


def test_the_end_of_the_file_needs_no_time() -> None:
    result = motion_result([300] * 50, Grid(Fraction(30000, 1001), 50), RULE)
    assert result.plain()["cuts"] == [{"start": "0s", "strength": 3.0}]


def test_loudness_from_levels() -> None:
    levels = [-150 if 50 <= k < 60 else -300 for k in range(200)]
    result = loudness_result(levels, Grid(Fraction(10), 200), RULE)
    assert result.plain()["events"] == [{"start": "5s", "end": "6s", "strength": 15.0}]


def test_times_are_those_of_clips_on_the_frame() -> None:
    rate = Fraction(30000, 1001)
    for number in (1, 17, 12345):
        text = exact(number / rate)
        assert Clip(start=text) and round(Fraction(text[:-1]) * rate, 2) == number
    assert exact(Fraction(0)) == "0s" and exact(Fraction(90)) == "90s" and exact(Fraction(1, 3)) == "0.333333s"
