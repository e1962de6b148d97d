"""The values in docs/install, rendered."""

import re

import pytest
import yaml

from tests.chart.render import one
from tests.testbed.cache import ROOT
from videojob_api.config import parse_config

PAGES = sorted((ROOT / "docs" / "install").glob("*.md"))
VALUES = [
    pytest.param(read, id=f"{page.name}-{number}")
    for page in PAGES
    for number, text in enumerate(re.findall(r"```yaml\n(.*?)```", page.read_text(), re.DOTALL), 1)
    if "config" in (read := yaml.safe_load(text))
]


@pytest.mark.parametrize("values", VALUES)
def test_values_of_the_pages_are_what_the_chart_takes(values: dict[str, object]) -> None:
    config = parse_config(one("ConfigMap", values=values)["data"]["config.yaml"])
    given = values["config"]
    assert isinstance(given, dict) and set(config.classes) == set(given["classes"])
