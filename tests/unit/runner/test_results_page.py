"""The page on results: every command of it is run, and says what stands there."""

import doctest
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.testbed.cache import ROOT, footage
from tests.unit.runner.faces import face_detector

PAGE = ROOT / "docs" / "tasks" / "results.md"
SPOTREEL = Path(sys.executable).parent / "spotreel"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """After all commands of the page; what they said is compared on the way."""
    folder = tmp_path_factory.mktemp("page")
    (folder / "faces.onnx").write_bytes(face_detector(176, 144))
    shutil.copy(footage() / "carphone_pristine.mp4", folder / "carphone.mp4")
    for command, expected in commands():
        assert said(command, folder) == expected, command
    return folder


def blocks() -> list[str]:
    return re.findall(r"^```\n(.*?)^```$", PAGE.read_text(), re.M | re.S)


def commands() -> Iterator[tuple[str, str]]:
    """Each with what it says."""
    for block in blocks():
        for part in re.split(r"^\$ ", block, flags=re.M)[1:]:
            command, _, expected = part.partition("\n")
            yield command, expected


def said(command: str, folder: Path) -> str:
    if found := re.fullmatch(r'sqlite3 (\S+) "(.*)"', command):
        with sqlite3.connect(folder / found[1]) as database:
            return "".join("|".join(map(str, row)) + "\n" for row in database.execute(found[2]))
    words = [str(SPOTREEL), *command.split()[1:]]
    ran = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=True)
    return "" if "--json" in words else ran.stdout


def test_the_commands_say_what_stands_there(desk: Path) -> None:
    assert len(list(commands())) == 6


def test_python_answers_what_stands_there(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(desk)
    examples = "".join(block for block in blocks() if block.startswith(">>>"))
    found = doctest.DocTestParser().get_doctest(examples, {}, "page", str(PAGE), 0)
    assert len(found.examples) == 10
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    assert runner.run(found).failed == 0
