"""Who controls an object: the only proof that it belongs to a VideoJob. Labels select, and anybody can set them.

Kubernetes lets nobody name an owner in another namespace with effect, so a controller counts only for
objects of its own namespace; and it counts by uid, since names are used again.
"""

from dataclasses import dataclass
from typing import Any

from videojob_api import names

Object = dict[str, Any]


@dataclass(frozen=True)
class Controller:
    """The owner that manages an object, where it is."""

    namespace: str
    name: str
    uid: str


def controlling_videojob(job: Object) -> Controller | None:
    """The VideoJob that controls a Job; None if another kind does, or none."""
    return _controller(job, names.GROUP, names.KIND)


def controlling_job(pod: Object) -> Controller | None:
    """The Job that controls a pod; None if another kind does, or none."""
    return _controller(pod, "batch", "Job")


def _controller(body: Object, group: str, kind: str) -> Controller | None:
    """An object has at most one; that of another kind is none of ours."""
    metadata = body["metadata"]
    owner = next((o for o in metadata.get("ownerReferences") or [] if o.get("controller")), None)
    if owner is None or owner["kind"] != kind or owner["apiVersion"].partition("/")[0] != group:
        return None
    return Controller(metadata["namespace"], owner["name"], owner["uid"])
