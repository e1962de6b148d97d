"""Carries plans out: children first, then one status write, then events.

Dying between any two writes loses and doubles nothing: names are deterministic, deletes are guarded,
and the status write carries the resourceVersion of the snapshot it was made from.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

from spotreel_operator.reconcile.plan import Plan
from spotreel_operator.runtime.api import VIDEOJOBS, Api, Conflict, Gone
from spotreel_operator.runtime.backend import Backend
from spotreel_operator.runtime.cache import Cache
from spotreel_operator.runtime.events import Events
from spotreel_operator.runtime.living import Living
from spotreel_operator.runtime.pace import Pace
from spotreel_operator.runtime.writes import Writes
from spotreel_operator.state.lane_records import attempts_of
from spotreel_operator.state.snapshot import Snapshot
from spotreel_operator.state.videojobs import VideoJob
from videojob_api import names
from videojob_api.status import VideoJobStatus

Object = dict[str, Any]


class Executor:
    """Applies plans to the API server and what comes back to the cache."""

    def __init__(
        self,
        api: Api,
        cache: Cache,
        backend: Backend,
        writes: Writes,
        status_interval: float,
        recorded: Callable[[VideoJobStatus, VideoJobStatus], None],
    ) -> None:
        """`recorded` is told of a status before and after it is written."""
        self._api, self._cache, self._backend, self._writes = api, cache, backend, writes
        self._pace, self._recorded = Pace(status_interval), recorded
        self._events = Events(api)
        self._written: dict[str, float] = {}

    def keep(self, living: Living) -> None:
        """Forgets what was remembered of other jobs."""
        for uid in self._written.keys() - living.uids:
            del self._written[uid]
        self._events.keep(living.uids)

    async def apply(self, snapshot: Snapshot, plan: Plan) -> timedelta | None:
        """When to look again. Raises Conflict if the world has moved on: take a new snapshot."""
        job = snapshot.videojob
        if not await self._children(snapshot, plan):
            return timedelta(0)
        written = plan.status is not None and await self._write_status(job, plan.status)
        if plan.status is not None and not written and plan.status != job.status:
            return timedelta(seconds=self._pace.interval)
        if written or plan.status is None:
            for event in plan.events:
                await self._writes.counted(self._events.post(job, event))
        if plan.delete_videojob:
            with suppress(Gone):
                options = {"preconditions": {"uid": job.uid}, "propagationPolicy": "Background"}
                await self._writes.counted(self._api.delete(VIDEOJOBS, job.namespace, job.name, options))
        return plan.requeue_after

    async def _children(self, snapshot: Snapshot, plan: Plan) -> bool:
        """False if an attempt was refused."""
        for pod in plan.delete_pods:
            await self._backend.take_back(snapshot.videojob, pod)
        for child in plan.delete_jobs:
            await self._backend.withdraw(snapshot.videojob, child)
        for attempt in plan.start:
            if not await self._backend.start(snapshot, attempt):
                return False
        return True

    async def _write_status(self, job: VideoJob, status: VideoJobStatus) -> bool:
        """True if it was written; figures that merely move are written only so often."""
        if status == job.status:
            return False
        matters = urgent(job.status, status)
        if not matters and not self._pace.allows(self._written.get(job.uid, 0.0), time.monotonic()):
            return False
        metadata = {"name": job.name, "namespace": job.namespace, "resourceVersion": job.resource_version}
        body = {
            "apiVersion": names.API_VERSION,
            "kind": names.KIND,
            "metadata": metadata,
            "status": status.model_dump(by_alias=True, exclude_none=True, mode="json"),
        }
        try:
            changed = await self._writes.counted(self._api.apply_status(VIDEOJOBS, job.namespace, job.name, body))
        except Conflict:
            # The next snapshot must not be as old as this one, even if the watch is broken.
            self._cache.put(VIDEOJOBS, await self._api.get(VIDEOJOBS, job.namespace, job.name))
            raise
        self._written[job.uid] = time.monotonic()
        if not matters:
            self._pace.written(self._written[job.uid])
        self._recorded(job.status, status)
        # Figures alone lead to no decision: a thousand jobs would be looked at twice for each report.
        self._cache.put(VIDEOJOBS, changed, tell=matters)
        return True

    async def say(self, videojob: Object, status: Object) -> None:
        """Writes a raw status on a raw VideoJob. Raises Conflict if that has changed meanwhile."""
        metadata = {key: videojob["metadata"][key] for key in ("name", "namespace", "resourceVersion")}
        body = {"apiVersion": names.API_VERSION, "kind": names.KIND, "metadata": metadata, "status": status}
        call = self._api.apply_status(VIDEOJOBS, metadata["namespace"], metadata["name"], body)
        self._cache.put(VIDEOJOBS, await self._writes.counted(call))


_MOVING = {"progress", "cost", "message", "analyses"}
_MILESTONES = {"name", "node", "start_time", "notice_time", "verdict"}


def urgent(old: VideoJobStatus, new: VideoJobStatus) -> bool:
    """Whether more than figures has changed."""
    return _settled(old) != _settled(new)


def _settled(status: VideoJobStatus) -> Object:
    kept = status.model_dump(exclude=_MOVING | {"attempts", "shards", "conditions"})
    kept["attempts"] = [a.model_dump(include=_MILESTONES) for a in attempts_of(status)]
    kept["shards"] = (status.shards.total, status.shards.done) if status.shards else None
    kept["conditions"] = sorted((c.type, c.status, c.reason) for c in status.conditions)
    return kept
