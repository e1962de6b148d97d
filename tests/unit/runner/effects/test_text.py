"""Words: wrapped, aligned, in any script that a font has."""

import io

import numpy as np
import pytest
from PIL import features

from job_runner.effects.text import FontInvalidError, Style, bundled, draw_text, face, faces, missing, runs, wrapped

FONTS = faces("Regular")
WHITE = Style(40, (255, 255, 255, 255))


def ink(
    content: str, style: Style = WHITE, width: int = 600, height: int = 80
) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return draw_text(content, width, height, style, FONTS)[..., 3]


@pytest.mark.parametrize("content", ["Final", "Größe Ω Привет", "שלום", "مرحبا", "→ ★"])
def test_scripts_leave_ink(content: str) -> None:
    assert not missing(content, FONTS)
    assert (ink(content) > 128).sum() > 100


needs_fribidi = pytest.mark.skipif(not features.check("raqm"), reason="libfribidi is not installed on this machine")


@needs_fribidi
def test_right_to_left_is_reordered() -> None:
    """The first letter of a Hebrew word stands on the right."""
    one, both = ink("ש"), ink("ש" + "." * 12)
    dots = np.flatnonzero(both.sum(0))
    letter = np.flatnonzero(one.sum(0))
    assert dots.max() - dots.min() > 2 * (letter.max() - letter.min())
    right = both[:, dots.max() - (letter.max() - letter.min()) : dots.max() + 1]
    assert right.sum() == pytest.approx(one.sum(), rel=0.15)


@needs_fribidi
def test_arabic_letters_join() -> None:
    apart = sum(np.flatnonzero(ink(c).sum(0)).size for c in "مرحبا")
    assert np.flatnonzero(ink("مرحبا").sum(0)).size < apart


def test_what_no_font_has_is_said_and_shown_as_a_box() -> None:
    assert missing("a日😀", FONTS) == "日😀"
    assert (ink("日") > 128).sum() > 50


def test_runs_have_one_font_each() -> None:
    found = runs("a★b", FONTS)
    assert [text for text, _ in found] == ["a", "★", "b"]
    assert found[0][1] is bundled("FiraGO_Regular") and found[1][1] is bundled("NotoSansSymbols2_Regular")


def test_wrapped_at_blanks_and_at_line_ends() -> None:
    lines = wrapped("one two three\nfour", 180, 40, FONTS)
    assert lines == ["one two", "three", "four"]
    assert wrapped("unbreakable", 10, 40, FONTS) == ["unbreakable"]


def test_alignment() -> None:
    def middle(align: str) -> float:
        columns = ink("word", Style(40, (255, 255, 255, 255), align)).astype(float).sum(0)
        return float((columns * np.arange(600)).sum() / columns.sum())

    assert middle("Left") < 100 and abs(middle("Center") - 300) < 5 and middle("Right") > 500


def test_outline_and_background() -> None:
    plain, outlined = ink("word"), ink("word", Style(40, (255, 255, 255, 255), stroke=(0, 0, 0, 255), stroke_width=3))
    assert (outlined > 128).sum() > 1.3 * (plain > 128).sum()
    backed = draw_text("word", 600, 80, Style(40, (255, 255, 255, 255), background=(0, 0, 255, 128)), FONTS)
    assert tuple(backed[2, 599]) == (0, 0, 255, 128)


def test_a_font_of_the_users() -> None:
    own = bundled("FiraGO_Bold").data
    assert faces("Regular", own)[0].data == own
    with pytest.raises(FontInvalidError):
        face(b"no font at all")
    with pytest.raises(FontInvalidError):
        face(own[:2000])
    assert io.BytesIO(own)
