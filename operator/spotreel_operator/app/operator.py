"""The parts put together, and the order in which they start and stop."""

import asyncio
import logging
import signal
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

from spotreel_operator.app.inbox import Inbox
from spotreel_operator.app.looks import EXPECTED, Looks, longest_backoff
from spotreel_operator.app.metrics import Metrics
from spotreel_operator.app.probes import Heartbeat
from spotreel_operator.app.progress_url import Named, ProgressURL
from spotreel_operator.app.serving import serving
from spotreel_operator.app.settings import ConfigFile, Settings
from spotreel_operator.app.tasks import tasks_of
from spotreel_operator.app.thread import LoopThread
from spotreel_operator.app.tls import Authority
from spotreel_operator.app.watches import Watches, followers
from spotreel_operator.backends.kubernetes_job import KubernetesJobs
from spotreel_operator.reconcile.help_links import help_page
from spotreel_operator.runtime.api import VIDEOJOBS, KubernetesApi, Object, connect
from spotreel_operator.runtime.cache import Cache, Key
from spotreel_operator.runtime.executor import Executor
from spotreel_operator.runtime.lease import Lease
from spotreel_operator.runtime.line import is_bounded
from spotreel_operator.runtime.lists import Lists
from spotreel_operator.runtime.living import Living
from spotreel_operator.runtime.neighbours import Neighbours, Overlap
from spotreel_operator.runtime.priorities import priorities
from spotreel_operator.runtime.publication import Place, Publication
from spotreel_operator.runtime.queue import Lane, WorkQueue
from spotreel_operator.runtime.reports import Reports
from spotreel_operator.runtime.scaling import Scaling
from spotreel_operator.runtime.snapshots import Snapshots, utcnow
from spotreel_operator.runtime.warnings import Warnings
from spotreel_operator.runtime.writes import Writes
from spotreel_operator.state.reach import Reach
from videojob_api.dump import State, dump_on_signal
from videojob_api.names import ENDS, Phase

log = logging.getLogger(__name__)
NO_LOOK_ENDS_SECONDS = 120.0
ONE_LOOK_SECONDS = 600.0
FIRST_LIST_SECONDS = 1.0
LIST_RETRY_SECONDS = 2.0
FINISH_SECONDS = 0.5
"""So long may looks under way take to end, before the lease is given back."""

REPORTS_KEPT = timedelta(minutes=10)
REVIEW_SECONDS = 5.0


