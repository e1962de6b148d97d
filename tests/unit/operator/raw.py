"""Objects as the API server has them: what a VideoJob, its Jobs and their pods need to belong together."""

from typing import Any

from tests.unit.operator.make import OUTPUT, SPEC, UID
from videojob_api.attempt_names import attempt_name

Object = dict[str, Any]
LABELS = {
    "app.kubernetes.io/managed-by": "spotreel",
    "spotreel.dev/videojob": "reel",
    "spotreel.dev/videojob-uid": UID,
    "spotreel.dev/tier": "spot",
    "batch.kubernetes.io/job-name": "reel-12345-0-1",
}
CREATED = "2026-01-01T12:00:00Z"
A1 = attempt_name("reel", UID, 1)


def raw(name: str, version: int, uid: str, namespace: str = "ns", **more: Any) -> Object:
    """With our labels, whoever it belongs to."""
    metadata = {"name": name, "namespace": namespace, "uid": uid, "resourceVersion": str(version)}
    return {"metadata": {**metadata, "labels": LABELS, "creationTimestamp": CREATED}, "spec": {}, **more}


def owned(body: Object, kind: str, name: str, uid: str, controller: bool = True) -> Object:
    """The same, with an owner."""
    group = {"VideoJob": "spotreel.dev/v1alpha1", "Job": "batch/v1"}.get(kind, "v1")
    owner = {"apiVersion": group, "kind": kind, "name": name, "uid": uid, "controller": controller}
    return {**body, "metadata": {**body["metadata"], "ownerReferences": [owner]}}


def raw_videojob(version: int = 1, uid: str = UID, phase: str = "Running", **more: Any) -> Object:
    return raw("reel", version, uid, **{"spec": SPEC, "status": {"phase": phase}, **more})


def raw_job(name: str = A1, version: int = 2, uid: str = "job-1", owner: str = UID, **more: Any) -> Object:
    return owned(raw(name, version, uid, **more), "VideoJob", "reel", owner)


def raw_pod(name: str = "p", version: int = 3, uid: str = "pod-1", owner: str = "job-1", **more: Any) -> Object:
    return owned(raw(name, version, uid, **{"spec": {"nodeName": "n1"}, **more}), "Job", A1, owner)


def raw_node(name: str = "n1", version: int = 4, uid: str = "", **more: Any) -> Object:
    metadata = {"name": name, "uid": uid or f"node-{name}", "resourceVersion": str(version), "labels": {"a": "b"}}
    return {"metadata": metadata, "spec": {}, **more}


def said(word: str, code: int = 0) -> Object:
    """The status of a pod whose runner has ended with this termination message."""
    state = {"terminated": {"exitCode": code, "message": word, "finishedAt": "2026-01-01T12:00:50Z"}}
    return {"phase": "Succeeded", "containerStatuses": [{"name": "runner", "state": state}]}


__all__ = ["A1", "OUTPUT", "UID", "Object", "owned", "raw", "raw_job", "raw_node", "raw_pod", "raw_videojob", "said"]
