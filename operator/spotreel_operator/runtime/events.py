"""Kubernetes Events with names that say what they are about: the same event twice is one event."""

import hashlib
import logging
from datetime import UTC, datetime
from typing import Any

from spotreel_operator.reconcile.plan import EventSpec
from spotreel_operator.runtime.api import EVENTS, Api, ApiError, Conflict
from spotreel_operator.state.times import format_time
from spotreel_operator.state.videojobs import VideoJob
from videojob_api import names
from videojob_api.clean import clean
from videojob_api.status import MESSAGE_BYTES

log = logging.getLogger(__name__)
Object = dict[str, Any]


def event_object(job: VideoJob, event: EventSpec, now: datetime) -> Object:
    """The manifest; its name is a digest of job, reason and subject."""
    digest = hashlib.sha256(f"{job.uid}/{event.reason}/{event.subject}".encode()).hexdigest()[:12]
    time = format_time(now)
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
        "firstTimestamp": time,
        "lastTimestamp": time,
        "count": 1,
    }


async def post(api: Api, job: VideoJob, event: EventSpec) -> None:
    """Never stops the work: a lost event is a pity, no more."""
    try:
        await api.create(EVENTS, job.namespace, event_object(job, event, datetime.now(UTC)))
    except Conflict:
        pass
    except ApiError as error:
        log.warning("event not posted", extra={"reason": event.reason, "error": str(error)})
