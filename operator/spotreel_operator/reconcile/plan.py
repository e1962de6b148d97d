"""What is to be done about one VideoJob, in the order in which the executor does it."""

from dataclasses import dataclass
from datetime import timedelta

from videojob_api.config import ClassTier
from videojob_api.names import Event, Note
from videojob_api.status import VideoJobStatus


@dataclass(frozen=True)
class StartAttempt:
    """One more attempt of a lane on a tier, whatever it is that runs attempts there; it has that number in its lane.

    `order` is what its runner is told (JSON); `seconds` bounds its time, `avoid` names nodes, `shun` zones; `also`:
    other tiers that do as well, if a queue chooses.
    """

    name: str
    number: int
    tier: ClassTier
    image: str
    order: str
    seconds: int | None = None
    avoid: tuple[str, ...] = ()
    lane: int = 0
    also: tuple[ClassTier, ...] = ()
    shun: tuple[str, ...] = ()


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
    start: tuple[StartAttempt, ...] = ()
    status: VideoJobStatus | None = None
    events: tuple[EventSpec, ...] = ()
    delete_videojob: bool = False
    requeue_after: timedelta | None = None
