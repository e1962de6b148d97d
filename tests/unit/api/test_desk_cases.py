"""Each wrong file has one answer a line, which says what to write."""

import re

import pytest

from tests.unit.api.desk import CASES, FOLDER, Case
from videojob_api.validate import check_text


def test_every_file_has_its_row() -> None:
    assert [case.file for case in CASES] == sorted(path.stem for path in FOLDER.glob("*.yaml"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.file)
def test_answers(case: Case) -> None:
    said = [f"{p.line}:{p.column}  {p}" for p in check_text(case.text)]
    assert said == list(case.lines)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.file)
def test_no_answer_is_for_programmers(case: Case) -> None:
    for line in case.lines:
        assert not re.search(r"\^|\\|constrained|<_io|Input should|%[0-9A-F]{2}(?!bikes)", line), line
