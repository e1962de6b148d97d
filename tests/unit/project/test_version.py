"""One version: pyproject.toml has it, everything else repeats it."""

from pathlib import Path

import pytest

from tests.generate import version
from tests.testbed.cache import ROOT
from tests.unit.project.places import DERIVED, HOLDERS, holding, tracked

CURRENT = version.current(ROOT)


@pytest.mark.parametrize("path", [*version.PLACES, version.CONSTANT])
def test_files_that_repeat_it_are_current(path: str) -> None:
    assert (ROOT / path).read_text() == version.files(ROOT)[path], "run `make generate`"


def test_it_stands_nowhere_else() -> None:
    """Another place would be forgotten at the next release: `make generate` has to write it."""
    found = holding(ROOT, CURRENT, tracked())
    assert found <= HOLDERS, sorted(found - HOLDERS)
    assert found >= DERIVED, sorted(DERIVED - found)


@pytest.mark.parametrize("path", version.PLACES)
def test_the_next_one_replaces_it_everywhere(path: str, tmp_path: Path) -> None:
    text = version.repeated((ROOT / path).read_text(), version.PLACES[path], "9.8.7")
    (tmp_path / "file").write_text(text)
    assert holding(tmp_path, "9.8.7", ["file"]) and not holding(tmp_path, CURRENT, ["file"])


def test_a_place_that_has_gone_is_told() -> None:
    with pytest.raises(ValueError, match="nothing matches"):
        version.repeated("no image here", (version.IMAGE,), "9.8.7")


@pytest.mark.parametrize("odd", ["1.2", "1.2.3rc1", "1.2.3-beta", "v1.2.3"])
def test_a_version_that_helm_or_python_would_not_take_is_refused(odd: str, tmp_path: Path) -> None:
    (tmp_path / version.SOURCE).write_text(f'[project]\nversion = "{odd}"\n')
    with pytest.raises(ValueError, match=odd):
        version.current(tmp_path)


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("image: a/b:1.2.3", True),
        ("tag v1.2.3, and", True),
        ("it is 1.2.3.", True),
        ("11.2.3", False),
        ("1.2.30", False),
        ("9.1.2.3", False),
        ("1.2.3.4", False),
    ],
)
def test_a_version_within_another_number_is_none(text: str, held: bool, tmp_path: Path) -> None:
    (tmp_path / "file").write_text(text)
    assert bool(holding(tmp_path, "1.2.3", ["file"])) is held
