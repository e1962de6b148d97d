"""How wide names are in a terminal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from job_runner.cli.width import base, columns, shortened


@pytest.mark.parametrize(
    ("text", "wide"), [("match.mp4", 9), ("über", 4), ("u\u0308ber", 4), ("試合.mp4", 8), ("🎬.mp4", 6), ("❤\ufe0f", 1)]
)
def test_columns(text: str, wide: int) -> None:
    assert columns(text) == wide


@given(st.text(st.characters(codec="utf-8"), max_size=40), st.integers(0, 30))
def test_shortened_fits(text: str, room: int) -> None:
    short = shortened(text, room)
    assert columns(short) <= room or text == short == ""
    assert columns(text) > room or short == text


def test_shortened_keeps_both_ends() -> None:
    assert shortened("a-very-long-name-of-a-match.mp4", 15) == "a-very-…tch.mp4"
    assert shortened("とても長い試合の名前.mp4", 12) == "とても….mp4"


def test_base_is_a_name_for_people() -> None:
    assert base("file:///tmp/%C3%BCber%20uns.mp4") == "über uns.mp4"
    assert base("s3://media/out/a%1B%5B2Jb.mp4") == "a?[2Jb.mp4", "no name may move the cursor"
