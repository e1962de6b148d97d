"""Which software made a plan."""

from pathlib import Path
from typing import Any

import pytest

from job_runner.effects import fonts
from job_runner.media.fingerprint import fingerprint, software
from tests.unit.runner.jobs import order, run
from tests.unit.runner.media import make_video
from videojob_api.names import Note, Reason


def titled(folder: Path, content: str) -> Any:
    """The last word of a job with these words."""
    clip = folder / "clip.mp4"
    if not clip.exists():
        make_video(clip, 10)
    key = {"left": 0.1, "top": 0.1, "width": 0.8, "height": 0.8}
    timeline = {"overlays": [{"text": {"content": content, "size": 0.3}, "keyframes": [key]}]}
    checkpoint = {"segmentFrames": 30, "retain": "Always"}
    return run(order(folder, clip, timeline=timeline, checkpoint=checkpoint))


def test_everything_that_draws_letters_has_a_say() -> None:
    assert {"text", "fonts", "uniseg", "pillow"} <= set(software())
    assert fingerprint() == fingerprint([]) != fingerprint(["none"]) != fingerprint(["0123"])


def test_runners_with_other_fonts_never_mix_segments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert titled(tmp_path, "日").exit_code == 0
    for made in (tmp_path / "work" / "result.json", tmp_path / "out.mp4"):
        made.unlink()
    monkeypatch.setattr(fonts, "installed_cjk", lambda weight: None)
    said = titled(tmp_path, "日")
    assert said.reason == Reason.CONFIG_INVALID and "their bytes would not match" in said.message


def test_fonts_that_no_letter_asks_for_are_no_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert titled(tmp_path, "abc").exit_code == 0
    for made in (tmp_path / "work" / "result.json", tmp_path / "out.mp4"):
        made.unlink()
    monkeypatch.setattr(fonts, "installed_cjk", lambda weight: None)
    assert titled(tmp_path, "abc").exit_code == 0


def test_words_that_are_not_seen_as_written_are_notes_of_the_job(tmp_path: Path) -> None:
    said = titled(tmp_path, "ab \U000f0000 " + "much more " * 50)
    assert said.exit_code == 0
    assert {warning.reason for warning in said.warnings} == {Note.GLYPHS_MISSING, Note.TEXT_SHORTENED}
    assert all(warning.message.startswith("timeline.overlays[0].text: ") for warning in said.warnings)
