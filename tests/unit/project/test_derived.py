"""What is written, and what is shown where it is not current. The whole is tried in tests/chart, which has helm."""

from pathlib import Path

from tests.generate.derived import differences, write
from tests.generate.files import put, text_of

WANTED = {"same": "1\n", "folder/other": "1\n2\n", "new": "3\n"}


def there(folder: Path) -> Path:
    put({"same": "1\n", "folder/other": "1\n"}, folder)
    return folder


def test_only_what_has_changed_is_written(tmp_path: Path) -> None:
    before = (there(tmp_path) / "same").stat().st_mtime_ns
    assert write(WANTED, tmp_path) == ["folder/other", "new"]
    assert {name: text_of(tmp_path / name) for name in WANTED} == WANTED
    assert (tmp_path / "same").stat().st_mtime_ns == before
    assert write(WANTED, tmp_path) == []


def test_a_difference_names_file_and_line_and_changes_nothing(tmp_path: Path) -> None:
    found = differences(WANTED, there(tmp_path))
    assert found == (
        "--- a/folder/other\n+++ b/folder/other\n@@ -1 +1,2 @@\n 1\n+2\n"
        "--- a/new\n+++ b/new\n@@ -0,0 +1 @@\n+3\n"
    )  # fmt: skip
    assert text_of(tmp_path / "folder" / "other") == "1\n" and not (tmp_path / "new").exists()
    assert differences({"same": "1\n"}, tmp_path) == ""
