"""Fields of a spec that hold one word of several."""

from collections.abc import Iterator
from typing import Any

from videojob_api.schema import videojob_schema


def enums(schema: dict[str, Any], path: str = "") -> Iterator[tuple[str, list[str]]]:
    """Place and words of each."""
    if "enum" in schema:
        yield path, schema["enum"]
    for name, below in schema.get("properties", {}).items():
        yield from enums(below, f"{path}.{name}".lstrip("."))
    if "items" in schema:
        yield from enums(schema["items"], f"{path}[]")


ENUMS = dict(enums(videojob_schema()["properties"]["spec"]))
