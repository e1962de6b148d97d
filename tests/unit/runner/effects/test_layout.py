"""Lines and sizes, with letters that are all as wide as they are high."""

from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import features

from job_runner.effects.graphemes import ELLIPSIS, Line, pieces, unseen
from job_runner.effects.layout import Layout, lay_out, sizes, wrap


@dataclass(frozen=True)
class Squares:
    """A `Setting`."""

    width: int
    height: int
    size: int

    @property
    def most(self) -> int:
        return self.height // self.size

    def wide(self, line: Line) -> bool:
        return len(line) * self.size > self.width

    def high(self, lines: Sequence[Line]) -> bool:
        return len(lines) * self.size > self.height


def laid(content: str, width: int, height: int, full: int = 10, least: int = 5) -> tuple[int, list[str], bool]:
    layout = _layout(content, width, height, full, least)
    return layout.size, ["".join(line) for line in layout.lines], layout.cut


def _layout(content: str, width: int, height: int, full: int, least: int) -> Layout:
    return lay_out(pieces(content), full, least, lambda size: Squares(width, height, size))


@pytest.mark.parametrize(
    ("content", "width", "height", "size", "lines"),
    [
        ("one two three\nfour", 70, 40, 10, ["one two", "three", "four"]),
        ("one two", 35, 20, 10, ["one", "two"]),
        ("one two", 70, 5, 5, ["one two"]),
        ("one two", 35, 10, 5, ["one two"]),
        ("longest", 50, 40, 7, ["longest"]),  # rather smaller than broken
        ("unbreakable", 50, 40, 10, ["unbre", "akabl", "e"]),  # unless it cannot be
        ("a longword b", 35, 40, 8, ["a", "long", "word", "b"]),
        ("日本語日本語", 30, 20, 10, ["日本語", "日本語"]),
        ("", 30, 20, 10, [""]),
        ("a\n\nb\n", 30, 40, 10, ["a", "", "b", ""]),
        ("a    ", 10, 10, 10, ["a"]),
        ("👨‍👩‍👧‍👦👨‍👩‍👧‍👦", 10, 20, 10, ["👨‍👩‍👧‍👦", "👨‍👩‍👧‍👦"]),
    ],
)
def test_all_is_shown_as_large_as_it_can_be(content: str, width: int, height: int, size: int, lines: list[str]) -> None:
    assert laid(content, width, height) == (size, lines, False)


@pytest.mark.parametrize(
    ("content", "width", "height", "lines"),
    [
        ("one two three four", 35, 10, ["one two", "three…"]),
        ("one two three four", 35, 5, ["one tw…"]),
        ("unbreakable as such", 20, 10, ["unbr", "eak…"]),
        ("a\n\nb\nc", 20, 10, ["a", "…"]),
        ("some com\u00adpound", 45, 5, ["some com…"]),
    ],
)
def test_what_does_not_fit_is_cut_at_the_smallest_size(content: str, width: int, height: int, lines: list[str]) -> None:
    assert laid(content, width, height) == (5, lines, True)


def test_a_box_for_no_letter_at_all() -> None:
    assert laid("ab", 4, 4) == (2, ["ab"], False)
    assert laid("abc", 4, 2) == (2, ["a…"], True)
    assert laid("abc", 3, 2) == (2, [], True)


def test_no_word_is_broken_where_it_is_not_too_wide() -> None:
    assert list(wrap(pieces("a longword"), Squares(40, 40, 10), whole=True)) == [("a",), None]


def test_sizes_end_with_the_least() -> None:
    assert list(sizes(40, 34)) == [40, 38, 36, 34] and list(sizes(10, 10)) == [10] and list(sizes(4, 5)) == [4]


CONTENT = st.text(st.sampled_from("abcdef \n日é😀-"), max_size=60)
SIDE = st.integers(1, 300)


@pytest.mark.skipif(not features.check("raqm"), reason="libfribidi is not installed on this machine")
def test_lines_from_right_to_left_say_so() -> None:
    assert laid("שלום abc", 50, 20) == (10, ["\u200fשלום", "\u200fabc"], False)


@given(CONTENT, SIDE, SIDE)
def test_every_letter_is_shown_or_the_layout_says_cut(content: str, width: int, height: int) -> None:
    layout = _layout(content, width, height, 20, 10)
    setting = Squares(width, height, layout.size)
    assert not any(map(setting.wide, layout.lines)) and not setting.high(layout.lines)
    kept = [c for line in layout.lines for c in line if not unseen(c)]
    wanted = [c for paragraph in pieces(content) for piece in paragraph for c in piece if not unseen(c)]
    if not layout.cut:
        assert kept == wanted
    elif layout.lines:
        assert kept[-1] == ELLIPSIS and wanted[: len(kept) - 1] == kept[:-1]


@given(CONTENT, SIDE, SIDE, st.integers(0, 100), st.integers(0, 100))
def test_a_larger_box_never_has_smaller_letters(content: str, width: int, height: int, more: int, higher: int) -> None:
    """Unless it is now wide enough for a word that was broken."""
    small, large = _layout(content, width, height, 20, 10), _layout(content, width + more, height + higher, 20, 10)
    broken = None in wrap(pieces(content), Squares(width, height, small.size), whole=True)
    assert broken or large.size >= small.size
    assert small.cut or not large.cut or small.size < 10
