"""Checks a VideoJob's YAML without a cluster, by the very schema and CEL rules of the CRD.

Each problem names file, line, column and field. Rules on transitions (`oldSelf`) need a cluster.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import yaml
from pydantic import ValidationError

from videojob_api import names
from videojob_api.evaluate import holds
from videojob_api.model import Model
from videojob_api.schema import Schema, videojob_schema
from videojob_api.spec import VideoJobSpec
from videojob_api.values import parse_color, parse_duration

Path = tuple[str | int, ...]
Position = tuple[int, int]


@dataclass(frozen=True)
class Problem:
    """One thing wrong, and where."""

    path: Path
    message: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{dotted(self.path)}: {self.message}" if self.path else self.message

    def located(self, file: str) -> str:
        """`file:line:column  field: message`, as compilers write it."""
        return f"{file}:{self.line}:{self.column}  {self}"


def dotted(path: Path) -> str:
    """`timeline.clips[0].end`."""
    return "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in path).lstrip(".")


def check_document(document: Any) -> list[Problem]:
    """All problems of a whole VideoJob: of its shape, or, if that is right, of its values, or of its rules."""
    if not isinstance(document, dict):
        return [Problem((), "this is no VideoJob: the document is not a mapping")]
    head = list(_head(document))
    shape = head + list(_shape(VideoJobSpec, document.get("spec")))
    return shape or list(_values(document["spec"], ("spec",))) or list(_rules(videojob_schema(), _pruned(document), ()))


def _head(document: dict[str, Any]) -> Iterator[Problem]:
    for field, wanted in (("apiVersion", names.API_VERSION), ("kind", names.KIND)):
        if document.get(field) != wanted:
            yield Problem((field,), f"must be {wanted}")
    if not isinstance(document.get("metadata"), dict) or not document["metadata"].get("name"):
        yield Problem(("metadata", "name"), "is missing")


def _shape(model: type[Model], data: Any) -> Iterator[Problem]:
    try:
        model.model_validate(data, strict=False)
    except ValidationError as error:
        for item in error.errors():
            path = tuple(p for p in item["loc"] if p not in ("int", "str"))
            yield Problem(("spec", *path), _shape_message(item["type"], item["msg"], item.get("input")))


_EMPTY = "is empty; if a colour was meant, quote it: an unquoted # starts a comment"


def _shape_message(kind: str, message: str, given: Any) -> str:
    if kind == "extra_forbidden":
        return "there is no such field"
    if kind == "missing":
        return "is required"
    if given is None:
        return _EMPTY
    return f"{message} (given: {given!r})"


def _values(node: Any, path: Path) -> Iterator[Problem]:
    """Durations and colours, wherever they stand; an empty one is a mistake in YAML."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield from _value(key, value, (*path, key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _values(value, (*path, index))


_TIMES = ("start", "end", "time", "fadeIn", "fadeOut", "waitFor", "deadline", "duration")
_READERS = dict.fromkeys(_TIMES, parse_duration) | dict.fromkeys(("stroke", "fill", "color", "background"), parse_color)


def _value(key: str, value: Any, path: Path) -> Iterator[Problem]:
    if key in _READERS and value is None:
        yield Problem(path, _EMPTY)
        return
    if key not in _READERS or not isinstance(value, str):
        yield from _values(value, path)
        return
    try:
        _READERS[key](value)
    except ValueError as error:
        yield Problem(path, str(error))


def _pruned(data: Any) -> Any:
    """Without empty fields: the API server drops them before it looks at rules."""
    if isinstance(data, dict):
        return {key: _pruned(value) for key, value in data.items() if value is not None}
    return [_pruned(item) for item in data] if isinstance(data, list) else data


def _rules(schema: Schema, data: Any, path: Path) -> Iterator[Problem]:
    """Every CEL rule of `schema` and of what lies below it."""
    for entry in schema.get("x-kubernetes-validations", []):
        if "oldSelf" not in entry["rule"] and not holds(entry["rule"], _typed(schema, data)):
            at = path + tuple(entry.get("fieldPath", "").strip(".").split(".")) if "fieldPath" in entry else path
            yield Problem(at, entry["message"])
    for key, below in schema.get("properties", {}).items():
        if isinstance(data, dict) and key in data:
            yield from _rules(below, data[key], (*path, key))
    for index, item in enumerate(data if isinstance(data, list) else []):
        yield from _rules(schema.get("items", {}), item, (*path, index))


def _typed(schema: Schema, data: Any) -> Any:
    """`data` with the types CEL sees in the API server: durations, doubles, and defaults filled in."""
    if isinstance(data, dict):
        known = schema.get("properties", {})
        defaults = {k: s["default"] for k, s in known.items() if "default" in s}
        return {k: _typed(known.get(k, {}), v) for k, v in (defaults | data).items()}
    if isinstance(data, list):
        return [_typed(schema.get("items", {}), item) for item in data]
    if schema.get("format") == "duration" and isinstance(data, str):
        return timedelta(seconds=float(parse_duration(data)))
    return float(data) if schema.get("type") == "number" and isinstance(data, int) else data


def positions(text: str) -> dict[Path, Position]:
    """Line and column, from 1, of every key and item of a YAML document."""
    found: dict[Path, Position] = {}
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    if root is not None:
        _walk(root, (), found)
    return found


def _walk(node: yaml.Node, path: Path, found: dict[Path, Position]) -> None:
    found[path] = (node.start_mark.line + 1, node.start_mark.column + 1)
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            _walk(value, (*path, key.value), found)
            found[(*path, key.value)] = (key.start_mark.line + 1, key.start_mark.column + 1)
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            _walk(item, (*path, index), found)


def locate(problem: Problem, where: dict[Path, Position]) -> Problem:
    """`problem` with the position of the nearest enclosing node that the file has."""
    path = problem.path
    while path not in where and path:
        path = path[:-1]
    line, column = where.get(path, (1, 1))
    return Problem(problem.path[1:] if problem.path[:1] == ("spec",) else problem.path, problem.message, line, column)


def check_text(text: str) -> list[Problem]:
    """All problems of a YAML file with one VideoJob, each with its line and column."""
    try:
        document = yaml.safe_load(text)
        where = positions(text)
    except RecursionError:
        return [Problem((), "is nested too deeply, or an anchor (&) contains itself", 1, 1)]
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        return [Problem((), f"is not YAML: {getattr(error, 'problem', error)}", line, column)]
    return [locate(problem, where) for problem in check_document(document)]
