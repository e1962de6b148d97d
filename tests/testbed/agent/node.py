"""One node: its object, its lease, its pods, and what can happen to it."""

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import aiohttp

from spotreel_operator.runtime.api import LEASES, NODES, ApiError, Conflict, Gone, KubernetesApi
from tests.testbed.agent import status
from tests.testbed.agent.pod import PodRunner
from videojob_api.names import LABEL_INSTANCE_TYPE, LABEL_ZONE

Object = dict[str, Any]
log = logging.getLogger(__name__)

LABEL_CAPACITY = "karpenter.sh/capacity-type"
PREFIX = "testbed.spotreel.dev"
PREEMPT, FREEZE, REFUSE = f"{PREFIX}/preempt", f"{PREFIX}/freeze", f"{PREFIX}/refuse"
TAINT = {"key": f"{PREFIX}/spot-interruption", "effect": "NoExecute"}
LEASE_NAMESPACE = "kube-node-lease"
HEARTBEAT_SECONDS = 5


@dataclass(frozen=True)
class NodeSpec:
    """What a node pool would make. `capacity` is spot or on-demand, as Karpenter labels it."""

    name: str
    zone: str
    capacity: str
    instance_type: str = "g5.xlarge"
    gpus: int = 1
    port: int = 0
    """Where the API server asks for logs; 0: nowhere."""

    @classmethod
    def parse(cls, text: str) -> "NodeSpec":
        """From `name,zone,capacity[,GPUs]`."""
        name, zone, capacity, *rest = text.split(",")
        return cls(name, zone, capacity, gpus=int(rest[0]) if rest else 1)


def node_object(spec: NodeSpec) -> Object:
    """The Node as kubelet registers it."""
    resources = {
        "cpu": str(4 * spec.gpus),
        "memory": "16Gi",
        "pods": "110",
        "nvidia.com/gpu": str(spec.gpus),
        "ephemeral-storage": "50Gi",
    }
    labels = {
        "kubernetes.io/hostname": spec.name,
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
        LABEL_ZONE: spec.zone,
        LABEL_INSTANCE_TYPE: spec.instance_type,
        LABEL_CAPACITY: spec.capacity,
    }
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": spec.name, "labels": labels},
        "status": {"capacity": resources, "allocatable": resources, "conditions": [_ready()], **_identity(spec)},
    }


def _identity(spec: NodeSpec) -> Object:
    info = {"kubeletVersion": "v1.36.4-agent", "osImage": "testbed", "containerRuntimeVersion": "process://1"}
    empty = ("machineID", "systemUUID", "bootID", "kernelVersion", "kubeProxyVersion")
    system = {**dict.fromkeys(empty, ""), **info, "operatingSystem": "linux", "architecture": "amd64"}
    served = {"daemonEndpoints": {"kubeletEndpoint": {"Port": spec.port}}} if spec.port else {}
    return {"nodeInfo": system, "addresses": [{"type": "InternalIP", "address": "127.0.0.1"}], **served}


def _ready() -> Object:
    return {
        "type": "Ready",
        "status": "True",
        "reason": "KubeletReady",
        "message": "the node agent is up",
        "lastHeartbeatTime": status.now(),
        "lastTransitionTime": status.now(),
    }


class Node:
    """A registered node and its pods, by uid."""

    def __init__(self, api: KubernetesApi, spec: NodeSpec) -> None:
        self._api, self.spec = api, spec
        self.pods: dict[str, PodRunner] = {}
        self.refuses: str | None = None
        self.gone = False
        self._frozen = False
        self._preempting = False

    async def register(self) -> None:
        """Makes the Node and its lease, as kubelet does: again until it succeeds.

        A young API server may not have the leases' namespace yet.
        """
        while True:
            try:
                return await self._register()
            except (ApiError, aiohttp.ClientError, TimeoutError) as error:
                log.warning("%s cannot be registered yet: %s", self.spec.name, error)
                await asyncio.sleep(0.5)

    async def _register(self) -> None:
        with suppress(Conflict):
            await self._api.create(NODES, None, node_object(self.spec))
        await self._api.merge(NODES, None, self.spec.name, {"status": node_object(self.spec)["status"]}, "status")
        lease = {"holderIdentity": self.spec.name, "leaseDurationSeconds": 40, "renewTime": _micro()}
        metadata = {"name": self.spec.name, "namespace": LEASE_NAMESPACE}
        body = {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": metadata, "spec": lease}
        with suppress(Conflict):
            await self._api.create(LEASES, LEASE_NAMESPACE, body)

    async def beat(self) -> None:
        """Keeps the lease fresh while the node is well."""
        while not self.gone:
            if not self._frozen:
                with suppress(ApiError, aiohttp.ClientError, TimeoutError):
                    renewed = {"spec": {"renewTime": _micro()}}
                    await self._api.merge(LEASES, LEASE_NAMESPACE, self.spec.name, renewed)
                    await self._show_ready()
            await asyncio.sleep(HEARTBEAT_SECONDS)

    async def _show_ready(self) -> None:
        """After a freeze the controller has marked the node Unknown."""
        node = await self._api.get(NODES, None, self.spec.name)
        conditions = node["status"].get("conditions", [])
        if any(c["type"] == "Ready" and c["status"] != "True" for c in conditions):
            others = [c for c in conditions if c["type"] != "Ready"]
            body = {"status": {"conditions": [*others, _ready()]}}
            await self._api.merge(NODES, None, self.spec.name, body, "status")

    def obey(self, annotations: dict[str, str]) -> None:
        """What the node's annotations ask for."""
        self.refuses = annotations.get(REFUSE)
        self._freeze(FREEZE in annotations)
        if PREEMPT in annotations and not self._preempting:
            self._preempting = True
            asyncio.get_running_loop().create_task(self._preempt(float(annotations[PREEMPT] or 0)))

    def _freeze(self, frozen: bool) -> None:
        """As a dead kubelet: processes run on, nobody speaks for them."""
        self._frozen = frozen
        for pod in self.pods.values():
            if frozen:
                pod.frozen.set()
            else:
                pod.thaw()

    async def _preempt(self, notice: float) -> None:
        """With notice: taint, so that the taint manager deletes the pods; then the node is gone. Else at once."""
        log.info("preempting %s, notice %g s", self.spec.name, notice)
        if notice:
            await self._api.merge(NODES, None, self.spec.name, {"spec": {"taints": [TAINT]}})
            await self._drained(notice)
        self.crash()
        with suppress(Gone):
            await self._api.delete(NODES, None, self.spec.name, {})

    async def _drained(self, seconds: float) -> None:
        """The notice, or less if all pods are gone before (the machine would stay, empty)."""
        for _ in range(int(seconds / 0.1)):
            await asyncio.sleep(0.1)
            if not self.pods:
                return

    def crash(self) -> None:
        """The machine is off."""
        self.gone = True
        for pod in self.pods.values():
            pod.crash()

    @property
    def frozen(self) -> bool:
        """Whether nobody speaks for this node."""
        return self._frozen


def _micro() -> str:
    return status.now().replace("Z", ".000000Z")