class Operator:
    """One process of the operator."""

    def __init__(
        self, settings: Settings, api: KubernetesApi, config: ConfigFile, connect: Callable[[], KubernetesApi]
    ) -> None:
        self._settings, self._api = settings, api
        self.cache = Cache(self._changed, ended=self._ended)
        self._scaling = Scaling(self._said_of)
        self._reports, self._metrics, self._warnings = Reports(), Metrics(), Warnings(self._scaling.put)
        self._config = config
        self._lists = Lists(api, self.cache, settings.namespaces)
        s = settings
        reach = Reach.of(s.namespaces)
        self._lease = Lease(
            api, s.lease_namespace, s.lease_name, s.identity, s.lease_seconds, reach=reach, account=s.account
        )
        self._neighbours = Neighbours(api, (s.lease_namespace, s.lease_name), reach)
        self._publication = Publication(api, _place(s), self._lease.valid)
        authority = Authority(s.http.authority)
        named = Named(s.progress_url, s.fallback_url, s.http, authority)
        url = ProgressURL(s.progress_url, s.fallback_url, lambda: self._publication.published, named)
        self._snapshots = Snapshots(
            api, self.cache, self._reports, config, url, self._warnings, authority, self._scaling, self._changed
        )
        writes = Writes.from_environment()
        backend = KubernetesJobs(api, self.cache, writes, self._snapshots.rejections.hear)
        self._executor = Executor(api, self.cache, backend, writes, settings.status_interval, self._metrics.recorded)
        looks = Looks(
            self.cache, self._snapshots, self._executor, self._metrics, self._lease.valid, self._lists.refused,
            lambda: help_page(config()),
        )  # fmt: skip
        self._queue: WorkQueue[Key] = WorkQueue(looks.look, looks.failed, longest_backoff)
        self._listed, self._list_now = time.monotonic(), asyncio.Event()
        self._working = self._has_list = self._stopping = False
        self.watch: Callable[[Sequence[str]], None] = lambda namespaces: None
        """Is told after each full list which namespaces can be watched."""

        self._metrics.watch_phases(self._phases)
        self._heartbeat = Heartbeat(self._unhealthy, self._unready, lambda: self._working, self._figures)
        self._loop = asyncio.get_running_loop()
        self._inbox = Inbox(self._loop, self._reports, self._heard)
        self._http = LoopThread(
            "http", lambda: serving(s.http, connect, self.cache, self._inbox.take, self._metrics, self._heartbeat)
        )
        self._metrics.heartbeat.set_function(self._heartbeat.age)

    # news

    def _changed(self, key: Key) -> None:
        """A follower keeps no queue: whoever begins to lead looks at everything."""
        if self._working:
            self._queue.add(key, Lane.EVENT)

    def _ended(self, key: Key) -> None:
        """What may need its next attempt goes before a crowd that begins."""
        if self._working:
            self._queue.add(key, Lane.ENDED)

    def _heard(self, key: Key) -> None:
        """Reports come all the time, and must not hold up what the cluster says."""
        if self._working:
            self._queue.add(key, Lane.TIMER)

    def _said_of(self, about: Key) -> None:
        """An autoscaler speaks of a pod, by its namespace and uid: mostly of other people's."""
        entry = self.cache.pod(about[1])
        if entry and entry.gone_since is None and (attempt := self.cache.attempt_of(entry.body)):
            self._changed((about[0], attempt.videojob))

    def _look_at(self, bodies: Sequence[Object]) -> None:
        for body in bodies:
            self._queue.add((body["metadata"]["namespace"], body["metadata"]["name"]), Lane.RESYNC)

    # starting, leading, stopping

    async def run(self) -> None:
        """As a follower, then as the leader; returns when the lease is lost."""
        await self._http.start()
        watching = followers(
            self._api, self._lists, self.cache, self._warnings, self._scaling, self._settings.namespaces
        )
        works = (self._heartbeat.run(), self._keep_listing(), *(f.run() for f in watching))
        background = [asyncio.create_task(work) for work in works]
        try:
            await self._neighbours.wait()
            await self._lease.acquire()
            await self._lead_while_held()
        finally:
            self._stopping = True
            # Before all else: a successor waits for it.
            await self._lease.release()
            await self._publication.withdraw()
            for task in background:
                task.cancel()
            await self._http.stop()

    async def _lead_while_held(self) -> None:
        """The lease is renewed from the first moment on; losing it ends the work at once. No write comes later."""
        kept, led = asyncio.create_task(self._lease.keep()), asyncio.create_task(self._lead())
        try:
            await asyncio.wait((kept, led), return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._working = False
            self._queue.close()
            if not kept.done():
                await asyncio.wait((led,), timeout=FINISH_SECONDS)
            for task in (led, kept):
                task.cancel()
            for result in await asyncio.gather(led, kept, return_exceptions=True):
                if isinstance(result, Exception):
                    ours = None if isinstance(result, Overlap) else result
                    log.error("the leader has failed: %s", result, exc_info=ours)

    async def _lead(self) -> None:
        await self._neighbours.begin()
        await self._list_until_done()
        await self._publication.begin()
        # Only now is anybody heard: silence before this moment proves nothing.
        self._snapshots.listening_since = utcnow()
        self._snapshots.capacity.rebuild(self.cache.living(VIDEOJOBS), self._config(), utcnow())
        self._working = True
        # All are looked at once, finished ones last: what still hangs or has a time to live asks to be seen again.
        self._look_at(sorted(self.cache.living(VIDEOJOBS), key=_finished))
        log.info("working", extra={"identity": self._settings.identity})
        work = asyncio.gather(*(self._queue.run() for _ in range(self._settings.workers)))
        await _beside(work, self._publication.keep(), self._neighbours.keep())

    # full lists

    def list_soon(self) -> None:
        """A watch has failed: perhaps a namespace is gone."""
        self._list_now.set()

    async def _keep_listing(self) -> None:
        """Followers, too; who leads at once lists at once, and not twice."""
        wait = FIRST_LIST_SECONDS
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._list_now.wait(), wait)
            self._list_now.clear()
            if not self._lists.busy:
                await self._list_until_done()
                if self._working:
                    self._look_at([b for b in self.cache.living(VIDEOJOBS) if not _finished(b)])
            wait = self._settings.resync_seconds

    async def _list_until_done(self) -> None:
        while True:
            try:
                await self._lists.refresh()
                if is_bounded(self._config()):
                    self._snapshots.line.priorities = await priorities(self._api)
            except Exception as error:
                expected = isinstance(error, EXPECTED)
                log.warning("listing failed, trying again: %s", error, exc_info=None if expected else error)
                await asyncio.sleep(LIST_RETRY_SECONDS)
            else:
                self._listed, self._has_list = time.monotonic(), True
                self.watch([n for n in self._settings.namespaces if n not in self._lists.refused])
                self._tidy()
                return

    def _tidy(self) -> None:
        """The one place where all are told what is still there, so that nothing grows with the jobs ever seen."""
        living = Living.of(self.cache)
        self._queue.keep(living.videojobs)
        self._executor.keep(living)
        self._snapshots.keep(living)
        self._warnings.keep(living.uids)
        self._scaling.keep(living.uids)
        self._reports.keep(living.attempts, utcnow() - REPORTS_KEPT)

    # probes and figures

    def _unhealthy(self) -> str | None:
        """Proves that lists come in and that looks end, however many VideoJobs wait."""
        if time.monotonic() - self._listed > 3 * self._settings.resync_seconds:
            return "no full list for too long"
        if self._working and self._queue.still_for() > NO_LOOK_ENDS_SECONDS:
            return "VideoJobs wait, and no look at one has ended for too long"
        if self._working and self._queue.longest_look() > ONE_LOOK_SECONDS:
            return "a look at a VideoJob does not end"
        return None

    def _unready(self) -> str | None:
        """Who follows is ready when it could take over at once; who leads, when it works."""
        if self._stopping:
            return "stopping"
        if self._lease.held.is_set():
            return None if self._working else "leads, and does not work yet"
        if self._neighbours.trouble or not self._has_list:
            return self._neighbours.trouble or "no full list yet"
        silent = self._lease.silent_for() > 2 * self._settings.lease_seconds
        return "the API server does not answer about the lease" if silent else None

    def _phases(self) -> list[str]:
        """In the HTTP thread."""
        return [b.get("status", {}).get("phase", Phase.PENDING) for b in self.cache.copied(VIDEOJOBS)]

    def _figures(self) -> None:
        """Again and again, here: the HTTP thread must not look into what changes meanwhile."""
        m = self._metrics
        m.leader.set(self._working)
        if self._working:
            m.show_line(self._snapshots.line.figures(self._config(), utcnow()))
        m.queue.set(len(self._queue))
        m.queue_age.set(self._queue.oldest())
        m.queue_still.set(self._queue.still_for())
        m.list_age.set(time.monotonic() - self._listed)
        m.config_refused.set(self._config.refused)
        m.namespaces_refused.set(len(self._lists.refused))
        m.overlap.set(self._neighbours.trouble is not None)

    def state(self) -> State:
        """For a dump, from its own thread: stacks of tasks, and sizes, which are one step of the interpreter each."""
        loops = {"main": self._loop} | ({"http": http} if (http := self._http.loop) else {})
        kept = {
            "reports": len(self._reports),
            "inbox": len(self._inbox),
            "warnings": len(self._warnings),
            "scaling": len(self._scaling),
        }
        return State(tasks_of(loops), {**self._queue.sizes(), **self.cache.sizes(), **kept})


