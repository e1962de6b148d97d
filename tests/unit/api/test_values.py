from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videojob_api.values import format_duration, parse_color, parse_duration, parse_rate


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("12.5s", Fraction(25, 2)),
        ("1m50s", 110),
        ("750ms", Fraction(3, 4)),
        ("2h", 7200),
        ("1h0m0.5s", Fraction(7201, 2)),
    ],
)
def test_durations(text: str, seconds: Fraction) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["12.5", "", "s", "-3s", "1:35", "3 s", "1s2", "2850f", "1d", "١s"])
def test_no_durations(text: str) -> None:
    with pytest.raises(ValueError, match="write a number with a unit"):
        parse_duration(text)


def test_durations_end_where_go_ends() -> None:
    assert parse_duration("2562047h") == 2562047 * 3600
    with pytest.raises(ValueError, match="at most 2562047h"):
        parse_duration("2562048h")


@given(st.integers(0, 10**8))
def test_durations_survive_printing(milliseconds: int) -> None:
    seconds = Fraction(milliseconds, 1000)
    assert parse_duration(format_duration(seconds)) == seconds


@pytest.mark.parametrize(("text", "rate"), [("25", 25), ("30000/1001", Fraction(30000, 1001))])
def test_rates(text: str, rate: Fraction) -> None:
    assert parse_rate(text) == rate


@pytest.mark.parametrize("text", ["29.97", "0", "25/0", "source", "-25"])
def test_no_rates(text: str) -> None:
    with pytest.raises(ValueError, match="30000/1001"):
        parse_rate(text)


@pytest.mark.parametrize(
    ("text", "color"),
    [
        ("#FFD400", (255, 212, 0, 255)),
        ("#FF000060", (255, 0, 0, 96)),
        ("yellow", (255, 255, 0, 255)),
        ("Black", (0, 0, 0, 255)),
    ],
)
def test_colors(text: str, color: tuple[int, int, int, int]) -> None:
    assert parse_color(text) == color


@pytest.mark.parametrize("text", ["#FFF", "yellowish", "", "#GG0000"])
def test_no_colors(text: str) -> None:
    with pytest.raises(ValueError, match="in quotes"):
        parse_color(text)
