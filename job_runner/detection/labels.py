"""Names of a model's classes: from its metadata, or from a file. Both are other people's text."""

import ast
import json
from collections.abc import Mapping, Sequence

from job_runner.errors import InputInvalid

KEYS = ("names", "classes", "labels", "id2label")
"""Where exporters leave them; `names` is what ultralytics writes, a Python dict as text."""

MOST_TEXT = 200_000
MOST_NAMES = 20_000
MOST_LETTERS = 100

Names = dict[int, str]


def names_in(metadata: Mapping[str, str]) -> Names | None:
    """Of metadata; None where it has none that can be read."""
    for key in KEYS:
        if (text := metadata.get(key)) and (found := _parsed(text)):
            return found
    return None


def names_of_file(text: str, path: str) -> Names:
    """JSON or Python literals, as a list or by number; else a name a line. Raises InputInvalid."""
    found = _parsed(text) or (None if text.lstrip()[:1] in ("{", "[") else _lines(text))
    if not found:
        raise InputInvalid(
            f"{path} has no names of classes: write one a line, the first for class 0, or a JSON list or object"
        )
    return found


def _lines(text: str) -> Names:
    return _clean(dict(enumerate(line.strip() for line in text[:MOST_TEXT].strip().splitlines())))


def _parsed(text: str) -> Names | None:
    """None for what is neither a list nor a mapping, or too much."""
    if len(text) > MOST_TEXT:
        return None
    found = _json(text)
    if found is None:
        found = _literal(text)
    if isinstance(found, Mapping):
        return _numbered(found)
    return (
        _clean(dict(enumerate(found))) if isinstance(found, Sequence) and not isinstance(found, str | bytes) else None
    )


def _json(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _literal(text: str) -> object:
    """Python's own parser for literals runs nothing, but can be made to run out of stack."""
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return None


def _numbered(found: Mapping[object, object]) -> Names | None:
    try:
        return _clean({int(str(number)): name for number, name in found.items()})
    except ValueError:
        return None


def _clean(found: Mapping[int, object]) -> Names:
    """What can be shown in a line, and no more of it than a name needs."""
    kept = list(found.items())[:MOST_NAMES]
    return {n: "".join(c for c in str(name) if c.isprintable())[:MOST_LETTERS] or str(n) for n, name in kept if n >= 0}


def wanted_numbers(names: Names, wanted: Sequence[str], model: str) -> frozenset[int] | None:
    """Of the classes to keep; None for all. Raises InputInvalid for a name that no class has."""
    if not wanted:
        return None
    if missing := [name for name in wanted if name not in names.values()]:
        some = ", ".join(list(names.values())[:20]) + (" …" if len(names) > 20 else "")
        raise InputInvalid(f"model {model} has no class {', '.join(missing)}; its classes: {some or 'without names'}")
    return frozenset(number for number, name in names.items() if name in wanted)


def name_of(names: Names, number: int) -> str:
    """The number itself where it has no name."""
    return names.get(number, str(number))
