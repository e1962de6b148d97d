"""What is done to a job in mid-run; each in the words of whoever does it in real life."""

import json
from typing import Any

from tests.scenarios.ground import Stage

TAINT = "example.com/reclaimed:NoExecute"


def evict(stage: Stage) -> None:
    """The Eviction API, as autoscalers and drains call it."""
    name = stage.pod_name
    body = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": name, "namespace": stage.namespace}}
    stage.kubectl(
        "create",
        "--raw",
        f"/api/v1/namespaces/{stage.namespace}/pods/{name}/eviction",
        "-f",
        "-",
        stdin=json.dumps(body),
    )


def drain(stage: Stage) -> None:
    """`kubectl drain`, which waits until the pod is gone."""
    node = stage.pod()["spec"]["nodeName"]
    flags = (
        "--ignore-daemonsets",
        "--delete-emptydir-data",
        "--force",
        f"--pod-selector=spotreel.dev/videojob={stage.name}",
    )
    stage.world.kubectl("drain", node, *flags, "--timeout=60s")


def uncordon(stage: Stage) -> None:
    """Every node takes pods again."""
    for node in stage.world.items("nodes"):
        if node["spec"].get("unschedulable"):
            stage.world.kubectl("uncordon", node["metadata"]["name"])


def delete_pod(stage: Stage) -> None:
    """By hand."""
    stage.kubectl("delete", "pod", stage.pod_name, "--wait=false")


def taint(stage: Stage) -> None:
    """As a cloud's termination handler does."""
    stage.world.kubectl("taint", "node", stage.pod()["spec"]["nodeName"], TAINT.replace(":", "=true:"))


def untaint(stage: Stage) -> None:
    """Wherever it is."""
    for node in stage.world.items("nodes"):
        if any(t["key"] == TAINT.split(":")[0] for t in node["spec"].get("taints", [])):
            stage.world.kubectl("taint", "node", node["metadata"]["name"], TAINT + "-")


def preempt_by_priority(stage: Stage) -> None:
    """Somebody more important needs the room: the scheduler itself makes it."""
    node = stage.pod()["spec"]["nodeName"]
    free = stage.world.get("node", node)["status"]["allocatable"]["cpu"]
    urgent = {
        "apiVersion": "scheduling.k8s.io/v1",
        "kind": "PriorityClass",
        "metadata": {"name": "urgent"},
        "value": 1000,
    }
    stage.world.apply(urgent)
    stage.world.apply(_greedy(f"greedy-{stage.name}", node, free), stage.namespace)


def _greedy(name: str, node: str, cpu: str) -> dict[str, Any]:
    security = {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "runAsNonRoot": True,
        "runAsUser": 65532,
    }
    container = {
        "name": "runner",
        "image": "spotreel/runner:e2e",
        "command": ["sleep", "600"],
        "resources": {"requests": {"cpu": f"{int(float(cpu) * 1000) - 200}m"}},
        "securityContext": security,
    }
    spec = {
        "priorityClassName": "urgent",
        "terminationGracePeriodSeconds": 0,
        "nodeSelector": {"kubernetes.io/hostname": node},
        "securityContext": {"seccompProfile": {"type": "RuntimeDefault"}},
        "containers": [container],
    }
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": spec}


def remove_greedy(stage: Stage) -> None:
    """The room is free again."""
    stage.kubectl("delete", "pod", f"greedy-{stage.name}", "--ignore-not-found", "--grace-period=0", "--force")


def lose_node(stage: Stage) -> None:
    """The machine is gone at once."""
    stage.ground.power_off(stage.pod()["spec"]["nodeName"])


def nothing(stage: Stage) -> None:
    """The job brings its own trouble."""
