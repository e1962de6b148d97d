"""CEL rules of the spec as a whole: what never changes, and that what is named is there."""

from collections.abc import Sequence
from typing import Any

from pydantic import JsonValue

from videojob_api.by_type import places
from videojob_api.model import Model, rule


def immutable(*fields: str) -> list[dict[str, JsonValue]]:
    """Rules that fields of the spec stay as they were made.

    They stand on the spec: those of a field are skipped when it appears or vanishes.
    """
    return [
        rule(
            f"has(self.{f}) == has(oldSelf.{f}) && (!has(self.{f}) || self.{f} == oldSelf.{f})",
            f"spec.{f} is immutable: delete the VideoJob and create another",
            fieldPath=f".{f}",
            reason="FieldValueForbidden",
        )
        for f in fields
    ]


def _known(root: str, place: Sequence[str], exists: str) -> str:
    """CEL: `exists`, a pattern, holds for the name at this place below `root`, if there is one."""
    if not place:
        return exists.format(root)
    if place[0] == "[]":
        item = f"x{len(place)}"
        return f"{root}.all({item}, {_known(item, place[1:], exists)})"
    here = f"{root}.{place[0]}"
    return f"(!has({here}) || {_known(here, place[1:], exists)})"


def all_known(field: str, model: type[Model], mark: type[Any], exists: str, list_of: bool = True) -> str:
    """CEL: whatever below a field of the spec names something names what is there."""
    below = ("[]",) if list_of else ()
    found = sorted((*field.split("."), *below, *place) for place in places(model, mark))
    return " && ".join(_known("self", place, exists) for place in found)
