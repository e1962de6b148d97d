"""Which font draws which letter."""

import hashlib
from pathlib import Path

import pytest
from fontTools.colorLib.builder import buildCOLR
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

from job_runner.effects import fonts
from job_runner.effects.fonts import Face, FontInvalidError, Fonts, bundled, face, faces, installed_cjk, installed_for
from tests.unit.runner.effects.emoji import PIXELS, emoji_font

ALL = faces("Regular")
SQUARES = face(emoji_font())
COLORED = Fonts(None, ALL.plain, SQUARES)


def test_shipped_before_extras() -> None:
    assert ALL.find("a") is bundled("FiraGO_Regular")
    assert ALL.find("☆") is bundled("NotoSansSymbols2_Regular")
    assert ALL.find("日") is installed_cjk("Regular") is not None
    assert faces("Bold").find("a") is bundled("FiraGO_Bold")
    assert faces("Bold").find("日") is installed_cjk("Bold") is not installed_cjk("Regular")


@pytest.mark.parametrize("content", ["Größe Ω Привет", "שלום مرحبا", "สวัสดี नमस्ते", "日本語 简体 繁體 한국어", "→★∑𝑥♫₿"])
def test_scripts_that_are_there(content: str) -> None:
    assert ALL.missing(content) == []


def test_a_letter_and_its_marks_are_of_one_font() -> None:
    own = Fonts(bundled("NotoSansSymbols2_Regular"), ALL.plain)
    assert own.find("★") is own.named
    assert own.find("e\u0323\u0302") in ALL.plain


def test_emoji_ask_the_font_of_emoji_first_and_nothing_else_does() -> None:
    assert COLORED.find("😀") is SQUARES
    assert COLORED.find("1") is not SQUARES
    named = Fonts(SQUARES, ALL.plain)
    assert named.find("😀") is SQUARES and named.find("1") is bundled("FiraGO_Regular") is named.first


def test_what_no_font_has() -> None:
    assert Fonts(None, ALL.plain).missing("a \U000f0000 \U0001f9ff!") == ["\U0001f9ff", "\U000f0000"]
    assert COLORED.of("\U000f0000") is COLORED.first
    assert COLORED.of("👩‍👩") is SQUARES


def test_fonts_of_pictures_have_one_size() -> None:
    assert SQUARES.strike == PIXELS and SQUARES.colored
    assert SQUARES.sized(20).size == PIXELS
    assert bundled("FiraGO_Regular").strike is None and not bundled("FiraGO_Regular").colored


def test_letters_that_only_a_painter_could_draw_count_as_missing(tmp_path: Path) -> None:
    pen = TTGlyphPen(None)
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", "A", "B"])
    builder.setupCharacterMap({65: "A", 66: "B"})
    builder.setupGlyf({name: pen.glyph() for name in (".notdef", "A", "B")})
    builder.setupHorizontalMetrics(dict.fromkeys((".notdef", "A", "B"), (500, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupOS2()
    builder.setupPost()
    builder.font["COLR"] = buildCOLR({"A": {"Format": 10, "Glyph": "B", "Paint": {"Format": 2, "PaletteIndex": 0}}})
    builder.save(tmp_path / "painted.ttf")
    assert Face(tmp_path / "painted.ttf").characters == {66}


def test_no_font_at_all() -> None:
    for data in (b"no font at all", bundled("FiraGO_Bold").data[:2000]):
        with pytest.raises(FontInvalidError):
            _ = face(data).characters


def test_installed_fonts_count_only_for_letters_that_others_lack(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "installed_emoji", lambda: SQUARES)
    assert installed_for([("Regular", "Größe → ★ 12:30"), ("Bold", "שלום")]) == []
    cjk, emoji = (hashlib.sha256(font.data).hexdigest()[:16] for font in (ALL.plain[-1], SQUARES))
    assert installed_for([("Regular", "日")]) == sorted([cjk, emoji]) == installed_for([("Regular", "⚡")])
    monkeypatch.setattr(fonts, "installed_cjk", lambda weight: None)
    assert installed_for([("Regular", "日")]) == sorted([emoji, "none"])


def test_the_font_of_emoji_is_found_where_debian_or_the_user_puts_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fonts, "FOLDERS", (tmp_path / "none", tmp_path))
    fonts.installed_emoji.cache_clear()
    try:
        assert fonts.installed_emoji() is None
        fonts.installed_emoji.cache_clear()
        (tmp_path / "NotoColorEmoji.ttf").write_bytes(emoji_font())
        assert fonts.installed_emoji() == Face(tmp_path / "NotoColorEmoji.ttf")
    finally:
        fonts.installed_emoji.cache_clear()


REAL = fonts.installed_emoji()


@pytest.mark.skipif(REAL is None, reason="no Noto Color Emoji on this machine")
def test_the_real_font_of_emoji_has_sequences_as_one_picture() -> None:
    assert REAL is not None and REAL.colored and REAL.strike == 109
    one = REAL.sized(0).getlength("😀")
    for emoji in ("👨\u200d👩\u200d👧\u200d👦", "🇩🇪", "👍🏽", "1\ufe0f\u20e3", "❤\ufe0f"):
        assert REAL.has(emoji) and REAL.sized(0).getlength(emoji) == one
