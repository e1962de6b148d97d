"""Checks values against the CRD's structural schema, as the API server does; the answers are in words (`words.py`)."""

from collections.abc import Callable, Iterator
from typing import Any

from videojob_api import words
from videojob_api.problem import Path, Problem

Schema = dict[str, Any]


def check_shape(schema: Schema, value: Any, path: Path, whole: Schema) -> Iterator[Problem]:
    """Problems of `value` and of all below it. `whole` is the schema in which a stray field may have its place."""
    kind = _KINDS[_kind(schema)]
    if not kind(value):
        yield Problem(path, words.wrong_type(schema, _kind(schema), value, path))
        return
    yield from (Problem(path, message) for message in _limits(schema, value))
    if isinstance(value, dict):
        yield from _fields(schema, value, path, whole)
    elif isinstance(value, list):
        yield from _items(schema, value, path, whole)


def _kind(schema: Schema) -> str:
    return "int-or-string" if schema.get("x-kubernetes-int-or-string") else str(schema.get("type", "object"))


def _is_integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_KINDS: dict[str, Callable[[Any], bool]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "integer": _is_integer,
    "number": _is_number,
    "int-or-string": lambda value: _is_integer(value) or isinstance(value, str),
}


def _limits(schema: Schema, value: Any) -> Iterator[str]:
    """What is wrong with the value itself."""
    if "enum" in schema and value not in schema["enum"]:
        yield words.not_in_enum(schema["enum"], value)
    if _is_number(value) and not _within(schema, value):
        yield words.out_of_range(schema, value)
    if isinstance(value, str | list | dict):
        least, most = _bounds(schema, value)
        if least > len(value) or (most is not None and len(value) > most):
            yield words.wrong_length(value, least, most)


def _within(schema: Schema, value: float) -> bool:
    low, high = schema.get("minimum"), schema.get("maximum")
    above = low is None or (value > low if schema.get("exclusiveMinimum") else value >= low)
    return bool(above and (high is None or value <= high))


def _bounds(schema: Schema, value: str | list[Any] | dict[str, Any]) -> tuple[int, int | None]:
    kind = "Length" if isinstance(value, str) else "Items" if isinstance(value, list) else "Properties"
    return schema.get(f"min{kind}", 0), schema.get(f"max{kind}")


def _fields(schema: Schema, value: dict[str, Any], path: Path, whole: Schema) -> Iterator[Problem]:
    known, others = schema.get("properties", {}), schema.get("additionalProperties")
    for key, item in value.items():
        below = known.get(key, others)
        if below is None and known:
            yield Problem((*path, key), words.unknown_field(key, known, path, whole))
        elif below and item is None and (missed := words.empty(below)):
            yield Problem((*path, key), missed)
        elif below and item is not None:
            # The API server drops what is empty before it looks.
            yield from check_shape(below, item, (*path, key), whole)
    for key in schema.get("required", []):
        if value.get(key) is None:
            yield Problem((*path, key), words.missing(key))


def _items(schema: Schema, value: list[Any], path: Path, whole: Schema) -> Iterator[Problem]:
    for index, item in enumerate(value):
        yield from check_shape(schema.get("items", {}), item, (*path, index), whole)
    keys = schema.get("x-kubernetes-list-map-keys", [])
    seen: set[str] = set()
    for index, item in enumerate(value if keys else []):
        name = _name(schema, item, keys[0])
        if name in seen:
            yield Problem((*path, index), words.named_twice(name, keys[0] in item))
        seen |= {name} if name else set()


def _name(schema: Schema, item: Any, key: str) -> str | None:
    """By which an item is told apart; None where it has none, which is another problem."""
    default = schema["items"]["properties"].get(key, {}).get("default")
    name = item.get(key) if isinstance(item, dict) else None
    return default if name is None and isinstance(item, dict) else name if isinstance(name, str) else None
