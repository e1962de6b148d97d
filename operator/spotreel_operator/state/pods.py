"""An attempt's pod, and how its container ended."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from spotreel_operator.state.images import image_in_spec, pinned_image
from spotreel_operator.state.texts import said
from spotreel_operator.state.times import created_at, parse_time
from videojob_api import names
from videojob_api.clean import clean
from videojob_api.report import Report

Object = dict[str, Any]


_NOT_BY_THE_RUNNER = ("ContainerStatusUnknown", "Unknown", "StartError", "ContainerCannotRun")
"""What kubelet says of a container that it lost or could not start."""


LINE_BYTES = 300
"""Of a log's last line."""


@dataclass(frozen=True)
class Disruption:
    """A pod's DisruptionTarget condition."""

    reason: str
    time: datetime | None
    message: str = ""


@dataclass(frozen=True)
class PodState:
    """A pod, or the last that was seen of one that is `gone`."""

    name: str
    uid: str
    resource_version: str
    phase: str
    reason: str
    message: str
    image: str
    node: str | None
    created: datetime
    bound: datetime | None
    gone: bool
    delete_by: datetime | None
    started: datetime | None
    ended: datetime | None
    exit_code: int | None
    unknown_end: bool
    oom_killed: bool
    last_word: Report | None
    last_line: str
    waiting_reason: str
    waiting_message: str
    unschedulable: str
    disruption: Disruption | None
    sandboxed: bool = False
    """Volumes and network are there: what comes next is the image."""
    node_gone: bool = False
    """The Node object on which it was bound was deleted; one of the same name may have come since."""
    node_selector: Mapping[str, str] = field(default_factory=dict)
    """What its node must have beside its tier: by the class, and by the flavour in which a queue has admitted it."""

    @property
    def finished(self) -> bool:
        """Whether kubelet says that it is over."""
        return self.phase in ("Succeeded", "Failed")

    @classmethod
    def read(cls, pod: Object, gone: bool, node_gone: bool = False) -> "PodState":
        """From the API server's object."""
        metadata, status = pod["metadata"], pod.get("status", {})
        statuses = status.get("containerStatuses", [])
        container: Object = next((c for c in statuses if c["name"] == names.CONTAINER), {})
        state = container.get("state", {})
        ended, waiting = state.get("terminated", {}), state.get("waiting", {})
        conditions = {c["type"]: c for c in status.get("conditions", [])}
        scheduled = conditions.get("PodScheduled", {})
        return cls(
            name=metadata["name"],
            uid=metadata["uid"],
            resource_version=metadata["resourceVersion"],
            phase=status.get("phase", "Pending"),
            reason=said(status, "reason"),
            message=said(status, "message"),
            image=pinned_image(image_in_spec(pod), container.get("imageID", "")),
            node=pod["spec"].get("nodeName"),
            created=created_at(metadata),
            bound=parse_time(scheduled.get("lastTransitionTime")) if scheduled.get("status") == "True" else None,
            gone=gone,
            delete_by=parse_time(metadata.get("deletionTimestamp")),
            started=parse_time(state.get("running", ended).get("startedAt")),
            ended=parse_time(ended.get("finishedAt")),
            exit_code=ended.get("exitCode"),
            unknown_end=ended.get("reason") in _NOT_BY_THE_RUNNER or ended.get("exitCode") == 255,
            oom_killed=ended.get("reason") == "OOMKilled",
            last_word=Report.parse(ended.get("message")),
            last_line=_last_line(ended.get("message", "")),
            waiting_reason=said(waiting, "reason"),
            waiting_message=said(waiting, "message"),
            unschedulable=said(scheduled, "message") if scheduled.get("status") == "False" else "",
            disruption=_disruption(conditions.get("DisruptionTarget")),
            sandboxed=conditions.get("PodReadyToStartContainers", {}).get("status") == "True",
            node_gone=node_gone,
            node_selector=pod["spec"].get("nodeSelector") or {},
        )


def _last_line(text: str) -> str:
    """Of a log that stands where the last word should; the word itself is JSON."""
    lines = [shown for line in text.splitlines() if (shown := clean(line, LINE_BYTES))]
    return "" if not lines or lines[-1].startswith("{") else lines[-1]


def _disruption(condition: Object | None) -> Disruption | None:
    if not condition or condition["status"] != "True":
        return None
    time = parse_time(condition.get("lastTransitionTime"))
    return Disruption(said(condition, "reason"), time, said(condition, "message"))
