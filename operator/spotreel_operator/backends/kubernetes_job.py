"""Attempts as Kubernetes Jobs with one pod. What they leave behind is read from the cache of Jobs and pods."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from spotreel_operator.manifests.attempt import attempt_job
from spotreel_operator.reconcile.plan import DeleteJob, DeletePod, StartAttempt
from spotreel_operator.reconcile.shards import lane_platform
from spotreel_operator.runtime.api import JOBS, PODS, Api, ApiError, Conflict, Gone
from spotreel_operator.runtime.cache import Cache
from spotreel_operator.runtime.owners import controlling_videojob
from spotreel_operator.runtime.writes import Writes
from spotreel_operator.state.snapshot import Platform, Snapshot
from spotreel_operator.state.videojobs import VideoJob

Object = dict[str, Any]
REFUSALS = (400, 403, 422)
"""Answers that the same manifest would get again."""


class ForeignJob(Exception):
    """The attempt's name is taken by a Job that is not ours."""


class KubernetesJobs:
    """A `Backend`. What comes back from the API server goes to the cache."""

    def __init__(self, api: Api, cache: Cache, writes: Writes, rejected: Callable[[str, str], None]) -> None:
        """`rejected` is told the uid of a VideoJob whose Job is refused, and why."""
        self._api, self._cache, self._writes, self._rejected = api, cache, writes, rejected

    async def start(self, s: Snapshot, attempt: StartAttempt) -> bool:
        """Raises ForeignJob. A Job of our own from before an interruption counts."""
        job, manifest = s.videojob, manifest_of(s, attempt)
        try:
            found = await self._writes.counted(self._api.create(JOBS, job.namespace, manifest))
        except Conflict:
            found = await self._known(job, attempt.name)
        except ApiError as error:
            if error.status not in REFUSALS:
                raise
            self._rejected(job.uid, error.message)
            return False
        self._cache.put(JOBS, found)
        return True

    async def _known(self, job: VideoJob, name: str) -> Object:
        found: Object = await self._api.get(JOBS, job.namespace, name)
        owner = controlling_videojob(found)
        if owner is None or owner.uid != job.uid:
            raise ForeignJob(f"Job {name} exists and is not controlled by this VideoJob: delete it") from None
        return found

    async def withdraw(self, job: VideoJob, child: DeleteJob) -> None:
        """With its pods, in the background."""
        options = {"preconditions": {"uid": child.uid}, "propagationPolicy": "Background"}
        with suppress(Gone, Conflict):
            await self._writes.counted(self._api.delete(JOBS, job.namespace, child.name, options))

    async def take_back(self, job: VideoJob, pod: DeletePod) -> None:
        """Only a pod that is exactly as it was seen: one that has been bound meanwhile stays."""
        guard = {"preconditions": {"uid": pod.uid, "resourceVersion": pod.resource_version}}
        with suppress(Gone):
            await self._writes.counted(self._api.delete(PODS, job.namespace, pod.name, guard))


def manifest_of(s: Snapshot, attempt: StartAttempt) -> Object:
    """The Job of an attempt. Nothing is started for a job whose platform is not known."""
    assert isinstance(s.platform, Platform)
    return attempt_job(
        s.videojob, lane_platform(s.platform, attempt.lane), attempt.tier, attempt.number, attempt.image, attempt.order,
        attempt.seconds, attempt.avoid, attempt.lane, attempt.also, attempt.shun,
    )  # fmt: skip
