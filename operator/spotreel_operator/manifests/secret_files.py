"""Secrets of a job as files of its runner: `<Secret>/<key>`. Pure.

Only the keys that are needed are mounted. Each must be there for the pod to start, but for a store's session token,
which there is where keys are good for a while only.
"""

from collections.abc import Sequence
from typing import Any

from videojob_api.secret_refs import keys_named, stores_named
from videojob_api.spec import VideoJobSpec

Object = dict[str, Any]

_STORE_KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
_STORE_TOKEN = "AWS_SESSION_TOKEN"


def secret_sources(spec: VideoJobSpec) -> list[Object]:
    """Sources of a projected volume: what stores, remote engines and databases of this job need."""
    stores = {store.secret_ref.name for store in stores_named(spec).values() if store.secret_ref}
    keys = {(ref.name, ref.key) for ref in keys_named(spec).values()}
    keys -= {(name, key) for name in stores for key in (*_STORE_KEYS, _STORE_TOKEN)}
    single = [_source(name, [key]) for name, key in sorted(keys)]
    return [source for name in sorted(stores) for source in _of_store(name)] + single


def _of_store(name: str) -> list[Object]:
    return [_source(name, _STORE_KEYS), _source(name, [_STORE_TOKEN], optional=True)]


def _source(name: str, keys: Sequence[str], **more: bool) -> Object:
    return {"secret": {"name": name, "items": [{"key": key, "path": f"{name}/{key}"} for key in keys], **more}}
