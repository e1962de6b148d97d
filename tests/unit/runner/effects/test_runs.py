"""Pieces of one font, and their order."""

import pytest

from job_runner.effects.fonts import Fonts, bundled, face, faces
from job_runner.effects.graphemes import clusters
from job_runner.effects.runs import direction, runs, visual
from tests.unit.runner.effects.emoji import emoji_font

FONTS = Fonts(None, faces("Regular").plain, face(emoji_font()))


def texts(content: str) -> list[str]:
    return [text for text, _ in runs(clusters(content), FONTS)]


def shown(content: str) -> list[str]:
    return [text for text, _ in visual(runs(clusters(content), FONTS), direction(content) or "ltr")]


def test_runs_have_one_font_each() -> None:
    found = runs(clusters("a★b"), FONTS)
    assert [text for text, _ in found] == ["a", "★", "b"]
    assert found[0][1] is bundled("FiraGO_Regular") and found[1][1] is bundled("NotoSansSymbols2_Regular")


def test_blanks_are_never_of_a_font_of_pictures() -> None:
    assert texts("a 日 b") == ["a ", "日 ", "b"]
    assert texts("😀 b") == ["😀", " b"]
    assert texts("") == [] and texts(" ") == [" "]


def test_direction_is_that_of_the_first_letter_that_has_one() -> None:
    assert direction("12 שלום a") == "rtl" and direction("12 a שלום") == "ltr" and direction("12 😀") is None


@pytest.mark.parametrize(
    ("content", "order"),
    [
        ("ab 日", ["ab ", "日"]),
        ("שלום😀עולם", ["עולם", "😀", "שלום"]),
        ("שלום日本ab", ["日本", "ab", "שלום"]),
        ("a★שלום😀עולם", ["a", "★", "עולם", "😀", "שלום"]),
        ("😀ab", ["😀", "ab"]),
    ],
)
def test_runs_stand_as_people_read_them(content: str, order: list[str]) -> None:
    assert shown(content) == order
