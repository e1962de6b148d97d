"""Directions, against what Unicode's rules (UAX 9) say of these strings."""

import pytest
from PIL import features

from job_runner.effects import bidi
from job_runner.effects.bidi import LEFT_MARK, RIGHT_MARK, in_order, lead, levels, mixed, without_controls

pytestmark = pytest.mark.skipif(not features.check("raqm"), reason="libfribidi is not installed on this machine")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("abc 12", "000000"),
        ("שלום", "1111"),
        ("ab שם", "00011"),
        ("שם ab", "11122"),
        ("שם 12:30", "11122222"),
        ("ab (שם) 1", "000011002"),
        ("א (ab) 50%", "1112211222"),
        ("\u200fab", "122"),
    ],
)
def test_levels(text: str, found: str) -> None:
    assert "".join(map(str, levels(text))) == found


def test_every_line_has_the_direction_of_its_paragraph() -> None:
    assert lead("abc") == "" == lead("12 日")
    assert lead("abc שלום") == LEFT_MARK and lead("שלום abc") == RIGHT_MARK and lead("12 שלום") == RIGHT_MARK


def test_stretches_are_turned_round() -> None:
    assert "".join(in_order("abcDEF", [0, 0, 0, 1, 1, 1])) == "abcFED"
    assert "".join(in_order("ABcdE12", [1, 1, 2, 2, 1, 2, 2])) == "12EcdBA"
    assert in_order([], []) == []


def test_marks_are_not_letters() -> None:
    assert without_controls("\u200fa\u2067b\u200d") == "ab\u200d"
    assert mixed("a\u2067") and not mixed("a\u200e日")


def test_without_fribidi_all_runs_from_left_to_right(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bidi, "_library", lambda: None)
    bidi.resolved.cache_clear()
    try:
        assert levels("שם") == (0, 0)
    finally:
        bidi.resolved.cache_clear()
