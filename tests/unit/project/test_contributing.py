"""What CONTRIBUTING.md names is there."""

import re

import pytest

from tests.testbed.cache import ROOT
from tests.unit.project.pages import code, makefile, missing, paths, rows, targets

PAGE = (ROOT / "CONTRIBUTING.md").read_text()
CHANGES = rows(PAGE.partition("## Where do I change what")[2].partition("\n## ")[0])


def test_paths_and_targets_are_there() -> None:
    assert not missing(PAGE)
    assert targets(PAGE) and targets(PAGE) <= makefile()


def test_ten_changes_and_more_each_with_files_and_tests() -> None:
    assert len(CHANGES) >= 10
    for change, files, tests in CHANGES:
        assert paths(files), change
        assert paths(tests) and all(path.startswith("tests/") for path in paths(tests)), change


@pytest.mark.parametrize(("change", "files"), [(change, files) for change, files, _ in CHANGES])
def test_what_a_row_names_stands_in_its_files(change: str, files: str) -> None:
    named = {word for word in code(files) if re.fullmatch(r"_?[A-Z]\w+", word)}
    text = "".join((ROOT / path).read_text() for path in paths(files) if (ROOT / path).is_file())
    assert not {name for name in named if not re.search(rf"\b{name}\b", text)}, change


def test_every_folder_of_tests_is_told_of() -> None:
    folders = {path.name for path in (ROOT / "tests").iterdir() if (path / "__init__.py").exists()}
    table = PAGE.partition("## Tests")[2].partition("\n## ")[0]
    assert not {name for name in folders if f"`tests/{name}" not in table}
    units = {path.name for path in (ROOT / "tests" / "unit").iterdir() if (path / "__init__.py").exists()}
    assert not {name for name in units if f"`tests/unit/{name}`" not in table and f"`{name}`" not in table}


def test_ten_lines_of_style() -> None:
    style = PAGE.partition("## Style")[2].partition("\n## ")[0]
    assert re.findall(r"^(\d+)\. ", style, re.MULTILINE) == [str(n) for n in range(1, 11)]
