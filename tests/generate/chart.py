"""The chart's derived files: its copy of the CRD, values.schema.json, README.md."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import yaml

from tests.generate.files import Files, put
from tests.testbed import cache
from tests.testbed.cache import ROOT
from videojob_api.config import OperatorConfiguration

NAME = "charts/spotreel"
CHART = ROOT / NAME
CRD, SCHEMA, PAGE = "files/videojob.yaml", "values.schema.json", "README.md"
BY_THE_CHART = ("runner",)
Schema = dict[str, Any]


def copied(scratch: Path, changed: Files) -> Path:
    """A copy of the chart below `scratch`, with what has changed in it: helm and helm-docs work on folders."""
    texts = {path.relative_to(ROOT).as_posix(): path.read_text() for path in CHART.rglob("*") if path.is_file()}
    put(texts | changed, scratch)
    return scratch / NAME


def files(folder: Path, crd: str) -> Files:
    """All of them, made in a copy of the chart."""
    put({CRD: crd, SCHEMA: json.dumps(values_schema(), indent=1) + "\n"}, folder)
    command = [str(cache.tool("helm-docs")), "--chart-search-root", str(folder), "--log-level", "warning"]
    subprocess.run(command, check=True)
    return {f"{NAME}/{name}": (folder / name).read_text() for name in (CRD, SCHEMA, PAGE)}


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
