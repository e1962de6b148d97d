"""What the operator knows of one VideoJob at one moment. Plain values, read from raw objects."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from videojob_api import names
from videojob_api.clean import clean
from videojob_api.config import ClassTier, JobClass, OperatorConfiguration
from videojob_api.names import Phase, Reason
from videojob_api.report import Report
from videojob_api.spec import VideoJobSpec
from videojob_api.status import MESSAGE_BYTES, VideoJobStatus
from videojob_api.values import BadValueError, parse_duration

Object = dict[str, Any]
_NOT_BY_THE_RUNNER = ("ContainerStatusUnknown", "Unknown", "StartError", "ContainerCannotRun")
"""What kubelet says of a container that it lost or could not start."""

_EXIT_CODE = re.compile(r"exit code (\d{1,3})(?!\d)")
LINE_BYTES = 300
"""Of a log's last line."""


def parse_time(text: str | None) -> datetime | None:
    """RFC 3339, with or without fractions."""
    return datetime.fromisoformat(text.replace("Z", "+00:00")) if text else None


def created_at(metadata: Object) -> datetime:
    """creationTimestamp, which every stored object has."""
    return datetime.fromisoformat(metadata["creationTimestamp"].replace("Z", "+00:00"))


def _seconds(text: str) -> float | None:
    """Of a duration; None for one of more than three centuries, which Kubernetes cannot count: it is never over."""
    try:
        return float(parse_duration(text))
    except BadValueError:
        return None


def format_time(time: datetime) -> str:
    """RFC 3339 in UTC, whole seconds."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True)
class VideoJob:
    """The custom resource. `spec` is None if this operator cannot read it."""

    namespace: str
    name: str
    uid: str
    generation: int
    resource_version: str
    created: datetime
    deleting: bool
    spec: VideoJobSpec | None
    problem: str
    status: VideoJobStatus
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    remains: VideoJobSpec | None = None
    """Of a spec that cannot be read: a spec of those parts of it that can."""

    @property
    def job_id(self) -> str:
        """Unique for ever; the workspace and the output's mark are named after it."""
        return f"{self.namespace}/{self.name}-{self.uid}"


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
            reason=_said(status, "reason"),
            message=_said(status, "message"),
            image=pinned_image(_wanted_image(pod), container.get("imageID", "")),
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
            waiting_reason=_said(waiting, "reason"),
            waiting_message=_said(waiting, "message"),
            unschedulable=_said(scheduled, "message") if scheduled.get("status") == "False" else "",
            disruption=_disruption(conditions.get("DisruptionTarget")),
            sandboxed=conditions.get("PodReadyToStartContainers", {}).get("status") == "True",
            node_gone=node_gone,
        )


def _said(part: Object, key: str) -> str:
    """What somebody else wrote into an object, as it may be shown."""
    return clean(str(part.get(key) or ""), MESSAGE_BYTES)


def _last_line(text: str) -> str:
    """Of a log that stands where the last word should; the word itself is JSON."""
    lines = [shown for line in text.splitlines() if (shown := clean(line, LINE_BYTES))]
    return "" if not lines or lines[-1].startswith("{") else lines[-1]


def _wanted_image(pod: Object) -> str:
    return next(
        (str(c.get("image", "")) for c in pod.get("spec", {}).get("containers", []) if c["name"] == names.CONTAINER), ""
    )


def pinned_image(wanted: str, image_id: str) -> str:
    """By digest, as kubelet resolved it, if that is of the wanted repository; else as it was asked for."""
    found = image_id.rpartition("://")[2]
    repository = _repository(wanted)
    same = _repository(found) == repository or _repository(found).endswith(f"/{repository}")
    return found if same and "@sha256:" in found else wanted


def _repository(image: str) -> str:
    """Without tag and digest; a colon before the last slash is a port."""
    path, _, last = image.partition("@")[0].rpartition("/")
    return f"{path}/{last.partition(':')[0]}".lstrip("/")


def _disruption(condition: Object | None) -> Disruption | None:
    if not condition or condition["status"] != "True":
        return None
    time = parse_time(condition.get("lastTransitionTime"))
    return Disruption(_said(condition, "reason"), time, _said(condition, "message"))


