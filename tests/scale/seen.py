"""When what was seen on the API server, by one clock: latencies are differences of these."""

import asyncio
import re
import time
from collections import defaultdict
from contextlib import suppress
from typing import Any

import aiohttp

from spotreel_operator.runtime.api import JOBS, VIDEOJOBS, ApiError, Kind, KubernetesApi
from tests.scale.jobsets import LABEL_JOBSET
from tests.testbed.control_plane import ControlPlane
from videojob_api import names

Object = dict[str, Any]
Name = tuple[str, str]
"""Namespace and name of a VideoJob."""
WRITES = re.compile(r'resource="videojobs".*subresource="status".*verb="(APPLY|PATCH|PUT)"')


class Seen:
    """Follows VideoJobs and Jobs until cancelled. Times are of time.monotonic()."""

    def __init__(self, api: KubernetesApi) -> None:
        self._api = api
        self.created: dict[Name, float] = {}
        self.attempts: dict[Name, list[float]] = defaultdict(list)
        self.phases: dict[Name, dict[str, float]] = defaultdict(dict)
        self.reasons: dict[Name, str] = {}
        self._jobs: set[str] = set()

    async def run(self) -> None:
        """For ever."""
        await asyncio.gather(self._follow(VIDEOJOBS), self._follow(JOBS))

    async def _follow(self, kind: Kind) -> None:
        while True:
            with suppress(ApiError, aiohttp.ClientError, TimeoutError, OSError):
                items, version = await self._api.list(kind)
                for item in items:
                    self._see(kind, item)
                async for event in self._api.watch(kind, None, version):
                    if event["type"] in ("ADDED", "MODIFIED"):
                        self._see(kind, event["object"])
            await asyncio.sleep(0.2)

    def _see(self, kind: Kind, body: Object) -> None:
        now, metadata = time.monotonic(), body["metadata"]
        if kind == VIDEOJOBS:
            key = metadata["namespace"], metadata["name"]
            self.created.setdefault(key, now)
            status = body.get("status", {})
            self.phases[key].setdefault(status.get("phase", ""), now)
            self.reasons[key] = status.get("reason", "")
        elif metadata["uid"] not in self._jobs and (name := _owner(metadata)):
            self._jobs.add(metadata["uid"])
            self.attempts[metadata["namespace"], name].append(now)

    def to_first_attempt(self, namespace: str) -> list[float]:
        """Seconds from a VideoJob to its first Job, of all in the namespace that have one."""
        found = ((key, times[0]) for key, times in self.attempts.items() if key[0] == namespace)
        return [max(0.0, at - self.created[key]) for key, at in found if key in self.created]

    def to_first_phase(self, namespace: str) -> list[float]:
        """Seconds from a VideoJob to the first status that says something of it."""
        times = ((key, [at for phase, at in phases.items() if phase]) for key, phases in self.phases.items())
        return [min(at) - self.created[key] for key, at in times if at and key[0] == namespace]

    def jobs(self, namespace: str) -> int:
        """How many Jobs there have been."""
        return sum(len(times) for key, times in self.attempts.items() if key[0] == namespace)

    def count(self, namespace: str, phase: str) -> int:
        """How many have been in that phase."""
        return sum(1 for key, phases in self.phases.items() if key[0] == namespace and phase in phases)


def status_writes(control_plane: ControlPlane) -> int:
    """How many requests have written a VideoJob's status, by the API server's own count."""
    said = control_plane.kubectl("get", "--raw", "/metrics").splitlines()
    lines = [line for line in said if line.startswith("apiserver_request_total{") and WRITES.search(line)]
    return sum(int(float(line.rpartition(" ")[2])) for line in lines)


def _owner(metadata: Object) -> str | None:
    """The name of the VideoJob, or of the JobSet, that a Job is of."""
    labels: dict[str, str] = metadata.get("labels", {})
    return labels.get(names.LABEL_VIDEOJOB) or labels.get(LABEL_JOBSET)
