"""A control plane that can take a crowd: no node agent, no S3, and controllers that are not the bottleneck."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, TypeVar

from spotreel_operator.runtime.api import NODES, Conflict, Kind, KubernetesApi
from tests.testbed.agent.node import NodeSpec, node_object
from tests.testbed.world import World

Object = dict[str, Any]
T = TypeVar("T")
AT_ONCE = 24
# Nodes have no kubelet that keeps their leases: nobody may mark them NotReady.
CONTROLLERS = (
    "--controllers=*,-node-lifecycle-controller,-taint-eviction-controller",
    "--concurrent-job-syncs=16",
    "--kube-api-qps=300",
    "--kube-api-burst=600",
)
NAMESPACES = Kind("/api/v1", "namespaces", namespaced=False)
QUOTAS = Kind("/api/v1", "resourcequotas")


class ScaleWorld(World):
    """`with ScaleWorld() as world:` — etcd, API server, controllers, scheduler."""

    def __init__(self) -> None:
        super().__init__(nodes=(), controller_flags=CONTROLLERS)

    def start(self) -> None:
        """Only the control plane."""
        self.control_plane.start(self.crds)


async def all_of(work: Callable[[T], Awaitable[Any]], items: Iterable[T], at_once: int = AT_ONCE) -> None:
    """Does the work for each item, a few at once. The first error ends it."""
    gate = asyncio.Semaphore(at_once)

    async def one(item: T) -> None:
        async with gate:
            await work(item)

    async with asyncio.TaskGroup() as group:
        for item in items:
            group.create_task(one(item))


async def make_nodes(api: KubernetesApi, numbers: Iterable[int], gpus: int = 1) -> None:
    """Nodes `node-0001` and so on, Ready, on spot, with so many GPUs each."""

    async def one(number: int) -> None:
        spec = NodeSpec(f"node-{number:04d}", f"zone-{'abc'[number % 3]}", "spot", gpus=gpus)
        body = node_object(spec)
        await api.create(NODES, None, body)
        # The API server takes no status with a creation.
        await api.merge(NODES, None, spec.name, {"status": body["status"]}, "status")
        # A new node is tainted until the (absent) lifecycle controller has seen it Ready.
        await api.merge(NODES, None, spec.name, {"spec": {"taints": None}})

    await all_of(one, numbers)


async def make_namespace(api: KubernetesApi, name: str, pods: int | None = None) -> None:
    """A namespace; `pods`: the most that its quota allows."""
    try:
        await api.create(NAMESPACES, None, {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
    except Conflict:
        return
    if pods is not None:
        spec = {"hard": {"pods": str(pods)}}
        body = {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "pods"}, "spec": spec}
        await api.create(QUOTAS, name, body)
