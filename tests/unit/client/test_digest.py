"""A local file, read once."""

import hashlib
import os
from pathlib import Path

import pytest

from spotreel import parts as parts_
from spotreel.digest import digest
from spotreel.errors import LocalFileError
from spotreel.parts import parts


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts_, "SMALLEST", 2**20)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "match.mp4"
    path.write_bytes(os.urandom(2**20 + 5))
    return path


def test_what_is_known_of_it(file: Path) -> None:
    heard: list[int] = []
    found = digest(file, heard.append)
    assert (found.size, sum(heard)) == (2**20 + 5, 2**20 + 5)
    assert found.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    assert b"".join(found.read(part) for part in parts(found.size)) == file.read_bytes()


def test_a_change_is_noticed(file: Path) -> None:
    found = digest(file)
    first, second = parts(found.size)
    with file.open("r+b") as changed:
        changed.seek(2**20 + 2)
        changed.write(b"!!!")
    assert found.read(first)
    with pytest.raises(LocalFileError, match=r"match.mp4 was changed while it was uploaded: run the command again"):
        found.read(second)


@pytest.mark.parametrize(
    ("made", "code", "words"),
    [
        (lambda path: None, 66, "there is no file {}"),
        (lambda path: path.mkdir(), 66, "{} is a folder: name a file in it"),
        (lambda path: path.touch(), 65, "{} is empty, 0 bytes: copy it again"),
        (lambda path: path.symlink_to("/dev/null"), 66, "{} is no file that can be read twice: copy it into one"),
    ],
)
def test_what_cannot_be_read(tmp_path: Path, made: object, code: int, words: str) -> None:
    path = tmp_path / "a.mp4"
    made(path)  # type: ignore[operator]
    with pytest.raises(LocalFileError) as said:
        digest(path)
    assert (said.value.code, str(said.value)) == (code, words.format(path))
