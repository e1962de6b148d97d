"""Pure: pod statuses as kubelet writes them."""

from datetime import UTC, datetime
from typing import Any

Object = dict[str, Any]


def now() -> str:
    """RFC 3339, whole seconds, as Kubernetes writes times."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _condition(kind: str, true: bool, reason: str = "", message: str = "") -> Object:
    extra = {k: v for k, v in (("reason", reason), ("message", message)) if v}
    return {"type": kind, "status": "True" if true else "False", "lastTransitionTime": now(), **extra}


def conditions(ready: bool) -> list[Object]:
    """Of a pod whose container runs or has run; merged by type, so others stay."""
    return [
        _condition("Initialized", True),
        _condition("Ready", ready),
        _condition("ContainersReady", ready),
        _condition("PodReadyToStartContainers", True),
    ]


def container(spec: Object, state: Object, ready: bool, restarts: int, process: int | None) -> Object:
    """One entry of containerStatuses."""
    identity = {"containerID": f"process://{process}"} if process else {}
    return {
        "name": spec["name"],
        "image": spec["image"],
        "imageID": f"local/{spec['image']}",
        "state": state,
        "ready": ready,
        "started": "running" in state,
        "restartCount": restarts,
        **identity,
    }


def waiting(reason: str, message: str = "") -> Object:
    """A container that has not started."""
    return {"waiting": {"reason": reason, "message": message}}


def running(since: str) -> Object:
    """A container that runs."""
    return {"running": {"startedAt": since}}


def terminated(code: int, oom: bool, message: str, since: str) -> Object:
    """A container that ended; reasons as containerd's."""
    reason = "OOMKilled" if oom else "Completed" if code == 0 else "Error"
    return {
        "terminated": {"exitCode": code, "reason": reason, "message": message, "startedAt": since, "finishedAt": now()}
    }


def refused(reason: str) -> Object:
    """A pod that kubelet does not admit: no container status at all."""
    return {"phase": "Failed", "reason": reason, "message": f"Pod was rejected: {reason} (told so by the testbed)"}
