"""The folder for what is found: all files come into it, or nothing is left."""

import argparse
import io
from pathlib import Path

import pytest

from job_runner.cli.folder import folder_of, write_files
from job_runner.cli.shortcuts import OptionError
from job_runner.errors import SpecInvalid


def asked(output: str | None) -> argparse.Namespace:
    return argparse.Namespace(output=output, file="clips/match.mp4")


def test_it_is_named_after_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert folder_of(asked(None)) == Path("match.analysis")
    assert folder_of(asked("found/here")) == Path("found/here")
    assert list(tmp_path.iterdir()) == [], "it is tried, and nothing is left"


def test_what_is_no_folder_is_told_before_anything_is_done(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OptionError, match="is a file; name a folder"):
        folder_of(asked(str(tmp_path / "file" / "found")))
    with pytest.raises(OptionError, match="name a local folder"):
        folder_of(asked("s3://media/found"))
    with pytest.raises(SpecInvalid, match=r"cannot be written \(File name too long\)"):
        folder_of(asked(str(tmp_path / "new" / ("x" * 300))))
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_files_are_written_with_the_folder(tmp_path: Path) -> None:
    write_files(tmp_path / "a" / "b", {"one": b"1", "two": io.BytesIO(b"22")})
    assert {path.name: path.read_bytes() for path in (tmp_path / "a" / "b").iterdir()} == {"one": b"1", "two": b"22"}


def test_what_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(SpecInvalid):
        write_files(tmp_path / "a" / "b", {"one": b"1", "x" * 300: b"2"})
    assert list(tmp_path.iterdir()) == []


def test_what_was_there_stays_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "one").write_bytes(b"old")
    with pytest.raises(SpecInvalid):
        write_files(tmp_path, {"one": b"1", "x" * 300: b"2"})
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"one": b"old"}
