"""Takes snapshots: from the cache and the reports, with the last warning where something is odd."""

import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from spotreel_operator.reconcile.platform import platform_of
from spotreel_operator.runtime.api import ApiError, Kind, KubernetesApi
from spotreel_operator.runtime.cache import Cache, Entry, Key, version
from spotreel_operator.runtime.capacity import Capacity
from spotreel_operator.runtime.line import Line
from spotreel_operator.runtime.living import Living
from spotreel_operator.runtime.oldest import drop_oldest
from spotreel_operator.runtime.rejections import Rejections
from spotreel_operator.runtime.reports import Reports
from spotreel_operator.runtime.scaling import Scaling
from spotreel_operator.runtime.warnings import NO_WARNING, Warning_, Warnings
from spotreel_operator.runtime.workloads import Workloads
from spotreel_operator.state.evidence import Evidence
from spotreel_operator.state.jobs import JobState
from spotreel_operator.state.lane_records import attempts_of
from spotreel_operator.state.nodes import NodeState
from spotreel_operator.state.pods import PodState
from spotreel_operator.state.snapshot import Snapshot
from spotreel_operator.state.videojobs import VideoJob
from videojob_api.attempt_names import place_of
from videojob_api.clean import clean
from videojob_api.config import OperatorConfiguration
from videojob_api.status import MESSAGE_BYTES

Object = dict[str, Any]
NAMESPACES = Kind("/api/v1", "namespaces", namespaced=False)
ODD_AFTER = timedelta(seconds=3)
NAMESPACE_SECONDS = 60.0
NAMESPACES_KEPT = 2000


def utcnow() -> datetime:
    """The operator's clock."""
    return datetime.now(UTC)


def _age(entry: Entry) -> tuple[bool, int]:
    """Grows with what is known last: what is there comes after what is gone."""
    return entry.gone_since is None, version(entry.body)


def _only_read(metadata: Object) -> Object:
    """Of a namespace's metadata what chooses classes."""
    return {key: metadata[key] for key in ("labels", "annotations") if metadata.get(key)}


