"""What pages show is understood: each command of theirs is typed, each VideoJob is checked."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from job_runner.cli.cluster.asked import asked
from job_runner.cli.main import _parsed
from job_runner.cli.typed import as_given, checked
from tests.testbed.cache import ROOT
from videojob_api.validate import check_document

TASKS = sorted((ROOT / "docs" / "tasks").glob("*.md"))
PAGES = [ROOT / "README.md", *(ROOT / "docs").glob("analysis*.md"), *TASKS]
HEAD = {"apiVersion": "spotreel.dev/v1alpha1", "kind": "VideoJob", "metadata": {"name": "task"}}


def commands(page: Path) -> list[list[str]]:
    """What follows `spotreel` in the lines that are to be typed, without comments and what the shell does."""
    lines = re.findall(r"^\$ spotreel (.*)$", page.read_text().replace("\\\n", " "), re.MULTILINE)
    return [shlex.split(re.split(r" [>|] ", line)[0], comments=True) for line in lines]


def videojobs(page: Path) -> list[dict[str, Any]]:
    """YAML that has a spec; whatever the page leaves out of it is put around."""
    blocks = re.findall(r"```yaml\n(.*?)```", page.read_text(), re.DOTALL)
    documents = [document for block in blocks for document in yaml.safe_load_all(block)]
    return [HEAD | document for document in documents if document.keys() >= {"spec"}]


@pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])
def test_commands(page: Path) -> None:
    for typed in commands(page):
        options = _parsed(typed)
        if options.command == "render" and not options.files[0].endswith(".yaml"):
            assert checked(as_given(options))[1] == [], typed
        if options.command == "submit" and not options.files[0].endswith(".yaml"):
            assert asked(options, None), typed


@pytest.mark.parametrize("page", TASKS, ids=[page.name for page in TASKS])
def test_videojobs(page: Path) -> None:
    for document in videojobs(page):
        problems = check_document(document)
        assert not problems, [str(problem) for problem in problems]


def test_they_are_found() -> None:
    assert sum(len(commands(page)) for page in PAGES) > 22
    assert sum(len(videojobs(page)) for page in TASKS) > 10
