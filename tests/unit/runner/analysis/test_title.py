"""Names of files on pictures."""

from typing import Any

import pytest
from PIL import Image, ImageFont

from job_runner.analysis.title import legible, shortened, title
from job_runner.effects.fonts import Fonts, face, faces
from tests.unit.runner.effects.emoji import emoji_font

PLAIN = ImageFont.load_default(13)
ALL = faces("Regular")
WITHOUT_CJK = Fonts(None, ALL.plain[:-1])


def drawn(name: str, room: float = 500) -> Image.Image:
    image = Image.new("RGB", (600, 30), (255, 255, 255))
    title(name, room, (0, 0, 0), PLAIN).draw(image, (0, 20))
    return image


@pytest.mark.parametrize(
    "name", ["match.mp4", "Größe.mp4", "試合の映像.mp4", "中文 한국어.mp4", "مباراة.mp4", "ไทย.mp4"]
)
def test_letters_that_a_font_has_are_themselves(name: str) -> None:
    assert "".join(legible(name, ALL)) == name
    assert title(name, 500, (0, 0, 0), PLAIN).width > 0 and drawn(name).getbbox()


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("試合 2.mp4", "\\u8a66\\u5408 2.mp4"), ("🏐.mp4", "\\U0001f3d0.mp4"), ("\U00012000a", "\\U00012000a"),
        ("a\nb\tc\x07", "a\\nb\\tc\\x07"), ("bad\udcff", "bad\\udcff"), ("a\u2028b", "a\\u2028b"),
        ("evil\u202egpj.exe", "evil\\u202egpj.exe"), ("a b\u00a0c", "a b\u00a0c"), ("soft\u00adly", "soft\u00adly"),
    ],
)  # fmt: skip
def test_others_are_spelt(name: str, shown: str) -> None:
    assert "".join(legible(name, WITHOUT_CJK)) == shown


def test_emoji_are_themselves_where_their_font_is() -> None:
    assert legible("😀 1", Fonts(None, ALL.plain, face(emoji_font()))) == ("😀", " ", "1")


def test_names_are_shortened_in_the_middle() -> None:
    def short(text: str, room: float) -> str:
        return "".join(shortened(tuple(text), room, len))

    assert short("match.mp4", 9) == "match.mp4"
    assert short("a-very-long-name.mp4", 11) == "a-ver…e.mp4"
    assert short("match", 0) == "m…"


@pytest.mark.parametrize("letter", ["a", "試", "م", "é", "\n"])
def test_a_long_name_keeps_within_its_room(letter: str) -> None:
    long: Any = title(letter * 255, 200, (0, 0, 0), PLAIN)
    assert 100 < long.width <= 201
    assert drawn(letter * 255, 200).crop((220, 0, 600, 30)).getcolors() == [(380 * 30, (255, 255, 255))]
