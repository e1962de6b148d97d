"""Objects that a plan has made: stored with its digest, and refused where another plan has made them."""

from collections.abc import Mapping
from pathlib import Path

from job_runner.errors import WorkspaceCorrupt
from job_runner.workspace.directory import file_sha256
from job_runner.workspace.store import Store


def object_of(store: Store, key: str, digest: str) -> bytes:
    """An object of the plan of this digest. Raises Missing, and WorkspaceCorrupt for another plan's."""
    found = store.get(key)
    _check(key, found.metadata, digest)
    return found.data


def file_of(store: Store, key: str, digest: str, path: Path) -> None:
    """Copies an object of any size into a local file; raises WorkspaceCorrupt also for other bytes than were put."""
    metadata = store.fetch(key, path)
    if "sha256" in metadata and metadata["sha256"] != file_sha256(path):
        raise WorkspaceCorrupt(f"{key} is not what was written; delete the workspace")
    _check(key, metadata, digest)


def _check(key: str, metadata: Mapping[str, str], digest: str) -> None:
    # Where a store ignores conditions, two first runners may each have begun with a plan of their own.
    if metadata.get("plan", digest) != digest:
        raise WorkspaceCorrupt(f"{key} was made by another plan; delete the workspace")
