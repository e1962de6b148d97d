"""CHANGELOG.md keeps the form of Keep a Changelog, and knows the version."""

import re

from tests.generate import version
from tests.testbed.cache import ROOT

PAGE = (ROOT / "CHANGELOG.md").read_text()
KINDS = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def test_newest_first_and_each_with_a_date() -> None:
    heads = re.findall(r"^## (.+)$", PAGE, re.MULTILINE)
    assert heads[0] == "[Unreleased]"
    found = [re.fullmatch(r"\[(\d+)\.(\d+)\.(\d+)\] - (\d{4}-\d\d-\d\d)", head) for head in heads[1:]]
    assert all(found)
    order = [tuple(int(part) for part in head.groups()[:3]) for head in found if head]
    assert order == sorted(set(order), reverse=True)
    assert ".".join(map(str, order[0])) == version.current(ROOT)


def test_changes_are_of_known_kinds() -> None:
    assert set(re.findall(r"^### (.+)$", PAGE, re.MULTILINE)) <= KINDS


def test_every_version_has_its_link() -> None:
    versions = re.findall(r"^## \[(.+?)\]", PAGE, re.MULTILINE)
    assert re.findall(r"^\[(.+)\]: https://\S+$", PAGE, re.MULTILINE) == versions
