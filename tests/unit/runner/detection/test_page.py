"""The page's tables have every format with its defaults, and every test that it names is there."""

import re

from job_runner.detection.formats import FORMATS
from tests.testbed.cache import ROOT

PAGE = (ROOT / "docs" / "analysis-detection.md").read_text()


def test_formats_and_their_defaults() -> None:
    rows = re.findall(r"^\| `(\w+)` \| .* \| (\w+) \| (\S+) (\w+) \|$", PAGE, re.M)
    assert rows == [(each.name, each.fit, each.values, each.order) for each in FORMATS.values()]


def test_tests_that_it_names() -> None:
    there = {path.stem for path in (ROOT / "tests").rglob("test_*.py")}
    named = set(re.findall(r"`(test_\w+)`", PAGE))
    assert len(named) >= 8 and not named - there
