"""Jobs with words: what is said of them, and which runners may share them."""

from pathlib import Path

import pytest

from job_runner.effects import fonts
from job_runner.effects.fonts import bundled, face
from job_runner.effects.text import Style, draw_text
from job_runner.media.fingerprint import fingerprint, software
from tests.unit.runner.jobs import order, run
from tests.unit.runner.media import make_video
from videojob_api.names import Note
from videojob_api.order import Order
from videojob_api.reasons import Reason
from videojob_api.report import Report


def titled(folder: Path, content: str, font: bytes | None = None) -> Order:
    """A job of ten frames with these words."""
    clip, own = folder / "clip.mp4", folder / "brand.ttf"
    if not clip.exists():
        make_video(clip, 10)
    inputs = [{"uri": clip.as_uri()}]
    text = {"content": content, "size": 0.3}
    if font:
        own.write_bytes(font)
        inputs = [{"name": "main", **inputs[0]}, {"name": "brand", "uri": own.as_uri()}]
        text |= {"font": {"input": "brand"}}
    key = {"left": 0.1, "top": 0.1, "width": 0.8, "height": 0.8}
    timeline = {"overlays": [{"text": text, "keyframes": [key]}]}
    checkpoint = {"segmentFrames": 30, "retain": "Always"}
    return order(folder, clip, inputs=inputs, timeline=timeline, checkpoint=checkpoint)


def again(folder: Path, content: str) -> Report:
    """The same job on what was left, without its result."""
    for made in (folder / "work" / "result.json", folder / "out.mp4"):
        made.unlink()
    return run(titled(folder, content))


def test_everything_that_draws_letters_has_a_say() -> None:
    assert {"text", "fonts", "uniseg", "pillow"} <= set(software())
    assert fingerprint() == fingerprint([]) != fingerprint(["none"]) != fingerprint(["0123"])


def test_runners_with_other_fonts_never_mix_segments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(titled(tmp_path, "日")).exit_code == 0
    monkeypatch.setattr(fonts, "installed_cjk", lambda weight: None)
    said = again(tmp_path, "日")
    assert said.reason == Reason.CONFIG_INVALID and "their bytes would not match" in said.message


def test_fonts_that_no_letter_asks_for_are_no_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(titled(tmp_path, "abc")).exit_code == 0
    monkeypatch.setattr(fonts, "installed_cjk", lambda weight: None)
    assert again(tmp_path, "abc").exit_code == 0


def test_words_that_are_not_seen_as_written_are_notes_of_the_plan(tmp_path: Path) -> None:
    """So every attempt says the same, and `validate --probe` too."""
    content = "ab \U000f0000 " + "much more " * 50
    for said in (run(titled(tmp_path, content)), again(tmp_path, content)):
        assert said.exit_code == 0
        assert [warning.reason for warning in said.warnings] == [Note.GLYPHS_MISSING, Note.TEXT_SHORTENED]
        assert all(warning.message.startswith("timeline.overlays[0].text: ") for warning in said.warnings)


def test_a_font_that_is_spoilt_where_a_letter_is_ends_the_job_with_one_error(tmp_path: Path) -> None:
    """FreeType opens it; only the letter cannot be drawn."""
    data = bytearray(bundled("FiraGO_Regular").data)
    place = data.index(b"glyf")
    offset, length = (int.from_bytes(data[place + at : place + at + 4]) for at in (8, 12))
    data[offset : offset + length] = b"\xff" * length
    with pytest.raises(OSError):
        draw_text("abcXYZ", 200, 50, Style(20, (255, 255, 255, 255)), fonts.faces("Regular", bytes(data)))
    assert face(bytes(data)).characters
    said = run(titled(tmp_path, "abcXYZ", bytes(data)))
    assert said.reason == Reason.INPUT_INVALID
    assert said.message.startswith("input brand is a font with letters that cannot be drawn")
