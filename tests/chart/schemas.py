"""JSON schemas for kubeconform, from the API server itself: built-in kinds and every CRD it serves."""

import json
from pathlib import Path
from typing import Any

from tests.testbed.world import World

Object = dict[str, Any]
LOCATION = "{{ .Group }}-{{ .ResourceAPIVersion }}-{{ .ResourceKind }}.json"


def write(world: World, folder: Path) -> str:
    """A file for each kind in `folder`; gives kubeconform's schema location."""
    served = world.control_plane.read("/openapi/v2")
    definitions = {name: _strict(schema) for name, schema in served["definitions"].items()}
    for name, schema in served["definitions"].items():
        for kind in schema.get("x-kubernetes-group-version-kind", []):
            # kubeconform takes the version for the group where there is none.
            file = f"{kind['group'] or kind['version']}-{kind['version']}-{kind['kind'].lower()}.json"
            whole = {"$ref": f"#/definitions/{name}", "definitions": _needed(name, definitions)}
            (folder / file).write_text(json.dumps(whole))
    return f"{folder}/{LOCATION}"


def _strict(schema: Any) -> Any:
    """Unknown fields are errors, as `fieldValidation=Strict` has it. Quantities may be numbers."""
    if isinstance(schema, list):
        return [_strict(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("format") == "int-or-string" or schema.get("x-kubernetes-int-or-string"):
        return {"type": ["integer", "string"]}
    made = {key: _strict(value) for key, value in schema.items() if not key.startswith("x-kubernetes")}
    if isinstance(schema.get("properties"), dict):
        # Names here, not keywords: a CRD's own schema has a property x-kubernetes-list-type.
        made["properties"] = {name: _strict(value) for name, value in schema["properties"].items()}
    closed = isinstance(made.get("properties"), dict) and not schema.get("x-kubernetes-preserve-unknown-fields")
    return {"additionalProperties": False, **made} if closed else made


def _needed(name: str, definitions: Object) -> Object:
    """A definition and all that it refers to."""
    found: Object = {}
    waiting = [name]
    while waiting:
        current = waiting.pop()
        if current not in found:
            found[current] = _relaxed(current, definitions[current])
            waiting += _references(definitions[current])
    return found


def _relaxed(name: str, schema: Object) -> Object:
    return {"type": ["string", "number"]} if name.endswith("api.resource.Quantity") else schema


def _references(schema: Any) -> list[str]:
    if isinstance(schema, list):
        return [name for item in schema for name in _references(item)]
    if not isinstance(schema, dict):
        return []
    own = [schema["$ref"].removeprefix("#/definitions/")] if isinstance(schema.get("$ref"), str) else []
    return own + [name for value in schema.values() for name in _references(value)]
