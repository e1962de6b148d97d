"""The records of decisions: numbered without a gap, each in the index, and about files that are there."""

import re
from pathlib import Path

import pytest

from tests.testbed.cache import ROOT
from tests.unit.project.pages import code, rows
from tests.unit.project.places import tracked

FOLDER = ROOT / "docs" / "decisions"
RECORDS = sorted(FOLDER.glob("[0-9]*.md"))


def test_the_index_lists_them_all() -> None:
    index = rows((FOLDER / "README.md").read_text())
    heads = [record.read_text().partition("\n")[0] for record in RECORDS]
    assert [f"[{n}]({record.name})" for n, record in enumerate(RECORDS, 1)] == [row[0] for row in index]
    assert [f"# {n}. {row[1]}" for n, row in enumerate(index, 1)] == heads
    assert [record.name[:4] for record in RECORDS] == [f"{n:04}" for n in range(1, len(RECORDS) + 1)]


@pytest.mark.parametrize("record", RECORDS, ids=[record.stem for record in RECORDS])
def test_files_that_they_name_are_there(record: Path) -> None:
    named = {word for word in code(record.read_text()) if re.fullmatch(r"[\w/]+\.py", word)}
    assert not {name for name in named if not any(f"/{path}".endswith(f"/{name}") for path in tracked())}
