"""Kubernetes Events with names that say what they are about: the same event twice is one event.

Events of a kind that go on become one, as with Kubernetes' own recorder: after ten of a job and reason, with no gap of
ten minutes, the next ones are counted in a single Event that shows the latest. Else a job that is disrupted a hundred
times would have hundreds, and nobody would see the others.
"""

import hashlib
import logging
import time
from collections.abc import Callable, Container
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from spotreel_operator.reconcile.plan import EventSpec
from spotreel_operator.runtime.api import EVENTS, Api, ApiError, Conflict, Gone
from spotreel_operator.state.times import format_time
from spotreel_operator.state.videojobs import VideoJob
from videojob_api import names
from videojob_api.clean import clean
from videojob_api.status import MESSAGE_BYTES

log = logging.getLogger(__name__)
Object = dict[str, Any]
SEPARATE = 10
GAP_SECONDS = 600.0
COMBINED = "(combined from similar events): "
"""As Kubernetes' recorder writes it."""


@dataclass
class _Series:
    """Events of one job and reason that follow each other; `name` is that of the Event that stands for the latest."""

    count: int
    subject: str
    time: float
    name: str = ""


class Events:
    """`post` them, and `keep` those of jobs that are still there in mind. After a restart a series begins anew."""

    def __init__(self, api: Api, clock: Callable[[], float] = time.monotonic) -> None:
        self._api, self._clock = api, clock
        self._series: dict[tuple[str, str], _Series] = {}

    async def post(self, job: VideoJob, event: EventSpec) -> None:
        """Never stops the work: a lost event is a pity, no more."""
        made = event_object(job, event, datetime.now(UTC))
        series = self._counted(job, event)
        try:
            if series.count <= SEPARATE:
                await self._create(made)
            else:
                await self._combine(made, series)
        except ApiError as error:
            log.warning("event not posted", extra={"reason": event.reason, "error": str(error)})

    def keep(self, living: Container[str]) -> None:
        """Forgets other jobs, and series that have ended."""
        since = self._clock() - GAP_SECONDS
        self._series = {key: s for key, s in self._series.items() if key[0] in living and s.time >= since}

    def _counted(self, job: VideoJob, event: EventSpec) -> _Series:
        """One more; the same once more, as after an interruption, is none."""
        key, now = (job.uid, str(event.reason)), self._clock()
        known = self._series.get(key)
        if known is None or now - known.time > GAP_SECONDS:
            known = self._series[key] = _Series(0, "", now)
        if known.count == 0 or known.subject != event.subject:
            known.count, known.subject = known.count + 1, event.subject
        known.time = now
        return known

    async def _create(self, made: Object) -> None:
        with suppress(Conflict):
            await self._api.create(EVENTS, made["metadata"]["namespace"], made)

    async def _combine(self, made: Object, series: _Series) -> None:
        """The first of them is created under its own name, which the others go by. An Event expires after an hour."""
        news = {
            "message": clean(COMBINED + made["message"], MESSAGE_BYTES),
            "count": series.count - SEPARATE,
            "lastTimestamp": made["lastTimestamp"],
        }
        if series.name:
            try:
                await self._api.merge(EVENTS, made["metadata"]["namespace"], series.name, news)
                return
            except Gone:
                pass
        series.name = made["metadata"]["name"]
        await self._create({**made, **news})


def event_object(job: VideoJob, event: EventSpec, now: datetime) -> Object:
    """The manifest; its name is a digest of job, reason and subject."""
    digest = hashlib.sha256(f"{job.uid}/{event.reason}/{event.subject}".encode()).hexdigest()[:12]
    moment = format_time(now)
    return {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {"name": f"{job.name}.{digest}", "namespace": job.namespace},
        "involvedObject": {
            "apiVersion": names.API_VERSION,
            "kind": names.KIND,
            "namespace": job.namespace,
            "name": job.name,
            "uid": job.uid,
            "resourceVersion": job.resource_version,
        },
        "type": event.type,
        "reason": event.reason,
        "message": clean(event.message, MESSAGE_BYTES),
        "source": {"component": names.FIELD_MANAGER},
        "reportingComponent": names.FIELD_MANAGER,
        "reportingInstance": "",
        "firstTimestamp": moment,
        "lastTimestamp": moment,
        "count": 1,
    }
