"""The parts put together, and the order in which they start and stop."""

import asyncio
import logging
import signal
import time
from contextlib import suppress
from datetime import timedelta

import aiohttp

from spotreel_operator.app.http import Http
from spotreel_operator.app.metrics import Metrics
from spotreel_operator.app.settings import ConfigFile, Settings
from spotreel_operator.app.tokens import Tokens
from spotreel_operator.app.watches import Watches
from spotreel_operator.reconcile.plan import Plan
from spotreel_operator.reconcile.reconcile import reconcile
from spotreel_operator.reconcile.snapshot import Snapshot
from spotreel_operator.runtime.api import VIDEOJOBS, ApiError, Conflict, KubernetesApi, connect
from spotreel_operator.runtime.cache import Cache, Key
from spotreel_operator.runtime.executor import Executor, Writes
from spotreel_operator.runtime.lease import Lease
from spotreel_operator.runtime.lists import list_all
from spotreel_operator.runtime.queue import WorkQueue
from spotreel_operator.runtime.reports import Reports
from spotreel_operator.runtime.snapshots import Snapshots, utcnow
from videojob_api.names import Phase

log = logging.getLogger(__name__)
QUEUE_STUCK_SECONDS = 120.0
LIST_RETRY_SECONDS = 2.0


class Operator:
    """One process of the operator."""

    def __init__(self, settings: Settings, api: KubernetesApi, config: ConfigFile) -> None:
        self._settings, self._api = settings, api
        self._queue: WorkQueue[Key] = WorkQueue(self._work, self._failed)
        self.cache = Cache(self._queue.add)
        self._reports, self._metrics = Reports(), Metrics()
        self._config = config
        self._snapshots = Snapshots(api, self.cache, self._reports, config, settings.progress_url)
        self._executor = Executor(
            api, self.cache, Writes.from_environment(), settings.status_interval, self._snapshots.rejections.__setitem__
        )
        s = settings
        self._lease = Lease(api, s.lease_namespace, s.lease_name, s.identity, s.lease_seconds)
        self._http = Http(
            Tokens(api, self.cache),
            self._reports,
            self._metrics,
            self._queue.add,
            utcnow,
            self._unhealthy,
            self._unready,
        )
        self._listed = time.monotonic()
        self._working = False
        self._metrics.watch_phases(self._phases)
        self._gauges()

    async def run(self) -> None:
        """As a follower, then as the leader; returns when the lease is lost."""
        await self._http.start(self._settings.listen_host, self._settings.listen_port)
        lists = asyncio.create_task(self._keep_listing())
        try:
            await self._lease.acquire()
            await self._lead_while_held()
        finally:
            lists.cancel()
            await self._http.stop()
            await self._lease.release()

    async def _lead_while_held(self) -> None:
        """The lease is renewed from the first moment on; losing it ends the work at once."""
        tasks = [asyncio.create_task(self._lease.keep()), asyncio.create_task(self._lead())]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._working = False
            for task in tasks:
                task.cancel()

    async def _lead(self) -> None:
        await self._list_until_done()
        # Only now is anybody heard: silence before this moment proves nothing.
        self._snapshots.listening_since = utcnow()
        self._working = True
        log.info("working", extra={"identity": self._settings.identity})
        await asyncio.gather(*(self._queue.run() for _ in range(self._settings.workers)))

    async def _keep_listing(self) -> None:
        while True:
            await self._list_until_done()
            await asyncio.sleep(self._settings.resync_seconds)

    async def _list_until_done(self) -> None:
        while True:
            try:
                await list_all(self._api, self.cache, self._settings.namespaces)
                self._listed = time.monotonic()
                for body in self.cache.living(VIDEOJOBS):
                    self._queue.add((body["metadata"]["namespace"], body["metadata"]["name"]))
                return
            except (ApiError, aiohttp.ClientError, TimeoutError, OSError) as error:
                log.warning("listing failed, trying again", extra={"error": str(error)})
                await asyncio.sleep(LIST_RETRY_SECONDS)

    async def _work(self, key: Key) -> timedelta | None:
        """One look at one VideoJob."""
        snapshot = await self._snapshots.take(key)
        if snapshot is None:
            return None
        with self._metrics.seconds.time():
            plan = reconcile(snapshot)
        again = await self._executor.apply(snapshot, plan)
        self._metrics.reconciles.labels("done").inc()
        self._count_verdicts(snapshot, plan)
        return again

    def _count_verdicts(self, snapshot: Snapshot, plan: Plan) -> None:
        before = {a.name for a in snapshot.videojob.status.attempts if a.verdict}
        after = plan.status.attempts if plan.status else []
        self._metrics.judged(a for a in after if a.verdict and a.name not in before)

    def _failed(self, key: Key, error: BaseException) -> None:
        """A conflict means that somebody was faster: routine. All else is worth a line."""
        if isinstance(error, Conflict):
            self._metrics.reconciles.labels("conflict").inc()
            return
        self._metrics.reconciles.labels("error").inc()
        expected = isinstance(error, (ApiError, aiohttp.ClientError, TimeoutError, OSError))
        log.warning("not done: %s", error, extra={"videojob": "/".join(key)}, exc_info=None if expected else error)

    def _unhealthy(self) -> str | None:
        """Proves that lists come in and the queue moves, not only that the event loop turns."""
        if time.monotonic() - self._listed > 3 * self._settings.resync_seconds:
            return "no full list for too long"
        if self._working and self._queue.oldest() > QUEUE_STUCK_SECONDS:
            return "the queue does not move"
        return None

    def _unready(self) -> str | None:
        return None if self._working else "not the leader"

    def _phases(self) -> list[str]:
        return [b.get("status", {}).get("phase", Phase.PENDING) for b in self.cache.living(VIDEOJOBS)]

    def _gauges(self) -> None:
        m = self._metrics
        m.leader.set_function(lambda: float(self._working))
        m.queue.set_function(lambda: float(len(self._queue)))
        m.queue_age.set_function(self._queue.oldest)
        m.list_age.set_function(lambda: time.monotonic() - self._listed)
        m.config_refused.set_function(lambda: float(self._config.refused))


async def serve(settings: Settings) -> bool:
    """Runs until told to stop (True), or until the lease is lost or the watches have ended (False)."""
    configuration = await connect()
    api = KubernetesApi(configuration)
    operator = Operator(settings, api, ConfigFile(settings.config))
    loop, told, ended = asyncio.get_running_loop(), asyncio.Event(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    watches = Watches(configuration, settings.namespaces, operator.cache, loop, ended.set)
    watches.start()
    work = asyncio.create_task(operator.run())
    waits = [asyncio.create_task(event.wait()) for event in (told, ended)]
    await asyncio.wait([work, *waits], return_when=asyncio.FIRST_COMPLETED)
    work.cancel()
    with suppress(asyncio.CancelledError):
        await work
    await api.close()
    return told.is_set()
