"""Finds values in a model by the types of its fields: whatever a field is called, and wherever it stands.

A type bears a mark, any object in its `Annotated`; a new field of that type is found without another line.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from videojob_api.model import Model
from videojob_api.problem import Path

Mark = TypeVar("Mark")
Below = TypeVar("Below", bound=Model)


@dataclass(frozen=True)
class _Type:
    """What counts of a field's type: its marks, models, and the type of its items if it is a list or a map."""

    marks: tuple[Any, ...] = ()
    models: tuple[type[Model], ...] = ()
    items: "_Type | None" = None


def marked(model: Model, mark: type[Mark], path: Path = ()) -> Iterator[tuple[Path, Any, Mark]]:
    """Every value below `model` whose type bears a mark of that class: its place in YAML, itself, and the mark."""
    for name, key, kind in _fields(type(model)):
        yield from _found(getattr(model, name), kind, mark, (*path, key))


def _found(value: Any, kind: _Type, mark: type[Mark], path: Path) -> Iterator[tuple[Path, Any, Mark]]:
    if isinstance(value, Model):
        yield from marked(value, mark, path)
    elif isinstance(value, dict | list):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _found(item, kind.items or _Type(), mark, (*path, key))
    elif value is not None:
        yield from ((path, value, found) for found in kind.marks if isinstance(found, mark))


def places(model: type[Model], mark: type[Any]) -> Iterator[tuple[str, ...]]:
    """Where such values may stand in a model: keys from the outside in, `[]` for the items of a list or map."""
    for _, key, kind in _fields(model):
        yield from ((key, *below) for below in _places(kind, mark))


def fields_of(model: type[Model], base: type[Below]) -> dict[str, type[Below]]:
    """Fields whose type is a model below `base`, by their names in Python, each with that model."""
    found = ((name, below) for name, _, kind in _fields(model) for below in kind.models if issubclass(below, base))
    return dict(found)


def _places(kind: _Type, mark: type[Any]) -> Iterator[tuple[str, ...]]:
    if any(isinstance(found, mark) for found in kind.marks):
        yield ()
    for model in kind.models:
        yield from places(model, mark)
    if kind.items:
        yield from (("[]", *below) for below in _places(kind.items, mark))


@cache
def _fields(model: type[Model]) -> tuple[tuple[str, str, _Type], ...]:
    """Name in Python, key in YAML, and type of each field."""
    return tuple((name, field.alias or name, _type_of(field)) for name, field in model.model_fields.items())


def _type_of(field: FieldInfo) -> _Type:
    kind = _read(field.annotation)
    return replace(kind, marks=(*kind.marks, *field.metadata))


def _read(annotation: Any) -> _Type:
    """A union is its members together: `X | None` is X."""
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        kind = _read(parts[0])
        return replace(kind, marks=(*kind.marks, *parts[1:]))
    if origin in (Union, UnionType):
        return _together([_read(part) for part in parts])
    if origin in (list, dict):
        return _Type(items=_read(parts[-1]))
    return _Type(models=(annotation,)) if isinstance(annotation, type) and issubclass(annotation, Model) else _Type()


def _together(members: Sequence[_Type]) -> _Type:
    return _Type(
        marks=tuple(mark for member in members for mark in member.marks),
        models=tuple(model for member in members for model in member.models),
        items=next((member.items for member in members if member.items), None),
    )