def _place(s: Settings) -> Place | None:
    """None where no Service is named."""
    if not s.reports_service:
        return None
    return Place(s.lease_namespace, s.reports_service, s.http.host, s.http.port, s.pod_name or s.identity, s.identity)


async def _beside(work: Awaitable[Any], *keepers: Coroutine[Any, Any, None]) -> None:
    """Ends with `work`; a keeper never ends by itself, and its error is the work's."""
    tasks = [asyncio.ensure_future(work), *map(asyncio.create_task, keepers)]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()


def _finished(videojob: Object) -> bool:
    return videojob.get("status", {}).get("phase") in ENDS


async def serve(settings: Settings) -> bool:
    """Runs until told to stop (True), or until the lease is lost (False)."""
    configuration = await connect()
    api = KubernetesApi(configuration)
    operator = Operator(
        settings, api, ConfigFile(settings.config), lambda: KubernetesApi(configuration, REVIEW_SECONDS)
    )
    dump_on_signal(operator.state)
    loop, told = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    operator.watch = Watches(configuration, operator.cache, loop, operator.list_soon).follow
    work, wait = asyncio.create_task(operator.run()), asyncio.create_task(told.wait())
    await asyncio.wait((work, wait), return_when=asyncio.FIRST_COMPLETED)
    work.cancel()
    with suppress(asyncio.CancelledError):
        await work
    await api.close()
    return told.is_set()
