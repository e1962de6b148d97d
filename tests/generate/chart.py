"""The chart's derived files: its copy of the CRD, values.schema.json, README.md."""

import json
import re
import shutil
import subprocess
from typing import Any

import yaml

from tests.testbed import cache
from tests.testbed.cache import ROOT
from videojob_api.config import OperatorConfiguration

CHART = ROOT / "charts" / "spotreel"
BY_THE_CHART = ("runner",)
Schema = dict[str, Any]


def write() -> None:
    """All of them."""
    shutil.copy(ROOT / "crds" / "videojob.yaml", CHART / "files" / "videojob.yaml")
    (CHART / "values.schema.json").write_text(json.dumps(values_schema(), indent=1) + "\n")
    command = [str(cache.tool("helm-docs")), "--chart-search-root", str(CHART), "--log-level", "warning"]
    subprocess.run(command, check=True)


def values_schema() -> Schema:
    """values.schema.yaml, written by hand, with the schema of `config` put in, which follows from the models."""
    schema: Schema = yaml.safe_load((CHART / "values.schema.yaml").read_text())
    config = OperatorConfiguration.model_json_schema(by_alias=True)
    for name in BY_THE_CHART:
        config["properties"].pop(name)
    # The chart has classes of its own if there are none.
    config.pop("required")
    config["properties"]["classes"].pop("minProperties")
    schema["$defs"] = {**schema.get("$defs", {}), **{name: plain(d) for name, d in config.pop("$defs").items()}}
    schema["properties"]["config"] = plain(config)
    return schema


def plain(schema: Any) -> Any:
    """Without what only the API server understands; a text's CEL rule that is one pattern becomes one."""
    if isinstance(schema, list):
        return [plain(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {key: plain(value) for key, value in schema.items() if not key.startswith("x-kubernetes")}
    patterns = [_pattern(rule["rule"]) for rule in schema.get("x-kubernetes-validations", [])]
    return kept | ({"pattern": patterns[0]} if len(patterns) == 1 and patterns[0] else {})


def _pattern(rule: str) -> str | None:
    """Of a rule that only matches; not one with flags such as (?i), which not every reader of JSON schemas knows."""
    found = re.fullmatch(r"self\.matches\('((?!\(\?)[^']*)'\)", rule)
    return found[1].replace("\\\\", "\\") if found else None
