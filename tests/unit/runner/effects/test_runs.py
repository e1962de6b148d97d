"""Pieces of one font and direction, and their order."""

import pytest
from PIL import features

from job_runner.effects.fonts import Fonts, bundled, face, faces
from job_runner.effects.graphemes import clusters
from job_runner.effects.runs import runs, visual
from tests.unit.runner.effects.emoji import emoji_font

FONTS = Fonts(None, faces("Regular").plain, face(emoji_font()))


def texts(content: str) -> list[str]:
    return [run.text for run in runs(clusters(content), FONTS)]


def test_runs_have_one_font_each() -> None:
    found = runs(clusters("a★b"), FONTS)
    assert [run.text for run in found] == ["a", "★", "b"]
    assert found[0].face is bundled("FiraGO_Regular") and found[1].face is bundled("NotoSansSymbols2_Regular")


def test_blanks_are_never_of_a_font_of_pictures() -> None:
    assert texts("a 日 b") == ["a ", "日 ", "b"]
    assert texts("😀 b") == ["😀", " b"]
    assert texts("") == [] and texts(" ") == [" "]


@pytest.mark.skipif(not features.check("raqm"), reason="libfribidi is not installed on this machine")
@pytest.mark.parametrize(
    ("content", "order"),
    [
        ("ab 日", ["ab ", "日"]),
        ("😀ab", ["😀", "ab"]),
        ("שלום😀עולם", ["עולם", "😀", "שלום"]),
        ("שלום日本ab", ["日本", "ab", "שלום"]),
        ("a★שלום😀עולם", ["a", "★", "עולם", "😀", "שלום"]),
        ("مرحبا 日本 12 😀", ["😀", " ", "日本 ", "12", "مرحبا "]),
        ("שלום ab 50% 日本 עולם", ["עולם", " ", "ab 50% ", "日本", "שלום "]),
        ("\u200fab \u2067שלום\u2069 日", ["ab ", "שלום", " ", "日"]),
    ],
)
def test_runs_stand_as_people_read_them(content: str, order: list[str]) -> None:
    assert [run.text for run in visual(clusters(content), FONTS)] == order
