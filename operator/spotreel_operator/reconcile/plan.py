"""What is to be done about one VideoJob, in the order in which the executor does it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from videojob_api.names import Event, Note
from videojob_api.status import VideoJobStatus

Object = dict[str, Any]


@dataclass(frozen=True)
class DeletePod:
    """Only if it is exactly as it was seen: a pod that has been bound meanwhile stays."""

    name: str
    uid: str
    resource_version: str


@dataclass(frozen=True)
class DeleteJob:
    """With its pods, in the background."""

    name: str
    uid: str


@dataclass(frozen=True)
class EventSpec:
    """A Kubernetes Event on the VideoJob. `subject` (an attempt) makes a repetition recognisable."""

    type: str
    reason: Event | Note
    message: str
    subject: str = ""


@dataclass(frozen=True)
class Plan:
    """Children first, then one status write, then events."""

    delete_pods: tuple[DeletePod, ...] = ()
    delete_jobs: tuple[DeleteJob, ...] = ()
    create: Object | None = None
    status: VideoJobStatus | None = None
    events: tuple[EventSpec, ...] = ()
    delete_videojob: bool = False
    requeue_after: timedelta | None = None
