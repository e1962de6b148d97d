"""What Kueue says of suspended Jobs, asked for one by one: nothing tells when its words change.

A watch would keep every Workload of the cluster here, and fail where there is no Kueue. These words help people and
decide nothing: so they are asked for seldom, and whatever goes wrong is passed over.
"""

import time
from collections import deque
from collections.abc import Callable, Container
from typing import NamedTuple

import aiohttp

from spotreel_operator.runtime.api import ApiError, Kind, KubernetesApi
from spotreel_operator.state.workloads import words_of
from videojob_api import names

VERSIONS = ("v1beta2", "v1beta1")
"""Of Kueue's API, the newest first; one Kueue may serve several."""

JOB_UID = f"{names.KUEUE}/job-uid"
FRESH_SECONDS = 2.0
PER_SECOND = 5
ABSENT_SECONDS = 300.0
"""So long nobody is asked again where there is no Kueue, or where its Workloads may not be read."""

_ABSENT = (403, 404)


class _Heard(NamedTuple):
    words: str
    since: float


class Workloads:
    """`words(...)` of a Job's Workload, at most a few seconds old unless many are asked for."""

    def __init__(self, api: KubernetesApi, clock: Callable[[], float] = time.monotonic) -> None:
        self._api, self._clock = api, clock
        self._heard: dict[str, _Heard] = {}
        self._asked: deque[float] = deque(maxlen=PER_SECOND)
        self._version = 0
        self._absent_until = 0.0

    def __len__(self) -> int:
        return len(self._heard)

    async def words(self, namespace: str, job_uid: str) -> str:
        """Why the Job waits; empty if nobody says."""
        known, now = self._heard.get(job_uid), self._clock()
        if (known and now - known.since < FRESH_SECONDS) or not self._may_ask(now):
            return known.words if known else ""
        self._asked.append(now)
        try:
            words = await self._ask(namespace, job_uid)
        except (ApiError, aiohttp.ClientError, TimeoutError, OSError):
            words = known.words if known else ""
        self._heard[job_uid] = _Heard(words, now)
        return words

    def keep(self, living: Container[str]) -> None:
        """Forgets Jobs whose uids are not among these."""
        self._heard = {uid: heard for uid, heard in self._heard.items() if uid in living}

    def _may_ask(self, now: float) -> bool:
        crowded = len(self._asked) == PER_SECOND and now - self._asked[0] < 1
        return now >= self._absent_until and not crowded

    async def _ask(self, namespace: str, job_uid: str) -> str:
        try:
            kind = Kind(f"/apis/{names.KUEUE}/{VERSIONS[self._version]}", "workloads")
            found, _ = await self._api.list(kind, namespace, f"{JOB_UID}={job_uid}")
        except ApiError as error:
            if error.status in _ABSENT:
                self._next_version()
            raise
        return words_of(found[0]) if found else ""

    def _next_version(self) -> None:
        """After the last one nobody is asked for a while."""
        self._version = (self._version + 1) % len(VERSIONS)
        if self._version == 0:
            self._absent_until = self._clock() + ABSENT_SECONDS
