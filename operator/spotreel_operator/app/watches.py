"""kopf as a shell: watches, each event handed to the cache in a line; no logic here.

Only `on.event`: create, update, timers and daemons would add annotations and a finalizer, and an
index costs quadratic time at start-up. kopf has a thread and a loop of its own, because at its end it
cancels every task of its loop, ours too.
"""

import asyncio
import logging
import threading
from collections.abc import Callable, Sequence
from typing import Any

import kopf
from kubernetes.aio.client.configuration import Configuration

from spotreel_operator.app.login import connection
from spotreel_operator.runtime.api import JOBS, NODES, PODS, VIDEOJOBS, Kind
from spotreel_operator.runtime.cache import Cache
from videojob_api import names

log = logging.getLogger(__name__)
See = Callable[[Kind, Any], None]
"""Takes a watch event: its `type` and its `object`."""

OURS = {names.LABEL_MANAGED_BY: names.MANAGED_BY}
OURS_SELECTOR = f"{names.LABEL_MANAGED_BY}={names.MANAGED_BY}"


def registry(see: See, configuration: Configuration) -> kopf.OperatorRegistry:
    """All handlers."""
    made = kopf.OperatorRegistry()

    @kopf.on.login(registry=made)
    async def login(**_: Any) -> kopf.ConnectionInfo:
        return await connection(configuration)

    @kopf.on.event(names.GROUP, names.VERSION, names.PLURAL, registry=made)
    async def videojob(event: Any, **_: Any) -> None:
        see(VIDEOJOBS, event)

    @kopf.on.event("batch", "v1", "jobs", labels=OURS, registry=made)
    async def job(event: Any, **_: Any) -> None:
        see(JOBS, event)

    @kopf.on.event("", "v1", "pods", labels=OURS, registry=made)
    async def pod(event: Any, **_: Any) -> None:
        see(PODS, event)

    @kopf.on.event("", "v1", "nodes", registry=made)
    async def node(event: Any, **_: Any) -> None:
        see(NODES, event)

    return made


def settings() -> kopf.OperatorSettings:
    """Nothing written, nothing scanned; selectors on the server's side."""
    made = kopf.OperatorSettings()
    made.posting.enabled = False
    made.scanning.disabled = True
    made.peering.standalone = True
    made.watching.server_timeout = 300
    made.watching.inactivity_timeout = 70
    made.watching.reconnect_backoff = 0.2
    for resource in (("batch", "v1", "jobs"), ("", "v1", "pods")):
        made.watching.label_selectors[resource] = OURS_SELECTOR
    return made


class Watches:
    """Feeds the cache, which belongs to `loop`, until the process ends; `ended` is called if kopf gives up."""

    def __init__(
        self,
        configuration: Configuration,
        namespaces: Sequence[str],
        cache: Cache,
        loop: asyncio.AbstractEventLoop,
        ended: Callable[[], None],
    ) -> None:
        self._configuration, self._namespaces = configuration, namespaces
        self._cache, self._loop, self._ended = cache, loop, ended

    def start(self) -> None:
        """In a daemon thread."""
        threading.Thread(target=self._run, name="kopf", daemon=True).start()

    def _run(self) -> None:
        try:
            asyncio.run(self._watch())
        except Exception:
            log.exception("the watches have failed")
        self._loop.call_soon_threadsafe(self._ended)

    async def _watch(self) -> None:
        await kopf.operator(
            registry=registry(self._see, self._configuration),
            settings=settings(),
            clusterwide=not self._namespaces,
            namespaces=self._namespaces,
            standalone=True,
            # kopf would ask for the user's name, and a pod's user has none.
            identity="spotreel",  # type: ignore[arg-type]
        )

    def _see(self, kind: Kind, event: Any) -> None:
        act = self._cache.remove if event["type"] == "DELETED" else self._cache.put
        self._loop.call_soon_threadsafe(act, kind, event["object"])
