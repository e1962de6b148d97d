"""What is said of words that are not seen as they are written."""

from typing import Any

import pytest

from job_runner.effects.spelling import spelling_notes
from job_runner.effects.words import words_of
from tests.unit.runner.effects.test_words import SIZE, overlay
from videojob_api.names import Note
from videojob_api.overlay import Overlay

WIDE = (0.1, 0.1, 0.8, 0.3)


def notes(*boxes: tuple[float, float, float, float], **text: Any) -> list[tuple[Note, str]]:
    made = overlay(*boxes, **text)
    return list(spelling_notes(made, words_of(made, SIZE, {}), SIZE))


@pytest.mark.parametrize("content", ["Hello", "日本語\r\nテキスト", "a\tb\u200b", " ", "Grüße\u0301"])
def test_nothing_to_say(content: str) -> None:
    assert notes(WIDE, content=content) == []


def test_letters_are_named_with_their_code_points() -> None:
    [(note, message)] = notes(WIDE, content="a ሀ \U000f0000")
    assert note == Note.GLYPHS_MISSING
    assert "ሀ (U+1200 ETHIOPIC SYLLABLE HA), \U000f0000 (U+F0000)" in message and "text.font" in message


def test_of_many_letters_some_are_named() -> None:
    [(_, message)] = notes((0, 0, 1, 1), content="".join(map(chr, range(0x1200, 0x1214))))
    assert message.count("U+") == 8 and "and 12 more" in message


def test_what_is_cut_is_said() -> None:
    [(note, message)] = notes((0.1, 0.1, 0.2, 0.06), content="many words " * 9)
    assert note == Note.TEXT_SHORTENED
    assert message.startswith("cut after 'many words…'") and "letters of 18 pixels" in message


@pytest.mark.parametrize(
    ("content", "box", "said"),
    [
        ("Hi", (0.1, 0.1, 0.1, 0.02), "smaller than shrinkTo says"),
        ("Hi", (0.1, 0.1, 0.001, 0.001), "nothing is drawn"),
        ("Hi there, you all", (0.6, 0.1, 0.8, 0.3), "outside the picture"),
    ],
)
def test_boxes_that_are_too_small_or_outside(content: str, box: tuple[float, float, float, float], said: str) -> None:
    [(note, message)] = notes(box, content=content, align="Center", size=0.2, stroke="black")
    assert note == Note.TEXT_SHORTENED and said in message


def test_words_may_come_in_from_outside() -> None:
    assert notes((0.9, 0.1, 0.5, 0.3), (0.1, 0.1, 0.5, 0.3)) == []


def test_of_boxes_that_are_still_to_be_found_nothing_is_said() -> None:
    made = Overlay.model_validate({"text": {"content": "{label} {track}"}, "keyframesFrom": {}})
    assert list(spelling_notes(made, words_of(made, SIZE, {}), SIZE)) == []
