"""Files of this machine that a VideoJob names, and the VideoJob with their places in a store instead. Pure."""

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from job_runner.workspace.places import local_path
from spotreel.errors import NotUploadable

Object = dict[str, Any]
_DIGITS = 16
_LOCAL = "file:"


def local_inputs(videojob: Object) -> list[Path]:
    """Each once, in their order."""
    uris = (item["uri"] for item in videojob["spec"].get("inputs") or [])
    return list(dict.fromkeys(local_path(uri) for uri in uris if uri.startswith(_LOCAL)))


def check_written(videojob: Object) -> None:
    """Raises NotUploadable for what a cluster would write to this machine."""
    spec = videojob["spec"]
    for what in ("outputs", "results"):
        for index, item in enumerate(spec.get(what) or []):
            if str(item.get("uri") or "").startswith(_LOCAL):
                raise NotUploadable(
                    f"{what}[{index}].uri {item['uri']}: a cluster cannot write to this machine; name s3://bucket/key "
                    "(with --to), and a local file with --fetch"
                )
    if str((spec.get("checkpoint") or {}).get("uri") or "").startswith(_LOCAL):
        raise NotUploadable("checkpoint.uri: a cluster cannot write to this machine; name s3://bucket/folder/")


def check_target(target: str | None, paths: list[Path]) -> str:
    """Where `paths` go, with a slash at its end. Raises NotUploadable."""
    if target is None:
        names = ", ".join(str(path) for path in paths)
        raise NotUploadable(f"{names}: on this machine, out of a cluster's reach; add --upload-to s3://bucket/folder/")
    if not target.startswith("s3://") or len(target) < len("s3://x"):
        raise NotUploadable(f"--upload-to {target}: files are uploaded to s3://bucket/folder/")
    return target.rstrip("/") + "/"


def place_of(target: str, path: Path, sha256: str) -> str:
    """The URI that a file gets: named after its bytes, so that it is uploaded once and never replaced by others."""
    return f"{target}{sha256[:_DIGITS]}/{quote(path.name, safe='')}"


def with_places(videojob: Object, places: Mapping[Path, str]) -> Object:
    """The VideoJob with these URIs for its local inputs."""
    made = copy.deepcopy(videojob)
    for item in made["spec"].get("inputs") or []:
        if item["uri"].startswith(_LOCAL):
            item["uri"] = places[local_path(item["uri"])]
    return made
