"""What counts as a letter, and where lines may break."""

import pytest

from job_runner.effects.graphemes import clusters, is_emoji, letters, pieces, shown, tidy, unseen

FAMILY, FLAG, THUMB = "👨‍👩‍👧‍👦", "🇩🇪", "👍🏽"


@pytest.mark.parametrize(
    ("content", "tidied"),
    [
        ("a\r\nb\rc\u2028d\x85e", "a\nb\nc\nd\ne"),
        ("a\tb", "a b"),
        ("a\x00\x07\x1bb\x7f", "ab"),
        ("Gro\u0308ße", "Größe"),
        ("a\u00a0b \u200d", "a\u00a0b \u200d"),
    ],
)
def test_tidy(content: str, tidied: str) -> None:
    assert tidy(content) == tidied


def test_clusters_are_never_broken() -> None:
    assert clusters(f"e\u0323\u0302{FAMILY}{FLAG}{FLAG}{THUMB}각กำ") == (
        *("e\u0323\u0302", FAMILY, FLAG, FLAG, THUMB),
        *("각", "กำ"),
    )


@pytest.mark.parametrize(
    ("paragraph", "broken"),
    [
        ("one two", ["one ", "two"]),
        ("https://example.com/a?b=1", ["https://", "example.com/", "a?", "b=1"]),
        ("日本、「語」", ["日", "本、", "「語」"]),
        ("a\u00a0b c", ["a\u00a0b ", "c"]),
        ("well-known 3.14", ["well-", "known ", "3.14"]),
        ("สวัสดี", ["สวัสดี"]),
        ("안녕하세요 세계, 日本", ["안녕하세요 ", "세계, ", "日", "本"]),
        ("a" + " " * 7 + "b   c  d", ["a" + " " * 7, "b   ", "c  ", "d"]),
    ],
)
def test_lines_break_where_unicode_says(paragraph: str, broken: list[str]) -> None:
    assert ["".join(piece) for piece in pieces(paragraph)[0]] == broken


def test_paragraphs_empty_ones_too() -> None:
    assert [len(paragraph) for paragraph in pieces("a\n\nb c\n")] == [1, 0, 2, 0]


def test_a_line_shows_no_blanks_at_its_end_and_a_soft_hyphen_only_there() -> None:
    assert shown(tuple("ab \u3000")) == ("a", "b")
    assert shown(tuple("a\u00adb\u200bc\u00ad")) == ("a", "b", "c", "-")
    assert shown(()) == () == shown((" ", "\u200b"))


@pytest.mark.parametrize("emoji", ["😀", FAMILY, FLAG, THUMB, "❤\ufe0f", "1\ufe0f\u20e3", "☝🏽", "⚡"])
def test_emoji(emoji: str) -> None:
    assert is_emoji(emoji)


@pytest.mark.parametrize("sign", ["a", "1", "★", "❤", "⚡\ufe0e", "日", "©"])
def test_no_emoji(sign: str) -> None:
    assert not is_emoji(sign)


def test_what_leaves_ink() -> None:
    assert all(map(unseen, (" ", "\u3000", "\u200b", "\u200d", "\ufeff", "\u2066")))
    assert letters("a b\n\u200bä") == {"a", "b", "ä"}