@dataclass(frozen=True)
class JobState:
    """An attempt's Job. `failure` is the reason and message of its Failed or FailureTarget condition."""

    name: str
    uid: str
    created: datetime
    tier: str
    image: str
    deleting: bool
    complete: bool
    failed: bool
    finished_at: datetime | None
    failure_reason: str
    failure_message: str

    @property
    def finished(self) -> bool:
        """Whether nothing of it will run again."""
        return self.complete or self.failed

    @classmethod
    def read(cls, job: Object) -> "JobState":
        """From the API server's object. FailureTarget and SuccessCriteriaMet come before the end states."""
        metadata = job["metadata"]
        true = {c["type"]: c for c in job.get("status", {}).get("conditions", []) if c["status"] == "True"}
        failure = true.get("Failed") or true.get("FailureTarget") or {}
        end = failure or true.get("Complete") or true.get("SuccessCriteriaMet") or {}
        return cls(
            name=metadata["name"],
            uid=metadata["uid"],
            created=created_at(metadata),
            tier=metadata.get("labels", {}).get(names.LABEL_TIER, ""),
            image=metadata.get("annotations", {}).get(names.ANNOTATION_IMAGE, ""),
            deleting="deletionTimestamp" in metadata,
            complete="Complete" in true or "SuccessCriteriaMet" in true,
            failed=bool(failure),
            finished_at=parse_time(end.get("lastTransitionTime")),
            failure_reason=_said(failure, "reason"),
            failure_message=_said(failure, "message"),
        )


@dataclass(frozen=True)
class Heard:
    """The latest report of an attempt, and when it came, by the operator's clock."""

    report: Report
    time: datetime

    @property
    def final(self) -> Report | None:
        """The runner's last word, if it was that."""
        return self.report if self.report.outcome else None


@dataclass(frozen=True)
class Evidence:
    """All that is known of one attempt. `trouble` is a warning event about its pod or Job, with the event's reason."""

    name: str
    job: JobState | None
    pod: PodState | None
    heard: Heard | None
    trouble: str = ""
    trouble_reason: str = ""

    @property
    def last_word(self) -> Report | None:
        """Acknowledged report first, then the termination message."""
        final = self.heard.final if self.heard else None
        return final or (self.pod.last_word if self.pod and self.pod.last_word and self.pod.last_word.outcome else None)

    @property
    def exit_code(self) -> int | None:
        """As the runner said, else as the container's status has it, else as the Job's message names it."""
        if self.last_word and self.last_word.exit_code is not None:
            return self.last_word.exit_code
        if self.pod and self.pod.exit_code is not None:
            return self.pod.exit_code
        named = _EXIT_CODE.search(self.job.failure_message) if self.job else None
        return int(named[1]) if named else None


@dataclass(frozen=True)
class NodeState:
    """A node as it looks now."""

    name: str
    ready: bool
    labels: Mapping[str, str]

    @classmethod
    def read(cls, node: Object) -> "NodeState":
        """From the API server's object."""
        conditions = {c["type"]: c["status"] for c in node.get("status", {}).get("conditions", [])}
        metadata = node["metadata"]
        return cls(metadata["name"], conditions.get("Ready") == "True", metadata.get("labels", {}))


@dataclass(frozen=True)
class Platform:
    """What the platform says for this job: its class, its tiers, its prices."""

    config: OperatorConfiguration
    class_name: str
    job_class: JobClass
    class_hash: str
    spec: VideoJobSpec
    tiers: tuple[ClassTier, ...]


@dataclass(frozen=True)
class Stall:
    """Why nothing can be started for this job until somebody changes something."""

    reason: Reason
    message: str


@dataclass(frozen=True)
class Snapshot:
    """Everything `reconcile` may look at."""

    videojob: VideoJob
    platform: Platform | Stall
    evidence: Mapping[str, Evidence]
    nodes: Mapping[str, NodeState]
    now: datetime
    listening_since: datetime
    rejection: str = ""
    progress_url: str = ""
    config: OperatorConfiguration | None = None
    report_ca: str = ""

    @property
    def goal_at(self) -> datetime | None:
        """When `spec.deadline` is over."""
        spec = self.videojob.spec
        seconds = _seconds(spec.deadline) if spec and spec.deadline else None
        return self._after(seconds) if seconds is not None else None

    @property
    def must_end_by(self) -> datetime | None:
        """When `spec.activeDeadlineSeconds` is over; the clock does not run while suspended."""
        spec = self.videojob.spec
        limit = spec.active_deadline_seconds if spec and not spec.suspend else None
        if limit is None:
            return None
        # Just woken: start_time, which is still the old one, is about to be set anew.
        woken = self.videojob.status.phase == Phase.SUSPENDED
        return self.now + timedelta(seconds=limit) if woken else self._after(limit)

    def _after(self, seconds: float) -> datetime:
        begun = parse_time(self.videojob.status.start_time) or self.videojob.created
        return begun + timedelta(seconds=seconds)
