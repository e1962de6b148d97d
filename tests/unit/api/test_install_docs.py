"""Every YAML in docs/install is one that the operator, the chart or Kubernetes takes."""

import re
from typing import Any

import pytest
import yaml

from tests.testbed.cache import ROOT
from videojob_api.config import parse_config
from videojob_api.inputs import Storage
from videojob_api.names import LABEL_QUEUE

PAGES = sorted((ROOT / "docs" / "install").glob("*.md"))
VALUES = yaml.safe_load((ROOT / "charts" / "spotreel" / "values.yaml").read_text())
BLOCKS = [
    pytest.param(text, id=f"{page.name}-{number}")
    for page in PAGES
    for number, text in enumerate(re.findall(r"^ *```yaml\n(.*?)^ *```", page.read_text(), re.MULTILINE | re.DOTALL), 1)
]


@pytest.mark.parametrize("text", BLOCKS)
def test_every_yaml_is_taken(text: str) -> None:
    read = yaml.safe_load(text)
    if "kind" in read:
        _check_service_account(read)
        return
    if "metadata" in read:
        # Of a VideoJob, only what the page speaks of.
        assert set(read["metadata"]) == {"name", "labels"} and LABEL_QUEUE in read["metadata"]["labels"]
        return
    assert parse_config(yaml.safe_dump(read.pop("config"))).classes
    assert not list(_unknown(read, VALUES, ""))


def _check_service_account(read: dict[str, Any]) -> None:
    """The one kind of Kubernetes' own that the pages have."""
    assert (read["apiVersion"], read["kind"], set(read)) == ("v1", "ServiceAccount", {"apiVersion", "kind", "metadata"})
    assert set(read["metadata"]) == {"name", "namespace", "annotations"}
    assert re.fullmatch(
        r"arn:aws:iam::\d{12}:role/[\w-]+", read["metadata"]["annotations"]["eks.amazonaws.com/role-arn"]
    )


def _unknown(values: Any, known: Any, at: str) -> Any:
    """Values that the chart does not have. `tests/chart` renders them, too."""
    for key, value in values.items() if isinstance(values, dict) else ():
        if isinstance(known, dict) and key in known:
            yield from _unknown(value, known[key], f"{at}.{key}")
        elif known != {}:
            yield f"{at}.{key}"


def test_the_pages_on_stores_and_runners_have_some() -> None:
    found = {page.name: page.read_text().count("```yaml\n") for page in PAGES}
    assert sum(found.values()) == len(BLOCKS)
    assert found["stores.md"] >= 6 and found["runners.md"] >= 1


def test_what_the_page_on_stores_calls_checked_has_its_tests() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)`", (ROOT / "docs" / "install" / "stores.md").read_text())
    assert named and all((ROOT / name).is_file() for name in named)


def test_every_setting_of_a_store_is_on_its_page() -> None:
    page = (ROOT / "docs" / "install" / "stores.md").read_text()
    assert not [field for field in (f.alias for f in Storage.model_fields.values()) if not field or field not in page]
