"""kopf's handlers. They hand objects to the cache, which puts keys on the queue; no logic here.

Only `on.event`: create, update, timers and daemons would add annotations and a finalizer, and an
index costs quadratic time at start-up.
"""

from typing import Any

import kopf
from kubernetes.aio.client.configuration import Configuration

from spotreel_operator.app.login import connection
from spotreel_operator.runtime.api import JOBS, NODES, PODS, VIDEOJOBS, Kind
from spotreel_operator.runtime.cache import Cache
from videojob_api import names

OURS = {names.LABEL_MANAGED_BY: names.MANAGED_BY}
OURS_SELECTOR = f"{names.LABEL_MANAGED_BY}={names.MANAGED_BY}"


def _saw(cache: Cache, kind: Kind, event: Any) -> None:
    act = cache.remove if event["type"] == "DELETED" else cache.put
    act(kind, event["object"])


def registry(cache: Cache, configuration: Configuration) -> kopf.OperatorRegistry:
    """All handlers, bound to one cache."""
    made = kopf.OperatorRegistry()

    @kopf.on.login(registry=made)
    async def login(**_: Any) -> kopf.ConnectionInfo:
        return await connection(configuration)

    @kopf.on.event(names.GROUP, names.VERSION, names.PLURAL, registry=made)
    async def videojob(event: Any, **_: Any) -> None:
        _saw(cache, VIDEOJOBS, event)

    @kopf.on.event("batch", "v1", "jobs", labels=OURS, registry=made)
    async def job(event: Any, **_: Any) -> None:
        _saw(cache, JOBS, event)

    @kopf.on.event("", "v1", "pods", labels=OURS, registry=made)
    async def pod(event: Any, **_: Any) -> None:
        _saw(cache, PODS, event)

    @kopf.on.event("", "v1", "nodes", registry=made)
    async def node(event: Any, **_: Any) -> None:
        _saw(cache, NODES, event)

    return made


def settings() -> kopf.OperatorSettings:
    """kopf as a shell: watches only, nothing written, nothing scanned."""
    made = kopf.OperatorSettings()
    made.posting.enabled = False
    made.scanning.disabled = True
    made.peering.standalone = True
    made.watching.server_timeout = 300
    made.watching.inactivity_timeout = 70
    made.watching.reconnect_backoff = 0.2
    made.batching.batch_window = 0.01
    for resource in (("batch", "v1", "jobs"), ("", "v1", "pods")):
        made.watching.label_selectors[resource] = OURS_SELECTOR
    return made
