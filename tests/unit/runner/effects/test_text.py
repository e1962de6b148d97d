"""Words: shaped, aligned, in any script that a font has, and never outside their box."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import features

from job_runner.effects import text as module
from job_runner.effects.fonts import Fonts, bundled, face, faces
from job_runner.effects.graphemes import clusters
from job_runner.effects.layout import Layout
from job_runner.effects.runs import Run
from job_runner.effects.text import Style, covered, draw_layout, draw_text, ink_of, lay_text, needed, places, unordered
from tests.unit.runner.effects.emoji import emoji_font

FONTS = Fonts(None, faces("Regular").plain, face(emoji_font()))
WHITE = Style(40, (255, 255, 255, 255))
OUTLINED = Style(40, (255, 255, 255, 255), stroke=(0, 0, 0, 255), stroke_width=4)
Array = npt.NDArray[np.uint8]


def drawn(content: str, style: Style = WHITE, width: int = 600, height: int = 80) -> Array:
    return draw_text(content, width, height, style, FONTS)


def ink(content: str, style: Style = WHITE, width: int = 600, height: int = 80) -> Array:
    return drawn(content, style, width, height)[..., 3]


@pytest.mark.parametrize(
    "content", ["Final", "Größe Ω Привет", "שלום", "مرحبا", "→ ★", "日本語", "한국어", "नमस्ते", "ไทย"]
)
def test_scripts_leave_ink(content: str) -> None:
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


@needs_fribidi
def test_languages_have_forms_of_their_own() -> None:
    japanese, chinese, korean = (ink("直骨", replace(WHITE, language=tag)) for tag in ("ja", "zh-Hans", "ko"))
    assert (japanese != chinese).any() and (chinese != korean).any()
    assert (ink("直骨") == japanese).all()


@needs_fribidi
def test_the_machines_locale_has_no_say() -> None:
    """Without a language HarfBuzz would ask it, and write Chinese forms where that is zh_CN."""
    assert module._shaping(WHITE, Run("a", FONTS.first)) == {"direction": "ltr", "language": "en"}
    assert module._shaping(replace(WHITE, language="ko"), Run("a", FONTS.first, 1)) == {
        "direction": "rtl",
        "language": "ko",
    }


def test_what_no_font_has_is_shown_as_a_box() -> None:
    assert (ink("\U000f0000") > 128).sum() > 50


def test_alignment() -> None:
    def middle(align: str) -> float:
        columns = ink("word", Style(40, (255, 255, 255, 255), align)).astype(float).sum(0)
        return float((columns * np.arange(600)).sum() / columns.sum())

    assert middle("Left") < 100 and abs(middle("Center") - 300) < 5 and middle("Right") > 500


def test_outline_and_background() -> None:
    plain, outlined = ink("word"), ink("word", Style(40, (255, 255, 255, 255), stroke=(0, 0, 0, 255), stroke_width=3))
    assert (outlined > 128).sum() > 1.3 * (plain > 128).sum()
    backed = drawn("word", Style(40, (255, 255, 255, 255), background=(0, 0, 255, 128)))
    assert tuple(backed[2, 599]) == (0, 0, 255, 128)


def test_an_outline_covers_no_letter() -> None:
    """Where two letters of different fonts stand close, each is whole."""
    thick = replace(OUTLINED, stroke_width=8)
    light, alone = drawn("f日", thick)[..., :3].sum(-1) > 700, drawn("f日")[..., 3] > 250
    first = int(np.flatnonzero(light.any(0))[0] - np.flatnonzero(alone.any(0))[0])
    assert light.sum() >= 0.98 * alone.sum() and first >= 0


def colors(array: Array) -> set[tuple[int, ...]]:
    """Those of the parts that are covered and of one colour."""
    solid = array[array[..., 3] == 255]
    found, counts = np.unique(solid[:, :3], axis=0, return_counts=True)
    return {tuple(int(value) for value in color) for color, count in zip(found, counts, strict=True) if count > 300}


def test_emoji_have_their_own_colours_in_the_size_of_the_text() -> None:
    red = drawn("a😀", Style(40, (0, 255, 255, 255)))
    rows = np.flatnonzero((red[..., 0] == 255).any(1))
    assert colors(red) == {(255, 0, 0)} and 35 <= len(rows) <= 38  # 100 of 109 pixels, for letters of 40
    assert colors(drawn("😀", replace(OUTLINED, size=60))) == {(255, 0, 0)}
    assert drawn("😀", Style(40, (255, 255, 255, 128)))[..., 3].max() == 128


@needs_fribidi
def test_sequences_of_emoji_are_one_picture() -> None:
    assert colors(drawn("👩🔬")) == {(0, 255, 0), (0, 0, 255)}
    assert colors(drawn("👩\u200d🔬")) == {(255, 255, 0)}


def test_letters_that_reach_out_are_moved_in() -> None:
    """j begins left of where it is written; Å and ç reach above and below."""
    for content in ("j", "Åç", "fffj"):
        tight = needed(lay_text(content, 600, 80, OUTLINED, FONTS), OUTLINED, FONTS)
        array, large = draw_text(content, *tight, OUTLINED, FONTS)[..., 3], ink(content, OUTLINED)
        assert array.astype(int).sum() == large.astype(int).sum()


def inside(content: str, width: int, height: int, style: Style) -> tuple[Layout, bool]:
    """The layout, and whether a canvas with much room around the box has ink outside it."""
    layout = lay_text(content, width, height, style, FONTS)
    left, top, right, bottom = covered(layout, width, height, style, FONTS)
    return layout, left >= 0 and top >= 0 and right <= width and bottom <= height


LETTERS = st.text(st.sampled_from("jÅgf日😀 שم่ก\u0301i\t\n-/"), min_size=1, max_size=40)
STYLES = st.sampled_from([WHITE, OUTLINED, replace(WHITE, align="Right", least=10), replace(OUTLINED, align="Center")])


@settings(max_examples=60, deadline=None)
@given(LETTERS, st.integers(2, 400), st.integers(2, 120), STYLES)
def test_no_ink_outside_the_box(content: str, width: int, height: int, style: Style) -> None:
    layout, whole = inside(content, width, height, style)
    assert whole
    array = draw_layout(layout, width, height, style, FONTS)
    assert array.shape == (height, width, 4)
    room = draw_layout(layout, width + 200, height + 200, replace(style, align="Center"), FONTS)
    tight = draw_layout(layout, width, height, replace(style, align="Center"), FONTS)
    # Nothing of it is lost at the sides of the smaller canvas; where letters are soft, half a pixel shifts them.
    assert tight[..., 3].astype(int).sum() == pytest.approx(room[..., 3].astype(int).sum(), rel=0.02, abs=400)


@pytest.mark.parametrize("content", ["Hello 日本 😀", "Åj" * 20])
def test_ink_is_where_it_was_measured(content: str) -> None:
    line = clusters(content)
    measured = ink_of(line, OUTLINED, FONTS)
    array = draw_layout(Layout(40, (line,)), 2000, 200, replace(OUTLINED, align="Center"), FONTS)[..., 3]
    ((x, y),) = places(Layout(40, (line,)), 2000, 200, replace(OUTLINED, align="Center"), FONTS)
    rows, columns = np.flatnonzero(array.any(1)), np.flatnonzero(array.any(0))
    assert 0 <= rows[0] - (y + measured.top) <= 2 and 0 <= y + measured.bottom - (rows[-1] + 1) <= 2
    # The measure goes from where the line begins to where the next would: blanks beside the letters are in it.
    assert 0 <= columns[0] - (x + measured.left) <= 6 and 0 <= x + measured.right - (columns[-1] + 1) <= 6


def test_shrinking_takes_the_outline_along() -> None:
    style = replace(OUTLINED, least=10)
    assert style.at(10).stroke_width == 1 and style.at(20).stroke_width == 2
    layout = lay_text("a few words that are too many", 200, 60, style, FONTS)
    assert 10 <= layout.size < 40 and not layout.cut


def test_smaller_boxes_have_smaller_letters() -> None:
    content = "The quick brown fox jumps over the lazy dog"
    found = [lay_text(content, side, 60, replace(WHITE, least=4), FONTS).size for side in range(600, 60, -20)]
    assert found[0] > 2 * found[-1]
    assert all(before >= after for before, after in pairwise(found))


def test_very_long_texts_are_measured_only_as_far_as_they_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Thousands of letters cost a bounded number of shaped ones."""
    shaped = 0
    real = module._length

    def counted(run: Run, style: Style) -> float:
        nonlocal shaped
        shaped += len(run.text)
        return real(run, style)

    monkeypatch.setattr(module, "_length", counted)
    ink_of.cache_clear()
    layout = lay_text("abcdefghij" * 400, 600, 80, replace(WHITE, least=20), FONTS)
    assert layout.cut and len(layout.lines) == 3
    assert shaped < 40_000


@pytest.fixture
def basic(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without FriBiDi."""
    real = features.check
    monkeypatch.setattr(features, "check", lambda name: name != "raqm" and real(name))


@pytest.mark.usefixtures("basic")
def test_what_cannot_be_shaped_is_said() -> None:
    assert all(map(unordered, ("שלום", "مرحبا", "नमस्ते", "👩\u200d🔬", "🇩🇪")))
    assert not unordered("Größe 日本 😀")


def test_a_font_of_the_users() -> None:
    own = bundled("FiraGO_Bold").data
    named = faces("Regular", own).named
    assert named is not None and named.data == own
