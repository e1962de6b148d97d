"""Queues with a quota of GPUs, and the VideoJobs that wait in them."""

from collections.abc import Mapping
from typing import Any

from tests.integration.conftest import bikes
from tests.testbed.agent.node import LABEL_CAPACITY
from tests.testbed.world import NAMESPACE, World
from videojob_api.names import KUEUE, LABEL_QUEUE

Object = dict[str, Any]
VERSION = f"{KUEUE}/v1beta2"
FLAVOURS = ("spot", "on-demand")
PRIORITIES = {"low": 10, "high": 1000}
PRIORITY = f"{KUEUE}/priority-class"


def shared() -> list[Object]:
    """A flavour of each capacity, and the priorities."""
    flavours = [_made("ResourceFlavor", name, spec={"nodeLabels": {LABEL_CAPACITY: name}}) for name in FLAVOURS]
    return [*flavours, *(_made("WorkloadPriorityClass", name, value=value) for name, value in PRIORITIES.items())]


def make_queue(world: World, name: str, gpus: Mapping[str, int], **spec: Any) -> None:
    """With so many GPUs of each flavour, in this order; of all else more than enough."""
    group = {
        "coveredResources": ["nvidia.com/gpu", "cpu", "memory"],
        "flavors": [{"name": flavour, "resources": _quota(count)} for flavour, count in gpus.items()],
    }
    queue = _made("ClusterQueue", name, spec={"namespaceSelector": {}, "resourceGroups": [group], **spec})
    world.apply(queue)
    world.apply(_made("LocalQueue", name, spec={"clusterQueue": name}))


def _quota(gpus: int) -> list[Object]:
    wanted = {"nvidia.com/gpu": str(gpus), "cpu": "100", "memory": "100Gi"}
    return [{"name": name, "nominalQuota": value} for name, value in wanted.items()]


def _made(kind: str, name: str, **more: Any) -> Object:
    return {"apiVersion": VERSION, "kind": kind, "metadata": {"name": name}, **more}


def queued(name: str, queue: str, priority: str = "low", **spec: Any) -> Object:
    """A VideoJob of some seconds in this queue."""
    made = bikes(name, **spec)
    labels = {LABEL_QUEUE: queue, PRIORITY: priority}
    return {**made, "metadata": {**made["metadata"], "labels": labels}}


def workloads(world: World) -> dict[str, Object]:
    """By the names of the Jobs that they stand for."""
    found = world.items(f"workloads.{KUEUE}", NAMESPACE)
    return {owner["name"]: w for w in found for owner in w["metadata"].get("ownerReferences", [])}


def admitted(workload: Object) -> bool:
    """Whether its Job may run."""
    return _is_true(workload, "Admitted")


def is_over(workload: Object) -> bool:
    """Whether its Job has ended."""
    return _is_true(workload, "Finished")


def _is_true(workload: Object, kind: str) -> bool:
    conditions = workload.get("status", {}).get("conditions", [])
    return any(c["type"] == kind and c["status"] == "True" for c in conditions)


def told(world: World, name: str) -> bool:
    """Whether a waiting job says what the Workload of its last attempt says."""
    found = attempts(world, name)
    workload = workloads(world).get(found[-1]["name"], {}) if found else {}
    conditions = workload.get("status", {}).get("conditions", [])
    words = next((c["message"] for c in conditions if c["type"] == "QuotaReserved" and c["status"] == "False"), "")
    return bool(words) and words in str(world.status(name).get("message", ""))


def reason(world: World, name: str) -> str:
    """Of a VideoJob's status."""
    return str(world.status(name).get("reason", ""))


def attempts(world: World, name: str) -> list[Object]:
    """Of a VideoJob's status."""
    found: list[Object] = world.status(name).get("attempts", [])
    return found


def segments(world: World, name: str) -> int:
    """So many are there."""
    return int((world.status(name).get("progress") or {}).get("segments", 0))
