"""The versions of the API as the CRD lists them, one row each; docs/support.md says what is promised about them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

Schema = dict[str, Any]


@dataclass(frozen=True)
class ApiVersion:
    """One version. All have the same fields until the CRD has a conversion webhook: `strategy: None` only renames."""

    name: str
    schema: Callable[[], Schema]
    """Of the whole object."""

    storage: bool = False
    """In this one etcd keeps objects; exactly one is."""

    served: bool = True
    deprecated: str = ""
    """What the API server warns users of this version with; empty: nothing."""


def entries(versions: Sequence[ApiVersion], more: Schema) -> list[Schema]:
    """`spec.versions` of the CRD; `more` is what all have besides. Raises ValueError where that would be refused."""
    kept = [version.name for version in versions if version.storage]
    if len(kept) != 1:
        raise ValueError(f"exactly one version is for storage, not {len(kept)}: {', '.join(kept) or 'none'}")
    if len({version.name for version in versions}) < len(versions):
        raise ValueError("two versions have the same name")
    return [_entry(version, more) for version in versions]


def _entry(version: ApiVersion, more: Schema) -> Schema:
    warning = {"deprecated": True, "deprecationWarning": version.deprecated} if version.deprecated else {}
    head = {"name": version.name, "served": version.served, "storage": version.storage, **warning}
    return {**head, "schema": {"openAPIV3Schema": version.schema()}, **more}
