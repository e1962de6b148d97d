"""Stores and Secrets that a job names, by the fields that name them. Pure."""

from videojob_api.analyses import HeadersRef
from videojob_api.inputs import Storage
from videojob_api.results import DatabaseRef
from videojob_api.spec import VideoJobSpec


def stores_named(spec: VideoJobSpec) -> dict[str, Storage]:
    """The job's own storage, and that of its inputs."""
    named = {"spec.storage": spec.storage} | {f"spec.inputs[{n}].storage": i.storage for n, i in enumerate(spec.inputs)}
    return {field: storage for field, storage in named.items() if storage}


def keys_named(spec: VideoJobSpec) -> dict[str, HeadersRef | DatabaseRef]:
    """Headers for remote engines and URLs of databases: a Secret and a key in it."""
    headers = {f"spec.analyses[{n}].remote": a.remote.secret_ref for n, a in enumerate(spec.analyses or []) if a.remote}
    databases = {f"spec.results[{n}].sql": r.sql.secret_ref for n, r in enumerate(spec.results or []) if r.sql}
    return {f"{field}.secretRef": ref for field, ref in {**headers, **databases}.items() if ref}
