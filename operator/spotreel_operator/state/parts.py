"""Parts of the API server's objects."""

from collections.abc import Iterable
from typing import Any

Object = dict[str, Any]


def only(values: Object | None, keys: Iterable[str]) -> Object:
    """Those of an object's fields that are there."""
    return {key: values[key] for key in keys if key in values} if values else {}
