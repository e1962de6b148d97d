"""One look at one VideoJob: snapshot, plan, writes; and what is done if it fails."""

import logging
from collections.abc import Callable, Container
from datetime import timedelta

import aiohttp

from spotreel_operator.app.metrics import Metrics
from spotreel_operator.reconcile.internal_error import internal_error
from spotreel_operator.reconcile.plan import Plan
from spotreel_operator.reconcile.reconcile import reconcile
from spotreel_operator.runtime.api import ApiError, Conflict
from spotreel_operator.runtime.cache import Cache, Key
from spotreel_operator.runtime.executor import Executor
from spotreel_operator.runtime.queue import MAX_BACKOFF
from spotreel_operator.runtime.snapshots import Snapshots, utcnow
from spotreel_operator.state.snapshot import Snapshot
from videojob_api.names import HELP

log = logging.getLogger(__name__)
EXPECTED = (ApiError, aiohttp.ClientError, TimeoutError, OSError)
"""What the network and the API server do now and then; all else is a fault of ours."""

FAULT_BACKOFF = 300.0
NOT_NOW = timedelta(seconds=1)
REFUSED_AGAIN = timedelta(seconds=60)


class Looks:
    """`look(key)` is the work of the queue."""

    def __init__(
        self,
        cache: Cache,
        snapshots: Snapshots,
        executor: Executor,
        metrics: Metrics,
        may_write: Callable[[], bool],
        refused: Container[str],
        help: Callable[[], str] = lambda: HELP,
    ) -> None:
        """`refused`: namespaces of whose Jobs and pods too little is known to decide; `help`: the page for people."""
        self._cache, self._snapshots, self._executor, self._metrics = cache, snapshots, executor, metrics
        self._may_write, self._refused, self._help = may_write, refused, help

    async def look(self, key: Key) -> timedelta | None:
        """When to look again. What is no fault of the network is said in the VideoJob's own status, and raised."""
        if not self._may_write():
            return NOT_NOW
        if key[0] in self._refused:
            return REFUSED_AGAIN
        try:
            return await self._reconcile(key)
        except EXPECTED:
            raise
        except Exception as error:
            await self._say(key, error)
            raise

    async def _reconcile(self, key: Key) -> timedelta | None:
        snapshot = await self._snapshots.take(key)
        if snapshot is None:
            return None
        with self._metrics.seconds.time():
            plan = reconcile(snapshot)
        again = await self._executor.apply(snapshot, plan)
        self._metrics.reconciles.labels("done").inc()
        log.debug("looked at", extra=_seen(snapshot, plan))
        return again

    async def _say(self, key: Key, error: Exception) -> None:
        """Nothing that goes wrong here may hide the error itself."""
        try:
            videojob = self._cache.videojob(key)
            status = internal_error(videojob, error, utcnow(), self._help()) if videojob else None
            if videojob and status:
                await self._executor.say(videojob, status)
        except EXPECTED as trouble:
            log.warning("status not written: %s", trouble, extra={"videojob": "/".join(key)})
        except Exception:
            log.exception("status not written", extra={"videojob": "/".join(key)})

    def failed(self, key: Key, error: BaseException) -> None:
        """A conflict means that somebody was faster: routine. All else is worth a line."""
        if isinstance(error, Conflict):
            self._metrics.reconciles.labels("conflict").inc()
            return
        self._metrics.reconciles.labels("error").inc()
        expected = isinstance(error, EXPECTED)
        log.warning("not done: %s", error, extra={"videojob": "/".join(key)}, exc_info=None if expected else error)


def _seen(snapshot: Snapshot, plan: Plan) -> dict[str, str]:
    """What was decided, in a few words."""
    job, status = snapshot.videojob, plan.status or snapshot.videojob.status
    return {"videojob": f"{job.namespace}/{job.name}", "phase": status.phase or "", "reason": status.reason or ""}


def longest_backoff(error: BaseException) -> float:
    """Seconds: a fault of ours will hardly mend itself."""
    return MAX_BACKOFF if isinstance(error, EXPECTED) else FAULT_BACKOFF
