"""Checks a VideoJob's YAML without a cluster, by the very schema and CEL rules of the CRD.

Each problem names file, line, column and field. Rules on transitions (`oldSelf`) need a cluster.
"""

import re
from collections.abc import Iterator
from typing import Any

from videojob_api import names, words
from videojob_api.checks import contradictions, unreadable_texts
from videojob_api.evaluate import holds, message
from videojob_api.manifest import Document, NotYAMLError, documents
from videojob_api.order import Work
from videojob_api.problem import Path, Position, Problem
from videojob_api.shape import check_shape
from videojob_api.spec import VideoJobSpec
from videojob_api.stored import Schema, stored_schema

Object = dict[str, Any]
_SAID = "messageExpression"


def check_document(document: Any) -> list[Problem]:
    """All problems of a whole VideoJob: of its shape, or, if that is right, of its values, rules, or sense."""
    if not isinstance(document, dict):
        return [Problem((), "this is no VideoJob: the document is not a mapping")]
    schema, pruned = stored_schema(), without_empty(document)
    shape = [*_head(document), *_shape(schema, document)]
    return (
        shape
        or list(_rules(schema, pruned, (), leaves=True))
        or list(_rules(schema, pruned, (), leaves=False))
        or list(_sense(pruned))
    )


def without_empty(data: Any) -> Any:
    """Without empty fields: the API server drops them before it looks at anything."""
    if isinstance(data, dict):
        return {key: without_empty(value) for key, value in data.items() if value is not None}
    return [without_empty(item) for item in data] if isinstance(data, list) else data


def _head(document: Object) -> Iterator[Problem]:
    for field, wanted in (("apiVersion", names.API_VERSION), ("kind", names.KIND)):
        if document.get(field) != wanted:
            given = f", not {document[field]}" if document.get(field) else ""
            yield Problem((field,), f"must be {wanted}{given}")
    metadata = document.get("metadata")
    name = metadata.get("name") if isinstance(metadata, dict) else None
    if name is None or name == "":
        yield Problem(("metadata", "name"), words.missing("name"))
    elif not isinstance(name, str):
        yield Problem(("metadata", "name"), f"{name!r} is no text: put it in quotes")
    elif not re.fullmatch(r"[a-z0-9]([-a-z0-9.]*[a-z0-9])?", name):
        better = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "my-reel"
        yield Problem(
            ("metadata", "name"),
            f"{name!r} is no Kubernetes name: write lower case letters, digits and, between them, -, such as {better}",
        )


def _shape(schema: Schema, document: Object) -> Iterator[Problem]:
    spec = schema["properties"]["spec"]
    for key in document:
        if key not in schema["properties"]:
            yield Problem((key,), words.unknown_field(key, schema["properties"], (), spec))
    if document.get("spec") is None:
        yield Problem(("spec",), "is required, with inputs and outputs or results")
    else:
        yield from check_shape(spec, document["spec"], ("spec",), spec)


def _rules(schema: Schema, data: Any, path: Path, leaves: bool) -> Iterator[Problem]:
    """Every CEL rule of `schema` and of what lies below it: those of texts (`leaves`), or all others."""
    typed = _typed(schema, data)
    for entry in schema.get("x-kubernetes-validations", []) if isinstance(data, str) == leaves else []:
        if "oldSelf" not in entry["rule"] and not holds(entry["rule"], typed):
            at = path + tuple(entry.get("fieldPath", "").strip(".").split(".")) if "fieldPath" in entry else path
            said = entry | ({"message": message(entry[_SAID], typed)} if _SAID in entry else {})
            yield Problem(at, words.broken_rule(said, data))
    for key, below in schema.get("properties", {}).items():
        if isinstance(data, dict) and key in data:
            yield from _rules(below, data[key], (*path, key), leaves)
    for index, item in enumerate(data if isinstance(data, list) else []):
        yield from _rules(schema.get("items", {}), item, (*path, index), leaves)


def _typed(schema: Schema, data: Any) -> Any:
    """`data` with the types CEL sees in the API server: doubles, and defaults filled in."""
    if isinstance(data, dict):
        known = schema.get("properties", {})
        defaults = {k: s["default"] for k, s in known.items() if "default" in s}
        return {k: _typed(known.get(k, {}), v) for k, v in (defaults | data).items()}
    if isinstance(data, list):
        return [_typed(schema.get("items", {}), item) for item in data]
    return float(data) if schema.get("type") == "number" and isinstance(data, int) else data


def _sense(document: Object) -> Iterator[Problem]:
    """What the operator would refuse before it makes a pod, and times that the API server cannot count."""
    spec = VideoJobSpec.model_validate(document["spec"])
    found = unreadable_texts(spec) or contradictions(Work.of(spec))
    yield from (Problem(("spec", *p.path), p.message) for p in found)


def locate(problem: Problem, where: dict[Path, Position]) -> Problem:
    """`problem` with the position of the nearest enclosing node that the file has."""
    path = problem.path
    while path not in where and path:
        path = path[:-1]
    line, column = where.get(path, (1, 1))
    return Problem(problem.path[1:] if problem.path[:1] == ("spec",) else problem.path, problem.message, line, column)


def read_text(text: str) -> tuple[list[Object], list[Problem]]:
    """The VideoJobs of a YAML file, and all problems of them, each with its line and column."""
    try:
        found = documents(text)
    except NotYAMLError as error:
        return [], [error.problem]
    if not found:
        return [], [Problem((), "the file holds nothing", 1, 1)]
    ours = [document for document in found if _is_ours(document)] or found[:1]
    problems = [locate(p, d.where) for d in ours for p in (*d.problems, *check_document(d.value))]
    return [without_empty(d.value) for d in ours], problems


def _is_ours(document: Document) -> bool:
    """Or meant to be; a Secret beside it is none of our business."""
    value = document.value
    kind, version = (str(value.get(key, "")) for key in ("kind", "apiVersion")) if isinstance(value, dict) else ("", "")
    return kind.lower() == names.KIND.lower() or version.startswith(f"{names.GROUP}/")


def check_text(text: str) -> list[Problem]:
    """All problems of the VideoJobs in a YAML file, each with its line and column."""
    return read_text(text)[1]
