"""Watches: of VideoJobs by kopf, of Jobs, pods, nodes and warnings in our own loop.

kopf is a shell here: each event is handed to the cache in a line. Only `on.event`: create, update,
timers and daemons would add annotations and a finalizer, and an index costs quadratic time at
start-up. It has a thread and a loop of its own, because at its end it cancels every task of its loop,
ours too; and it ends when one namespace refuses, so it is started again with those that do not.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, cast

import kopf
from kubernetes.aio.client.configuration import Configuration

from spotreel_operator.app.login import connection
from spotreel_operator.runtime.api import EVENTS, JOBS, NODES, PODS, VIDEOJOBS, Kind, KubernetesApi
from spotreel_operator.runtime.cache import Cache
from spotreel_operator.runtime.follow import Follower, pause
from spotreel_operator.runtime.lists import Lists, scopes
from spotreel_operator.runtime.scaling import Scaling
from spotreel_operator.runtime.warnings import ONLY_WARNINGS, Warnings
from spotreel_operator.state.signals import NORMAL_REASONS
from videojob_api import names

log = logging.getLogger(__name__)
See = Callable[[Any], None]
"""Takes a watch event: its `type` and its `object`."""

STEADY_SECONDS = 60.0
"""A watch that has lasted for so long has not failed at its start."""


def followers(
    api: KubernetesApi, lists: Lists, cache: Cache, warnings: Warnings, scaling: Scaling, namespaces: Sequence[str]
) -> list[Follower]:
    """All watches but kopf's; each goes on alone, whatever happens to the others."""
    made = [
        Follower(
            str(scope),
            partial(lists.begin, scope),
            partial(api.watch, scope.kind, scope.namespace, selector=scope.selector),
            partial(see, cache, scope.kind),
        )
        for scope in scopes(namespaces, (NODES, PODS, JOBS))
    ]
    for namespace in namespaces or (None,):
        begin, watch = (
            partial(warnings.begin, api, namespace),
            partial(api.watch, EVENTS, namespace, fields=ONLY_WARNINGS),
        )
        made.append(Follower(f"warnings in {namespace or 'all namespaces'}", begin, watch, warnings.see))
        made.extend(_of_autoscalers(api, scaling, reason, namespace) for reason in NORMAL_REASONS)
    return made


def _of_autoscalers(api: KubernetesApi, scaling: Scaling, reason: str, namespace: str | None) -> Follower:
    return Follower(
        f"{reason} in {namespace or 'all namespaces'}",
        partial(scaling.begin, api, reason, namespace),
        partial(api.watch, EVENTS, namespace, fields=f"reason={reason}"),
        scaling.see,
    )


def see(cache: Cache, kind: Kind, event: Any) -> None:
    """Hands a watch event to the cache."""
    act = cache.remove if event["type"] == "DELETED" else cache.put
    act(kind, event["object"])


def registry(see: See, configuration: Configuration) -> kopf.OperatorRegistry:
    """Makes kopf's handlers: credentials, and VideoJobs to `see`."""
    made = kopf.OperatorRegistry()

    @kopf.on.login(registry=made)
    async def login(**_: Any) -> kopf.ConnectionInfo:
        return await connection(configuration)

    @kopf.on.event(names.GROUP, names.VERSION, names.PLURAL, registry=made)
    async def videojob(event: Any, **_: Any) -> None:
        see(event)

    return made


class NoDiffs(kopf.DiffBaseStorage):
    """kopf copies each object and computes what has changed, for handlers that we do not have."""

    def build(self, *, body: Any, extra_fields: Any = None) -> Any:
        """Nothing of an object counts."""
        return {}

    def fetch(self, *, body: Any) -> Any:
        """Nothing was ever seen."""
        return None

    def store(self, *, body: Any, patch: Any, essence: Any) -> None:
        """Keeps no copy: nothing is ever compared with it."""


def settings() -> kopf.OperatorSettings:
    """Nothing written, nothing scanned, nothing compared."""
    made = kopf.OperatorSettings()
    made.posting.enabled = False
    made.scanning.disabled = True
    made.peering.standalone = True
    made.process.ultimate_exiting_timeout = None
    made.persistence.diffbase_storage = NoDiffs()
    # Else each object keeps a task for five seconds: at a start with thousands of them, most of the memory.
    made.queueing.idle_timeout = 0.1
    made.watching.server_timeout = 300
    made.watching.inactivity_timeout = 70
    made.watching.reconnect_backoff = 0.2
    made.watching.chunk_size = 50
    return made


class Watches:
    """kopf, in a daemon thread. `follow(namespaces)` begins, and begins anew when they are others."""

    def __init__(
        self,
        configuration: Configuration,
        cache: Cache,
        loop: asyncio.AbstractEventLoop,
        ended: Callable[[], None],
    ) -> None:
        """The cache belongs to `loop`; `ended` is called there when kopf has given up and starts again."""
        self._configuration, self._cache, self._loop, self._ended = configuration, cache, loop, ended
        self._namespaces: tuple[str, ...] | None = None
        self._stop: Callable[[], None] | None = None

    def follow(self, namespaces: Sequence[str]) -> None:
        """Watches these namespaces from now on; with none, all of them."""
        wanted = tuple(namespaces)
        if wanted == self._namespaces:
            return
        first, self._namespaces = self._namespaces is None, wanted
        if first:
            threading.Thread(target=self._run, name="kopf", daemon=True).start()
        elif stop := self._stop:
            stop()

    def _run(self) -> None:
        failures = 0
        while True:
            began = time.monotonic()
            asked = self._once()
            failures = 0 if asked or time.monotonic() - began > STEADY_SECONDS else failures + 1
            if not (asked or self._tell()):
                return
            time.sleep(pause(failures))

    def _once(self) -> bool:
        """True if it ended because it was asked to."""
        namespaces = self._namespaces or ()
        try:
            asyncio.run(self._watch(namespaces))
        except Exception as error:
            log.warning("the watch of VideoJobs has ended, starting it again: %s", error)
        return namespaces != self._namespaces

    def _tell(self) -> bool:
        """False if our own loop is closed: the process ends."""
        try:
            self._loop.call_soon_threadsafe(self._ended)
        except RuntimeError:
            return False
        return True

    async def _watch(self, namespaces: tuple[str, ...]) -> None:
        stop = asyncio.Event()
        self._stop = partial(_set, asyncio.get_running_loop(), stop)
        if namespaces != self._namespaces:
            return
        await kopf.operator(
            registry=registry(self._see, self._configuration),
            settings=settings(),
            clusterwide=not namespaces,
            namespaces=namespaces,
            standalone=True,
            stop_flag=stop,
            # kopf would ask for the user's name, and a pod's user has none.
            identity=cast(Any, "spotreel"),
        )

    def _see(self, event: Any) -> None:
        self._loop.call_soon_threadsafe(see, self._cache, VIDEOJOBS, event)


def _set(loop: asyncio.AbstractEventLoop, event: asyncio.Event) -> None:
    """From another thread; a loop that is closed needs it no more."""
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(event.set)
