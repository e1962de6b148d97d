"""Placement on a real API server: what an autoscaler says of a pod, and jobs that wait in line."""

import json
from collections.abc import Callable
from typing import Any

from tests.integration.conftest import NAMESPACE
from tests.testbed.world import World

Object = dict[str, Any]


def attempts(world: World, name: str) -> list[Object]:
    found: list[Object] = world.status(name, NAMESPACE).get("attempts", [])
    return found


def pods(world: World, job: str) -> list[Object]:
    label = "batch.kubernetes.io/job-name"
    return [pod for pod in world.items("pods", NAMESPACE) if pod["metadata"]["labels"].get(label) == job]


def say(world: World, pod: Object, reason: str) -> None:
    """As cluster-autoscaler says it."""
    event = {
        "apiVersion": "v1", "kind": "Event", "type": "Normal", "reason": reason, "message": "as a test wants it",
        "metadata": {"generateName": "said-", "namespace": NAMESPACE}, "source": {"component": "cluster-autoscaler"},
        "involvedObject": {"kind": "Pod", **{key: pod["metadata"][key] for key in ("namespace", "name", "uid")}},
        "firstTimestamp": pod["metadata"]["creationTimestamp"], "lastTimestamp": pod["metadata"]["creationTimestamp"],
    }  # fmt: skip
    world.kubectl("create", "-f", "-", stdin=json.dumps(event))


def test_a_tier_for_which_an_autoscaler_makes_no_node_is_left_at_once(
    world: World, operator: None, name: str, videojob: Callable[..., Object]
) -> None:
    """Its `waitFor` is longer than the test."""
    nowhere = [{"name": tier, "instanceTypes": [tier], "waitFor": "1h"} for tier in ("none", "nothing")]
    world.apply(videojob(placement={"tiers": nowhere}), NAMESPACE)
    world.wait_for(lambda: attempts(world, name) and pods(world, attempts(world, name)[0]["name"]), 30)
    first = attempts(world, name)[0]["name"]
    say(world, pods(world, first)[0], "NotTriggerScaleUp")
    world.wait_for(lambda: len(attempts(world, name)) == 2, 90)
    left, following = attempts(world, name)
    assert (left["verdict"], left["reason"], following["tier"]) == ("Withdrawn", "NoCapacity", "nothing")
    world.kubectl("delete", "vj", name, "-n", NAMESPACE)
