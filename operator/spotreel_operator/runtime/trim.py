"""What the cache keeps of an object: what somebody here reads, and nothing that is merely large."""

from collections.abc import Callable, Iterable
from typing import Any

from spotreel_operator.runtime.api import JOBS, NODES, PODS, VIDEOJOBS, Kind
from spotreel_operator.state.parts import only
from videojob_api import names

Object = dict[str, Any]
LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
_IDENTITY = ("name", "namespace", "uid", "resourceVersion")
_JOB_SPEC = ("suspend", "activeDeadlineSeconds")
_JOB_STATUS = ("conditions", "active", "failed", "succeeded", "startTime", "completionTime")
_POD_STATUS = ("phase", "reason", "message", "startTime", "conditions")
_CONTAINER_STATUS = ("name", "image", "imageID", "state", "lastState", "restartCount")
_CONDITION = ("type", "status")
_FILES = {"outputs": ("name", "uri"), "results": ("analysis", "uri")}


def trimmed(kind: Kind, body: Object) -> Object:
    """Of an object that is there. Trimming twice changes nothing more."""
    return _BY_KIND[kind](body)


def tombstone(kind: Kind, body: Object) -> Object:
    """Of one that is gone: a pod's last state is evidence, a Job's controller says whose pod it was."""
    if kind == PODS:
        return trimmed(kind, body)
    return {"metadata": only(body["metadata"], (*_IDENTITY, "ownerReferences"))}


def _videojob(body: Object) -> Object:
    annotations = body["metadata"].get("annotations") or {}
    metadata = _metadata(body, (key for key in annotations if key != LAST_APPLIED))
    ended = (body.get("status") or {}).get("phase") in names.ENDS
    # A finished job that is asked to go on needs its whole spec again.
    spec = body.get("spec") or {}
    small = ended and names.ANNOTATION_RETRY not in annotations
    return {**body, "metadata": metadata, "spec": _outline(spec) if small else spec}


def _outline(spec: Object) -> Object:
    """Of the spec of a job that has ended: its single values, what it was to write, and one input."""
    single = {key: value for key, value in spec.items() if not isinstance(value, dict | list)}
    inputs = [only(item, ("name", "uri")) for item in spec.get("inputs", [])[:1]]
    written = {key: [only(item, kept) for item in spec[key]] for key, kept in _FILES.items() if spec.get(key)}
    return {**single, "inputs": inputs, **written}


def _job(body: Object) -> Object:
    return {
        "metadata": _metadata(body, (names.ANNOTATION_IMAGE, names.ANNOTATION_TIERS)),
        "spec": only(body.get("spec"), _JOB_SPEC),
        "status": only(body.get("status"), _JOB_STATUS),
    }


def _pod(body: Object) -> Object:
    """Of its containers only the runner."""
    spec, status = body.get("spec") or {}, body.get("status") or {}
    return {
        "metadata": _metadata(body, ()),
        "spec": {
            **only(spec, ("nodeName", "nodeSelector")),
            "containers": [only(c, ("name", "image")) for c in _runners(spec.get("containers"))],
        },
        "status": {
            **only(status, _POD_STATUS),
            "containerStatuses": [only(c, _CONTAINER_STATUS) for c in _runners(status.get("containerStatuses"))],
        },
    }


def _node(body: Object) -> Object:
    """Without its heartbeat: what does not change is then seen not to have changed."""
    conditions = [only(c, _CONDITION) for c in (body.get("status") or {}).get("conditions") or []]
    return {"metadata": only(body["metadata"], (*_IDENTITY, "labels")), "status": {"conditions": conditions}}


def _metadata(body: Object, annotations: Iterable[str]) -> Object:
    """All but who has written which field; of the annotations these."""
    kept = {key: value for key, value in body["metadata"].items() if key not in ("managedFields", "annotations")}
    return {**kept, "annotations": only(body["metadata"].get("annotations"), annotations)}


def _runners(containers: list[Object] | None) -> list[Object]:
    return [container for container in containers or [] if container.get("name") == names.CONTAINER]


_BY_KIND: dict[Kind, Callable[[Object], Object]] = {VIDEOJOBS: _videojob, JOBS: _job, PODS: _pod, NODES: _node}
