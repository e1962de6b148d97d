"""What comes from outside is shown as one line that no terminal obeys."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videojob_api.clean import clean

TEXTS = st.text(st.characters(codec=None), max_size=300)
"""Halves of surrogate pairs included."""


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain words, ünïcode, 日本 🎬", "plain words, ünïcode, 日本 🎬"),
        ("two\nlines\r\nand\ta tab", "two lines and a tab"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b[2K\x1b[1Gall is well", "all is well"),
        ("\x9b2Jgone", "gone"),
        ("\x1b]0;title\x07words", "words"),
        ("\x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1bcreset", "reset"),
        ("\x1b", ""),
        ("a\x00b\x7fc\x08d", "a b c d"),
        ("right\u202egnp.exe", "rightgnp.exe"),
        ("no\u200bwidth\ufeff\u2060", "nowidth"),
        ("half \ud800 pair", "half \ufffd pair"),
        ("next\u2028line\u00a0blank", "next line blank"),
        ("", ""),
    ],
)
def test_what_is_shown(text: str, shown: str) -> None:
    assert clean(text, 200) == shown


@pytest.mark.parametrize("most", [3, 4, 5, 10, 100])
def test_cut_at_whole_characters(most: int) -> None:
    for text in ("a" * 500, "é" * 500, "日" * 500, "🎬" * 500):
        found = clean(text, most)
        assert len(found.encode()) <= most and found.endswith("…") and set(found[:-1]) <= set(text)


def test_what_fits_exactly_is_not_cut() -> None:
    assert clean("é" * 50, 100) == "é" * 50


@given(TEXTS, st.integers(3, 400))
def test_every_text_is_printable_and_bounded(text: str, most: int) -> None:
    found = clean(text, most)
    assert found.isprintable() and len(found.encode()) <= most
    assert clean(found, most) == found


@given(st.integers(0, 3), st.sampled_from(["\x1b]", "\x1b[", "\u200b", " ", "\x1b", "[31m"]))
def test_what_goes_on_for_ever_is_not_read_for_ever(seed: int, part: str) -> None:
    assert len(clean("a" * seed + part * 1_000_000 + "b", 64).encode()) <= 64