class Snapshots:
    """`take(key)` gives everything that is known of one VideoJob."""

    def __init__(
        self,
        api: KubernetesApi,
        cache: Cache,
        reports: Reports,
        config: Callable[[], OperatorConfiguration],
        progress_url: Callable[[], str],
        warnings: Warnings,
        report_ca: Callable[[], str] = str,
        scaling: Scaling | None = None,
        wake: Callable[[Key], None] = lambda key: None,
    ) -> None:
        # An empty one is false.
        self._scaling = Scaling() if scaling is None else scaling
        self._warnings, self._workloads, self.capacity = warnings, Workloads(api), Capacity()
        self.line = Line(cache, wake=wake)
        self._api, self._cache, self._reports = api, cache, reports
        self._config, self._progress_url, self._report_ca = config, progress_url, report_ca
        self.listening_since = utcnow()
        self.rejections = Rejections()
        self._namespaces: dict[str, tuple[Object, float]] = {}

    async def take(self, key: Key) -> Snapshot | None:
        """None if there is no such VideoJob."""
        body = self._cache.videojob(key)
        if body is None:
            return None
        job = VideoJob.read(body)
        evidence = [await self._held(job, self._evidence(job, found)) for found in self._unclear(job)]
        config, now = self._config(), utcnow()
        self.capacity.learn(job, config, now)
        return Snapshot(
            videojob=job,
            platform=platform_of(job, config, await self._metadata(job.namespace)),
            evidence={e.name: e for e in evidence},
            nodes=self._nodes(job, evidence),
            now=utcnow(),
            listening_since=self.listening_since,
            rejection=self.rejections.of(job.uid, (job.spec and job.spec.parallelism) or 1),
            progress_url=self._progress_url(),
            report_ca=self._report_ca(),
            config=config,
            memory=self.capacity.known(now),
            turn=self.line.turn(key, config, self.capacity.known(now), now),
        )

    def keep(self, living: Living) -> None:
        """Forgets what was remembered of other jobs and namespaces."""
        self.rejections.keep(living.uids)
        places = {namespace for namespace, _ in living.videojobs}
        self._namespaces = {name: read for name, read in self._namespaces.items() if name in places}
        self._workloads.keep(living.uids)

    async def _metadata(self, namespace: str) -> Object:
        """A namespace's annotation may name a class, its labels may open one; empty where it may not be read."""
        read, since = self._namespaces.get(namespace, ({}, -NAMESPACE_SECONDS))
        if time.monotonic() - since < NAMESPACE_SECONDS:
            return read
        try:
            read = _only_read((await self._api.get(NAMESPACES, None, namespace))["metadata"])
        except ApiError as error:
            if error.status in (403, 404):
                read = {}
            elif not read:
                raise  # No class is guessed before the namespace is known.
        self._namespaces.pop(namespace, None)
        self._namespaces[namespace] = (read, time.monotonic())
        drop_oldest(self._namespaces, NAMESPACES_KEPT)
        return read

    def _unclear(self, job: VideoJob) -> list[tuple[str, Object | None, Entry | None]]:
        """Attempts with their Job, if it is there, and their pod's last known state."""
        jobs = self._jobs(job)
        names = {a.name for a in attempts_of(job.status)} | {n for n, e in jobs.items() if e.gone_since is None}
        return [(name, *self._job_and_pod(jobs.get(name))) for name in sorted(names)]

    def _jobs(self, job: VideoJob) -> dict[str, Entry]:
        """By name, those with an attempt's name; of a name that was used twice the one that is there."""
        entries = sorted(self._cache.jobs_of(job.namespace, job.uid), key=_age)
        found = {e.body["metadata"]["name"]: e for e in entries}
        return {name: e for name, e in found.items() if place_of(job.name, job.uid, name)}

    def _job_and_pod(self, job: Entry | None) -> tuple[Object | None, Entry | None]:
        """A Job that is gone still tells whose its pods were."""
        if job is None:
            return None, None
        metadata = job.body["metadata"]
        pods = self._cache.pods_of(metadata["namespace"], metadata["uid"])
        return (job.body if job.gone_since is None else None), max(pods, key=_age, default=None)

    def _nodes(self, job: VideoJob, evidence: Iterable[Evidence]) -> dict[str, NodeState]:
        """Of its own attempts: the cluster may have thousands."""
        names = {a.node for a in attempts_of(job.status)} | {e.pod.node for e in evidence if e.pod}
        found = {name: self._cache.node(name) for name in names if name}
        return {name: NodeState.read(node) for name, node in found.items() if node}

    def _evidence(self, job: VideoJob, found: tuple[str, Object | None, Entry | None]) -> Evidence:
        name, raw_job, raw_pod = found
        state = JobState.read(raw_job) if raw_job else None
        pod = self._pod(raw_pod) if raw_pod else None
        heard = self._reports.of(job.namespace, name)
        trouble = self._trouble(job.namespace, state, pod)
        signals = self._scaling.of(job.namespace, pod.uid if pod else "")
        return Evidence(name, state, pod, heard, clean(trouble.message, MESSAGE_BYTES), trouble.reason, signals)

    async def _held(self, job: VideoJob, evidence: Evidence) -> Evidence:
        """With what its queue says, if one holds its Job back."""
        if evidence.job is None or not evidence.job.suspended or evidence.job.finished:
            return evidence
        words = await self._workloads.words(job.namespace, evidence.job.uid)
        return replace(evidence, held_because=clean(words, MESSAGE_BYTES))

    def _pod(self, found: Entry) -> PodState:
        return PodState.read(found.body, found.gone_since is not None, self._cache.lost_its_node(found.body))

    def _trouble(self, namespace: str, job: JobState | None, pod: PodState | None) -> Warning_:
        """The last warning about a Job that gets no pod, or a pod that does not start."""
        if job is None or job.finished or utcnow() - job.created < ODD_AFTER:
            return NO_WARNING
        if pod is None:
            return self._warnings.newest(namespace, job.uid)
        waits = pod.node and not pod.started and not pod.finished
        return self._warnings.newest(namespace, pod.uid) if waits else NO_WARNING
