"""Texts by their paths."""

from pathlib import Path

from tests.generate.files import put, text_of


def test_folders_are_made_and_a_file_that_is_missing_is_empty(tmp_path: Path) -> None:
    put({"a/b/c": "übung\n", "d": "1\n"}, tmp_path)
    assert text_of(tmp_path / "a" / "b" / "c") == "übung\n" and text_of(tmp_path / "d") == "1\n"
    assert text_of(tmp_path / "e") == ""
