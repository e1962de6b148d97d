"""One writer: only the holder of the Lease writes status and judges silence.

As client-go does it, expiry is judged by how long the record has not changed, by the own clock: no
two clocks are compared.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import aiohttp

from spotreel_operator.runtime.api import LEASES, Api, ApiError, Conflict, Gone
from spotreel_operator.state.reach import ALL, Reach
from videojob_api.names import ANNOTATION_ACCOUNT, ANNOTATION_WATCHES

log = logging.getLogger(__name__)
Object = dict[str, Any]
RELEASE_SECONDS = 1.0
"""So long may the release take in all: whoever stops must be gone before it is killed."""

RELEASE_TRIES = 3
LABELS = {"app.kubernetes.io/name": "spotreel-operator", "app.kubernetes.io/part-of": "spotreel"}
OPERATORS = ",".join(f"{key}={value}" for key, value in LABELS.items())
"""Selects the Leases of operators."""


class Lease:
    """`acquire()` waits for the lease; `keep()` renews it and returns when it is lost."""

    def __init__(
        self,
        api: Api,
        namespace: str,
        name: str,
        identity: str,
        seconds: float,
        clock: Callable[[], float] = time.monotonic,
        reach: Reach = ALL,
        account: str = "",
    ) -> None:
        """For the operators of other releases: what the holder watches, and its ServiceAccount."""
        self._annotations = {ANNOTATION_WATCHES: str(reach), ANNOTATION_ACCOUNT: account}
        self._api, self._namespace, self._name = api, namespace, name
        self._identity, self._seconds, self._clock = identity, seconds, clock
        self._limit = seconds * 2 / 3
        self._seen: tuple[str, float] = ("", 0.0)
        self._body: Object | None = None
        self._asked = False
        self._renewed = self._answered = -float("inf")
        self._holder = ""
        self.held = asyncio.Event()

    async def acquire(self) -> None:
        """Returns as the holder."""
        self._renewed = self._clock()
        while not await self._try(self._claim):
            await asyncio.sleep(min(1.0, self._seconds / 5))
            self._renewed = self._clock()
        log.info("lease acquired", extra={"identity": self._identity})
        self.held.set()

    def valid(self) -> bool:
        """Whether nobody else can hold it yet. False also if this process has slept for too long."""
        return self.held.is_set() and self._clock() - self._renewed < self._limit

    def silent_for(self) -> float:
        """Seconds since the API server has last answered; infinite before the first answer."""
        return self._clock() - self._answered

    async def keep(self) -> None:
        """Renews; returns when that has failed for as long as the lease lasts."""
        while (began := self._clock()) - self._renewed < self._limit:
            if await self._in_time(self._renewed + self._limit - began):
                self._renewed = began
            await asyncio.sleep(self._seconds / 5)
        self.held.clear()
        log.error("lease lost", extra={"identity": self._identity})

    async def _in_time(self, seconds: float) -> bool:
        """A renewal that hangs must not outlast the lease."""
        try:
            async with asyncio.timeout(seconds):
                return await self._try(self._renew)
        except TimeoutError:
            return False

    async def release(self) -> None:
        """Lets a successor begin at once. Call it when nothing that writes runs any more.

        A write of ours that was cut off may have been applied without our hearing of it: the record is
        then read again, and given back if it names us.
        """
        self.held.clear()
        if not self._asked:
            return
        try:
            async with asyncio.timeout(RELEASE_SECONDS):
                for _ in range(RELEASE_TRIES):
                    if await self._try(self._give_back):
                        log.info("lease released", extra={"identity": self._identity})
                        return
        except TimeoutError:
            log.warning("lease not released in time", extra={"identity": self._identity})

    async def _give_back(self) -> bool:
        """True if it is nobody's, or somebody else's."""
        body = self._body or await self._api.get(LEASES, self._namespace, self._name)
        if body["spec"].get("holderIdentity") == self._identity:
            await self._write({**body, "spec": {**body["spec"], "holderIdentity": ""}})
        return True

    async def _try(self, step: Callable[[], Any]) -> bool:
        try:
            done = bool(await step())
            self._answered = self._clock()
            return done
        except Conflict:
            self._body, self._answered = None, self._clock()
        except (ApiError, aiohttp.ClientError, TimeoutError) as error:
            log.warning("lease: %s", error)
        return False

    async def _claim(self) -> bool:
        try:
            body = await self._api.get(LEASES, self._namespace, self._name)
        except Gone:
            self._asked = True
            self._body = await self._api.create(LEASES, self._namespace, self._fresh())
            return True
        holder = body["spec"].get("holderIdentity")
        if holder and holder != self._identity and not self._expired(body):
            self._follow(holder)
            return False
        self._asked = True
        fresh = self._fresh()
        await self._write({**body, "metadata": body["metadata"] | fresh["metadata"], "spec": fresh["spec"]})
        return True

    def _follow(self, holder: str) -> None:
        """Said once for each leader."""
        if holder != self._holder:
            log.info("another process leads", extra={"identity": self._identity, "leader": holder})
        self._holder = holder

    def _expired(self, body: Object) -> bool:
        version = body["metadata"]["resourceVersion"]
        if version != self._seen[0]:
            self._seen = (version, self._clock())
        lasts = float(body["spec"].get("leaseDurationSeconds", self._seconds))
        return self._clock() - self._seen[1] > lasts

    async def _renew(self) -> bool:
        if self._body is None:
            # A renewal may have been applied without our hearing of it.
            body = await self._api.get(LEASES, self._namespace, self._name)
            if body["spec"].get("holderIdentity") != self._identity:
                return False
            self._body = body
        await self._write({**self._body, "spec": {**self._body["spec"], "renewTime": _now()}})
        return True

    async def _write(self, body: Object) -> None:
        self._body = await self._api.replace(LEASES, self._namespace, self._name, body)

    def _fresh(self) -> Object:
        spec = {
            "holderIdentity": self._identity,
            "leaseDurationSeconds": max(1, round(self._seconds)),
            "acquireTime": _now(),
            "renewTime": _now(),
        }
        metadata = {"name": self._name, "namespace": self._namespace, "labels": LABELS}
        metadata["annotations"] = self._annotations
        return {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": metadata, "spec": spec}


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
