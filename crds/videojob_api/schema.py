"""Makes the CRD from the models: pydantic's JSON schema, turned into a structural schema.

`python -m videojob_api.schema` writes crds/videojob.yaml, and schema.json for those who only check by it: making it
takes longer than all the rest of a command's start. `make verify` proves that both files are current.
"""

import json
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from videojob_api import names
from videojob_api.model import Model, rule
from videojob_api.sizes import with_size_rules
from videojob_api.spec import VideoJobSpec
from videojob_api.status import VideoJobStatus
from videojob_api.stored import SCHEMA_PATH, Schema
from videojob_api.versions import ApiVersion, entries

CRD_PATH = Path(__file__).parent.parent / "videojob.yaml"

_DROPPED = {"title", "additionalProperties", "$defs", "const"}
_COLUMNS = [
    ("Phase", "string", ".status.phase", 0),
    ("Progress", "string", ".status.progress.summary", 0),
    ("Remaining", "string", ".status.progress.remaining", 0),
    ("Disruptions", "integer", ".status.counts.disruptions", 0),
    ("Reason", "string", ".status.reason", 0),
    ("Runners", "string", ".status.shards.summary", 1),
    ("FPS", "number", ".status.progress.fps", 1),
    ("Encoder", "string", ".status.plan.encoder", 1),
    ("Cost", "string", ".status.cost.total", 1),
    ("Output", "string", ".spec['outputs', 'results'][0].uri", 1),
    ("Age", "date", ".metadata.creationTimestamp", 0),
]


def structural(node: Schema, defs: dict[str, Schema]) -> Schema:
    """`node` with references inlined and what Kubernetes' structural schemas do not know removed."""
    if "$ref" in node:
        target = defs[node["$ref"].rsplit("/", 1)[1]]
        return structural({**target, **{k: v for k, v in node.items() if k != "$ref"}}, defs)
    if "anyOf" in node:
        return _union(node, defs)
    return _keywords(node, defs)


def _union(node: Schema, defs: dict[str, Schema]) -> Schema:
    """`X | None` is an optional X; `int | str` is Kubernetes' int-or-string."""
    branches = [b for b in node["anyOf"] if b.get("type") != "null"]
    outer = {k: v for k, v in node.items() if k not in ("anyOf", "default")}
    if len(branches) == 1:
        return structural({**branches[0], **outer}, defs)
    limits = next(({"maxLength": b["maxLength"]} for b in branches if "maxLength" in b), {})
    return _keywords({**outer, **limits, "x-kubernetes-int-or-string": True}, defs)


def _keywords(node: Schema, defs: dict[str, Schema]) -> Schema:
    result = {k: v for k, v in node.items() if k not in _DROPPED}
    if "const" in node:
        result["enum"] = [node["const"]]
    for bound in ("Minimum", "Maximum"):
        if (value := result.pop("exclusive" + bound, None)) is not None:
            result |= {bound.lower(): value, "exclusive" + bound: True}
    if "properties" in result:
        result["properties"] = {k: structural(v, defs) for k, v in result["properties"].items()}
    if "items" in result:
        result["items"] = structural(result["items"], defs)
    if isinstance(node.get("additionalProperties"), dict):
        result["additionalProperties"] = structural(node["additionalProperties"], defs)
    return result


def model_schema(model: type[Model]) -> Schema:
    """The structural schema of one model."""
    raw = model.model_json_schema(by_alias=True)
    return structural(raw, raw.get("$defs", {}))


@cache
def videojob_schema() -> Schema:
    """The whole object's schema. One object for all who ask: not to be changed."""
    return {
        "type": "object",
        "description": "A video, rendered in pods on spot nodes; losing a node costs seconds.",
        "required": ["spec"],
        "properties": {
            "apiVersion": {"type": "string"},
            "kind": {"type": "string"},
            "metadata": {"type": "object"},
            "spec": with_size_rules(model_schema(VideoJobSpec)),
            "status": model_schema(VideoJobStatus),
        },
        "x-kubernetes-validations": [
            rule(
                f"self.metadata.name.size() <= {names.MAX_NAME_LENGTH} && !self.metadata.name.contains('.')",
                f"metadata.name is at most {names.MAX_NAME_LENGTH} characters without dots: "
                "attempts are named after it",
            )
        ],
    }


def _columns() -> list[Schema]:
    return [{"name": n, "type": t, "jsonPath": p, "priority": priority} for n, t, p, priority in _COLUMNS]


VERSIONS = (ApiVersion(names.VERSION, videojob_schema, storage=True),)
"""All that the CRD has. Operator, runner and `spotreel validate` speak `names.VERSION`."""


def crd(versions: Sequence[ApiVersion] = VERSIONS) -> Schema:
    """Makes the CustomResourceDefinition from the models."""
    more = {
        "subresources": {"status": {}},
        "additionalPrinterColumns": _columns(),
        "selectableFields": [{"jsonPath": ".status.phase"}, {"jsonPath": ".spec.className"}],
    }
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{names.PLURAL}.{names.GROUP}"},
        "spec": {
            "group": names.GROUP,
            "scope": "Namespaced",
            "names": {
                "kind": names.KIND,
                "listKind": names.KIND + "List",
                "plural": names.PLURAL,
                "singular": names.KIND.lower(),
                "shortNames": [names.SHORT_NAME],
                "categories": ["video"],
            },
            "versions": entries(versions, more),
        },
    }


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


def crd_text() -> str:
    """The CRD as it is committed."""
    head = "# Made by `python -m videojob_api.schema` from crds/videojob_api; do not edit.\n"
    return head + yaml.dump(crd(), Dumper=_Dumper, sort_keys=False, width=110, allow_unicode=True)


def schema_text() -> str:
    """What is checked without a cluster, as it is committed."""
    return json.dumps(videojob_schema(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    for path, text in ((CRD_PATH, crd_text()), (SCHEMA_PATH, schema_text())):
        path.write_text(text)
        sys.stdout.write(f"wrote {path.name}, {len(text)} bytes\n")
